-- When a schedule opens and closes: seconds from now, and whether it is open
-- from there on. $1 schedule, $2 how many changes
WITH RECURSIVE change(i, at, open) AS (
	SELECT 0, now(), schedule_open($1::integer, now())
	UNION ALL
	SELECT i + 1, schedule_next_change($1::integer, at), NOT open
	FROM change WHERE at IS NOT NULL AND i < $2::integer
)
SELECT extract(epoch FROM at - now()), open FROM change ORDER BY i
