-- The campaigns of the console, by name. Counts are the kept ones; what is
-- live is counted, since there is never more of it than there are calls.
SELECT c.i_campaign, c.name, c.paused,
	coalesce(k.total, 0), coalesce(k.finished, 0),
	(SELECT count(*) FROM campaign_phones p
		WHERE p.i_campaign = c.i_campaign
		AND p.claimed_by IS NOT NULL),
	coalesce(k.idle, 0), coalesce(k.trying, 0), coalesce(k.answer, 0),
	coalesce(k.failure, 0), coalesce(k.premature, 0),
	coalesce(k.success, 0)
FROM campaigns c
LEFT JOIN (
	SELECT i_campaign, sum(n) AS total,
		sum(n) FILTER (WHERE finished) AS finished,
		sum(n) FILTER (WHERE status = 'idle') AS idle,
		sum(n) FILTER (WHERE status = 'trying') AS trying,
		sum(n) FILTER (WHERE status = 'answer') AS answer,
		sum(n) FILTER (WHERE status = 'failure') AS failure,
		sum(n) FILTER (WHERE status = 'premature hangup')
			AS premature,
		sum(n) FILTER (WHERE status = 'success') AS success
	FROM campaign_counts
	GROUP BY i_campaign
) AS k USING (i_campaign)
ORDER BY c.name, c.i_campaign
