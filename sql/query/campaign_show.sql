-- All of a campaign but its secret. $1 campaign
SELECT c.i_campaign, c.name, c.description, c.paused, c.i_ivr_prompt,
	p.name, c.i_schedule, s.name, schedule_open(c.i_schedule),
	epoch_ms(schedule_next_change(c.i_schedule)), c.cli, c.username,
	c.has_secret, c.max_concurrent_calls, c.max_attempts, c.timeout_sec,
	c.backoff_sec, c.threshold_msec, c.max_calls_per_second,
	c.media_encryption, y.total, y.finished, y.success, y.live, y.due_now,
	epoch_ms(y.next_due), y.attempts
FROM campaigns_shown c
JOIN campaign_summary y USING (i_campaign)
LEFT JOIN ivr_prompts p ON p.i_ivr_prompt = c.i_ivr_prompt
LEFT JOIN schedules s ON s.i_schedule = c.i_schedule
WHERE c.i_campaign = $1::integer
