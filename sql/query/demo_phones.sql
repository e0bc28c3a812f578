-- The demonstration's phones, each with its last attempt that has ended
SELECT p.i_campaign_phone, p.cld, p.status, p.finished::integer,
	(p.claimed_by IS NOT NULL)::integer, p.call_count, c.max_attempts,
	coalesce(a.sip_code, 0), coalesce(a.sip_reason, ''),
	coalesce(a.played_msec, 0), coalesce(a.outcome, ''),
	(SELECT count(*) FROM call_attempts e
		WHERE e.i_campaign_phone = p.i_campaign_phone)
FROM campaign_phones p JOIN campaigns c USING (i_campaign)
LEFT JOIN LATERAL (
	SELECT * FROM call_attempts e
	WHERE e.i_campaign_phone = p.i_campaign_phone
	ORDER BY i_call_attempt DESC LIMIT 1) AS a ON true
ORDER BY p.i_campaign_phone
