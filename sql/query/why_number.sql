-- The phones with a number, in any notation of the do-not-call list, as an
-- array. $1 number, $2 campaign, or NULL for any
SELECT coalesce(array_agg(n.i_campaign_phone), '{}')
FROM campaigns c
CROSS JOIN LATERAL (
	SELECT i_campaign_phone FROM phone_numbers
	WHERE i_campaign = c.i_campaign AND cld = ANY (ARRAY(
		SELECT $1::text
		UNION
		SELECT lead || form
		FROM unnest(dnc_forms($1, dnc_country())) AS form,
			unnest(ARRAY['', '+', '00']) AS lead
		WHERE form <> ''))
	OFFSET 0
) AS n
WHERE $2::integer IS NULL OR c.i_campaign = $2
