-- Campaigns with phones that are not finished: what may keep them from dialling
SELECT c.i_campaign, c.name, c.paused, c.i_ivr_prompt IS NULL,
	c.max_concurrent_calls, schedule_open(c.i_schedule),
	schedule_open(c.i_schedule) IS FALSE
		AND schedule_next_change(c.i_schedule) IS NULL,
	y.total - y.finished, y.due_now
FROM campaigns c JOIN campaign_summary y USING (i_campaign)
WHERE y.total > y.finished
ORDER BY c.i_campaign
