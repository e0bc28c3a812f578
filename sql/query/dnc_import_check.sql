-- How many dnc_import_add.sql would add, and whether each may be a number.
-- $1 reason or NULL
SELECT count(t.number::phone_number) FROM import_lines t
WHERE t.number IS NOT NULL AND NOT EXISTS (
	SELECT FROM import_refused r WHERE r.line = t.line)
AND coalesce($1::text, '-') IS NOT NULL
