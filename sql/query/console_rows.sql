-- The phones $2 of campaign $1, by id
SELECT i_campaign_phone, i_campaign, cld, status, finished, call_count,
	max_attempts, epoch_ms(next_call), epoch_ms(expires), i_attempt,
	claimed_by, epoch_ms(setup_time), epoch_ms(connect_time),
	epoch_ms(disconnect_time), sip_code, sip_reason, played_msec,
	epoch_ms(clock_timestamp()),
	first_id, last_id
FROM phones_listed, phones_ends($1::integer)
WHERE i_campaign_phone = ANY ($2::bigint[])
AND i_campaign = $1::integer
ORDER BY i_campaign_phone
