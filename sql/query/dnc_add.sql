-- Put a number on the list; one that is there stays as it is.
-- $1 number, $2 reason or NULL
WITH new AS (
	INSERT INTO do_not_call (number, reason) VALUES ($1, $2)
	ON CONFLICT (digits) DO NOTHING
	RETURNING number, digits, reason, added, added_by
)
SELECT number, digits, reason, epoch_ms(added), added_by, true FROM new
UNION ALL
SELECT number, digits, reason, epoch_ms(added), added_by, false
FROM do_not_call WHERE digits = dnc_digits($1) AND NOT EXISTS (TABLE new)
