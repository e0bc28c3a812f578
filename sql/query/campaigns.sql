-- Every campaign as an engine needs it: may it dial, and when next?
SELECT c.i_campaign, c.name, c.paused,
	schedule_open(c.i_schedule),
	CASE WHEN c.i_schedule IS NOT NULL THEN
		ceil(extract(epoch FROM schedule_next_change(c.i_schedule)
			- now()) * 1000)::bigint
	END,
	(SELECT CASE WHEN d.next_call = 'infinity' THEN NULL
			ELSE ceil(extract(epoch FROM
			greatest(d.next_call, now()) - now()) * 1000)::bigint
			END
		FROM campaign_phones d
		WHERE d.i_campaign = c.i_campaign
		AND NOT d.finished AND d.claimed_by IS NULL
		ORDER BY coalesce(d.next_call, '-infinity'), d.i_campaign_phone
		LIMIT 1),
	p.i_ivr_prompt, p.digest, p.trouble IS NOT NULL,
	c.max_concurrent_calls, c.max_attempts, c.timeout_sec,
	c.backoff_sec, c.threshold_msec,
	(SELECT count(*) FROM campaign_phones l
		WHERE l.i_campaign = c.i_campaign
		AND l.claimed_by IS NOT NULL),
	(SELECT engines_connected()) > 1
FROM campaigns c LEFT JOIN ivr_prompts p USING (i_ivr_prompt)
ORDER BY c.i_campaign
