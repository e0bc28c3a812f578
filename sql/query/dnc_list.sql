-- The list, or what a number is on it under. $1 number or NULL
SELECT number, digits, reason, epoch_ms(added), added_by FROM do_not_call
WHERE $1::text IS NULL OR digits = ANY (dnc_forms($1, dnc_country()))
ORDER BY digits
