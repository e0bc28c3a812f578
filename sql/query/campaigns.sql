-- Every campaign as an engine needs it: may it dial, and when next?
WITH times AS MATERIALIZED (
	SELECT i_schedule, schedule_open(i_schedule) AS open,
		ceil(extract(epoch FROM schedule_next_change(i_schedule)
			- now()) * 1000)::bigint AS change
	FROM schedules
	WHERE i_schedule IN (SELECT i_schedule FROM campaigns)
), live AS MATERIALIZED (
	SELECT i_campaign, sum(n) AS n FROM live_calls() GROUP BY i_campaign
)
SELECT c.i_campaign, c.name, c.paused, coalesce(t.open, true), t.change,
	(SELECT CASE WHEN d.due = 'infinity' THEN NULL
			ELSE ceil(extract(epoch FROM
			greatest(d.due, now()) - now()) * 1000)::bigint
			END
		FROM campaign_phones d
		WHERE d.i_campaign = c.i_campaign AND d.due IS NOT NULL
		ORDER BY d.due, d.i_campaign_phone
		LIMIT 1),
	p.i_ivr_prompt, p.digest, p.trouble IS NOT NULL,
	c.max_concurrent_calls, c.max_attempts, c.timeout_sec,
	c.backoff_sec, c.threshold_msec, coalesce(l.n, 0),
	(SELECT engines_connected()) > 1
FROM campaigns c
LEFT JOIN ivr_prompts p USING (i_ivr_prompt)
LEFT JOIN times t USING (i_schedule)
LEFT JOIN live l USING (i_campaign)
ORDER BY c.i_campaign
