-- A page of phones: behind the id $2, $3 rows at the most.
-- Put this way, only the index made for it can serve: with an equality the
-- primary key may be walked instead, over the phones of other campaigns.
SELECT p.i_campaign_phone, p.cld, p.status, p.finished, p.call_count,
	c.max_attempts,
	CASE
	WHEN p.next_call IS NULL THEN -1
	WHEN p.next_call <= now() THEN 0
	WHEN NOT isfinite(p.next_call) THEN 1e16
	ELSE ceil(extract(epoch FROM p.next_call - now()) * 1000)
	END::bigint,
	a.sip_code, a.sip_reason, p.claimed_by
FROM (
	SELECT * FROM phones_shown
	WHERE (i_campaign, i_campaign_phone) > ($1::integer, $2::bigint)
	AND i_campaign <= $1::integer
	ORDER BY i_campaign, i_campaign_phone
	LIMIT $3::integer
) AS p
JOIN campaigns c USING (i_campaign)
LEFT JOIN LATERAL (
	SELECT sip_code, sip_reason FROM attempts_shown
	WHERE i_campaign_phone = p.i_campaign_phone
	ORDER BY i_call_attempt DESC
	LIMIT 1
) AS a ON true
ORDER BY p.i_campaign_phone
