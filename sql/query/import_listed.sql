-- Numbers on the do-not-call list, as claim_phones() judges them. What
-- dnc_forms() makes of a long number differs at its beginning only: its end
-- finds the few on the list that are worth the question.
INSERT INTO import_refused
SELECT t.line, 'is on the do-not-call list'
FROM import_lines t
WHERE t.number IS NOT NULL AND NOT EXISTS (
	SELECT FROM import_refused r WHERE r.line = t.line)
AND t.line IN (
	SELECT l.line FROM import_lines l
	JOIN do_not_call n ON right(n.digits, 7) = right(l.number, 7)
	WHERE length(ltrim(l.number, '+0')) >= 10
	AND n.digits = ANY (dnc_forms(l.number,
		(SELECT dnc_country() OFFSET 0)))
	UNION ALL
	SELECT l.line FROM import_lines l
	WHERE length(ltrim(l.number, '+0')) < 10
	AND EXISTS (SELECT FROM do_not_call n WHERE n.digits
		= ANY (dnc_forms(l.number, (SELECT dnc_country() OFFSET 0)))))
