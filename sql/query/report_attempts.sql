-- A campaign's attempts, the oldest first. $1 campaign
SELECT i_call_attempt, i_campaign_phone, attempt, cld, cli, outcome, sip_code,
	sip_reason, t.v[1], t.v[2], t.v[3], t.v[4], t.v[5], played_msec,
	ended_by, node, proxy, call_id
FROM attempts_shown a
CROSS JOIN LATERAL (SELECT ARRAY(
	SELECT to_char(at AT TIME ZONE 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
	FROM unnest(ARRAY[setup_time, ring_time, connect_time, prompt_time,
		disconnect_time]) WITH ORDINALITY AS x(at, i) ORDER BY i) AS v
	OFFSET 0) AS t
WHERE i_campaign = $1::integer
ORDER BY i_call_attempt
