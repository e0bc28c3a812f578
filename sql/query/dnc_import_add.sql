-- All others go onto the list. $1 reason or NULL
INSERT INTO do_not_call (number, reason)
SELECT t.number, $1 FROM import_lines t
WHERE t.number IS NOT NULL AND NOT EXISTS (
	SELECT FROM import_refused r WHERE r.line = t.line)
