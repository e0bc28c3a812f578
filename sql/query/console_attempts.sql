-- The attempts of phone $1 that have ended, the latest first, $2 at the most
SELECT i_call_attempt, attempt, node, call_id, proxy, cli,
	epoch_ms(setup_time), epoch_ms(ring_time), epoch_ms(connect_time),
	epoch_ms(prompt_time), epoch_ms(disconnect_time), played_msec,
	sip_code, sip_reason, outcome, ended_by
FROM attempts_shown
WHERE i_campaign_phone = $1::bigint
ORDER BY i_call_attempt DESC
LIMIT $2::integer
