-- What decides how long a campaign takes. Instants are milliseconds since
-- 1970. $1 campaign
WITH engine AS (
	SELECT count(*) AS n, sum(greatest(max_calls, 0)) AS max_calls
	FROM nodes WHERE connected
)
SELECT c.i_campaign, c.name, c.paused, c.i_ivr_prompt, p.digest, p.trouble,
	has_column_privilege('ivr_prompts', 'audio', 'SELECT'),
	c.i_schedule, schedule_open(c.i_schedule),
	epoch_ms(schedule_next_change(c.i_schedule)), epoch_ms(now()),
	c.max_concurrent_calls, c.max_calls_per_second, c.max_attempts,
	c.timeout_sec, c.backoff_sec, y.total, y.finished, y.success, y.live,
	y.due_now, engines_connected(), e.max_calls,
	(SELECT count(*) FROM campaign_summary o
		WHERE o.i_campaign <> c.i_campaign AND NOT o.paused
		AND o.due_now > 0),
	has_table_privilege('do_not_call', 'SELECT')
		AND has_column_privilege('campaign_phones', 'cld', 'SELECT')
FROM campaigns_shown c
JOIN campaign_summary y USING (i_campaign)
LEFT JOIN ivr_prompts p USING (i_ivr_prompt)
CROSS JOIN engine e
WHERE c.i_campaign = $1::integer
