-- What is being rung, in all campaigns
-- $1 rows at the most
SELECT i_campaign_phone, i_campaign, cld, status, finished, call_count,
	max_attempts, epoch_ms(next_call), epoch_ms(expires), i_attempt,
	claimed_by, epoch_ms(setup_time), epoch_ms(connect_time),
	epoch_ms(disconnect_time), sip_code, sip_reason, played_msec,
	epoch_ms(clock_timestamp()), NULL, NULL
FROM phones_listed
WHERE i_campaign_phone = ANY (ARRAY(
	SELECT i_campaign_phone FROM campaign_phones
	WHERE claimed_by IS NOT NULL
	ORDER BY i_campaign, i_campaign_phone
	LIMIT $1::integer))
ORDER BY i_campaign, i_campaign_phone
