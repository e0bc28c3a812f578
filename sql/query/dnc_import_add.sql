-- All others go onto the list; what somebody else has added meanwhile stays.
-- $1 reason or NULL
INSERT INTO do_not_call (number, reason)
SELECT t.number, $1 FROM import_lines t
WHERE t.number IS NOT NULL AND NOT EXISTS (
	SELECT FROM import_refused r WHERE r.line = t.line)
ON CONFLICT (digits) DO NOTHING
