-- How many phones of campaign $1 begin with $2 and have one of the statuses $3
-- (NULL: any)? No more than $4 of the numbers are looked at; the second column
-- says how many were.
SELECT count(*) FILTER (WHERE $3::text[] IS NULL OR (
		SELECT status FROM campaign_phones p
		WHERE p.i_campaign_phone = n.i_campaign_phone)
		= ANY ($3::text[])), count(*)
FROM (
	SELECT i_campaign_phone FROM phone_numbers
	WHERE i_campaign = $1::integer
	AND cld >= $2::text AND cld < $2::text || chr(127)
	ORDER BY cld, i_campaign_phone
	LIMIT $4::integer) AS n
