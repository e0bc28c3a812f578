-- Why phones are not being rung. $1 an array of them, $2 a word that may be
-- the number of one more, $3 campaign, or NULL for any
SELECT p.i_campaign_phone, p.cld, c.name, p.status, p.call_count,
	c.max_attempts, w.reason, epoch_ms(w.until)
FROM phones_shown p
JOIN campaigns c USING (i_campaign)
CROSS JOIN LATERAL why_not_dialing(p.i_campaign_phone) AS w
WHERE p.i_campaign_phone = ANY ($1::bigint[]
	|| CASE WHEN $2::text ~ '^[0-9]{1,18}$' THEN $2::bigint END)
AND ($3::integer IS NULL OR c.i_campaign = $3)
ORDER BY p.i_campaign_phone
