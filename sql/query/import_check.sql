-- How many import_add.sql would add, and whether each may be a number.
-- $1 i_campaign
SELECT count(t.number::called_number) FROM import_lines t
WHERE t.number IS NOT NULL AND NOT EXISTS (
	SELECT FROM import_refused r WHERE r.line = t.line)
AND $1::integer IS NOT NULL
