-- Take a number off the list, and tell what it was. $1 number
DELETE FROM do_not_call WHERE digits = dnc_digits($1)
RETURNING number, digits, reason, epoch_ms(added), added_by
