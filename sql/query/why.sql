-- Why phones are not being rung, and how the last call went. What keeps an
-- engine from dialling is written down once for all: with a phone that is due
-- and waits goes the last one of its campaign that came back so, if that is
-- no more than two minutes ago.
-- $1 an array of phones, $2 a word that may be the number of one more,
-- $3 campaign, or NULL for any
SELECT p.i_campaign_phone, p.cld, c.name, p.status, p.call_count,
	c.max_attempts, w.reason, epoch_ms(w.until),
	a.outcome || coalesce(': ' || nullif(concat_ws(' ', a.sip_code,
		a.sip_reason), ''), '')
		|| coalesce(', through ' || a.proxy, '')
FROM phones_shown p
JOIN campaigns c USING (i_campaign)
CROSS JOIN LATERAL why_not_dialing(p.i_campaign_phone) AS w
LEFT JOIN LATERAL (
	SELECT * FROM (
		SELECT * FROM attempts_shown
		ORDER BY i_call_attempt DESC LIMIT 1000
	) AS late
	WHERE i_campaign = p.i_campaign AND outcome = 'lost'
	AND sip_reason IS NOT NULL AND w.until <= now() AND NOT p.finished
	AND disconnect_time > now() - interval '2 minutes'
	ORDER BY i_call_attempt DESC LIMIT 1
) AS back ON true
LEFT JOIN LATERAL (
	SELECT * FROM attempts_shown x
	WHERE x.i_campaign_phone = p.i_campaign_phone
	ORDER BY i_call_attempt DESC LIMIT 1
) AS own ON true
CROSS JOIN LATERAL (
	SELECT
		CASE WHEN b THEN back.outcome ELSE own.outcome END,
		CASE WHEN b THEN back.sip_code ELSE own.sip_code END,
		CASE WHEN b THEN back.sip_reason ELSE own.sip_reason END,
		CASE WHEN b THEN back.proxy ELSE own.proxy END
	FROM (SELECT back.i_call_attempt IS NOT NULL AND coalesce(
		back.i_call_attempt > own.i_call_attempt, true)) AS x (b)
) AS a (outcome, sip_code, sip_reason, proxy)
WHERE p.i_campaign_phone = ANY ($1::bigint[]
	|| CASE WHEN $2::text ~ '^[0-9]{1,18}$' THEN $2::bigint END)
AND ($3::integer IS NULL OR c.i_campaign = $3)
ORDER BY p.i_campaign_phone
