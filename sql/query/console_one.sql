-- One phone, $1, with its campaign, and why it is not being rung
SELECT l.i_campaign_phone, l.i_campaign, l.cld, l.status, l.finished,
	l.call_count, l.max_attempts, epoch_ms(l.next_call),
	epoch_ms(l.expires), l.i_attempt, l.claimed_by,
	epoch_ms(l.setup_time), epoch_ms(l.connect_time),
	epoch_ms(l.disconnect_time), l.sip_code, l.sip_reason, l.played_msec,
	epoch_ms(clock_timestamp()), NULL, NULL,
	c.name, p.name, c.threshold_msec, w.reason, epoch_ms(w.until)
FROM phones_listed l
JOIN campaigns c USING (i_campaign)
LEFT JOIN ivr_prompts p USING (i_ivr_prompt)
CROSS JOIN LATERAL why_not_dialing(l.i_campaign_phone) AS w
WHERE l.i_campaign_phone = $1::bigint
