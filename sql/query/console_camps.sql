-- The campaigns of the console, by name. Counts are the kept ones; what is
-- live is read from an index that holds nothing else. When the next phone is
-- due matters only where nothing is under way.
-- $1 how many seconds back the latest attempts are looked at
WITH latest AS MATERIALIZED (
	SELECT i_campaign, attempt, outcome, connect_time, disconnect_time
	FROM call_attempts ORDER BY i_call_attempt DESC LIMIT 1000
), lately AS (
	SELECT a.i_campaign, count(*) AS tried,
		count(a.connect_time) AS answered,
		count(*) FILTER (WHERE a.outcome = 'success'
			OR a.attempt >= c.max_attempts) AS done,
		extract(epoch FROM now() - min(a.disconnect_time)) AS sec
	FROM latest a JOIN campaigns c USING (i_campaign)
	WHERE a.disconnect_time > now() - $1::integer * interval '1 s'
	GROUP BY a.i_campaign
), live AS (
	SELECT i_campaign, count(*) AS n FROM campaign_phones
	WHERE claimed_by IS NOT NULL GROUP BY i_campaign
), counts AS (
	SELECT i_campaign, sum(n) AS total,
		sum(n) FILTER (WHERE finished) AS finished,
		sum(n) FILTER (WHERE status = 'idle') AS idle,
		sum(n) FILTER (WHERE status = 'trying') AS trying,
		sum(n) FILTER (WHERE status = 'answer') AS answer,
		sum(n) FILTER (WHERE status = 'failure') AS failure,
		sum(n) FILTER (WHERE status = 'premature hangup')
			AS premature,
		sum(n) FILTER (WHERE status = 'success') AS success
	FROM campaign_counts GROUP BY i_campaign
)
SELECT c.i_campaign, c.name, c.paused, c.i_schedule,
	p.i_ivr_prompt IS NOT NULL, p.trouble,
	c.max_concurrent_calls, c.max_attempts,
	coalesce(k.total, 0), coalesce(k.finished, 0), coalesce(l.n, 0),
	coalesce(k.idle, 0), coalesce(k.trying, 0), coalesce(k.answer, 0),
	coalesce(k.failure, 0), coalesce(k.premature, 0),
	coalesce(k.success, 0),
	CASE WHEN NOT c.paused AND l.n IS NULL
		AND k.total > coalesce(k.finished, 0) THEN (
		SELECT epoch_ms(greatest(d.due, now())) FROM campaign_phones d
		WHERE d.i_campaign = c.i_campaign AND d.due IS NOT NULL
		ORDER BY d.due, d.i_campaign_phone LIMIT 1)
	END,
	coalesce(t.tried, 0), coalesce(t.answered, 0),
	coalesce(t.done / greatest(t.sec, 10), 0),
	epoch_ms(clock_timestamp()),
	(SELECT engines_connected())
FROM campaigns c
LEFT JOIN ivr_prompts p USING (i_ivr_prompt)
LEFT JOIN counts k USING (i_campaign)
LEFT JOIN live l USING (i_campaign)
LEFT JOIN lately t USING (i_campaign)
ORDER BY c.name, c.i_campaign
