-- Phones that are not being rung, by attempts made and, roughly, when they are
-- due: seconds from now of the first and the last; NULL: never. $1 campaign,
-- $2 percent of the table's pages to look at, by chance; NULL: at all phones
SELECT call_count, CASE WHEN bin < 'infinity' THEN
		extract(epoch FROM greatest(min(due), now()) - now()) END,
	CASE WHEN bin < 'infinity' THEN
		extract(epoch FROM greatest(max(due), now()) - now()) END,
	count(*)
FROM (
	SELECT call_count, due FROM campaign_phones
	WHERE i_campaign = $1::integer AND due IS NOT NULL
	AND $2::real IS NULL
	UNION ALL
	SELECT call_count, due
	FROM campaign_phones TABLESAMPLE SYSTEM (coalesce($2::real, 0))
	WHERE i_campaign = $1::integer AND due IS NOT NULL
	AND $2::real IS NOT NULL
) AS p, LATERAL (SELECT CASE
	WHEN due <= now() THEN '-infinity'
	WHEN due < now() + interval '1 day'
	THEN date_bin('10 minutes', due, '2000-01-01 00:00:00+00')
	WHEN due < 'infinity'
	THEN date_bin('1 day', due, '2000-01-01 00:00:00+00')
	ELSE due END AS bin) AS b
GROUP BY call_count, bin
