-- Numbers that are on the list
INSERT INTO import_refused
SELECT t.line, 'is on the do-not-call list already'
FROM import_lines t
WHERE t.number IS NOT NULL AND NOT EXISTS (
	SELECT FROM import_refused r WHERE r.line = t.line)
AND ltrim(t.number, '+') IN (SELECT digits FROM do_not_call)
