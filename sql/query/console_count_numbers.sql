-- How many phones of campaign $1 begin with $2 and have one of the statuses $3?
-- No more than $4 of the numbers are looked at; the second column says how
-- many were.
SELECT count(*) FILTER (WHERE status = ANY ($3::text[])), count(*)
FROM (
	SELECT status FROM campaign_phones
	WHERE (i_campaign, cld COLLATE "C")
		>= ($1::integer, $2::text COLLATE "C")
	AND (i_campaign, cld COLLATE "C")
		< ($1::integer, $2::text COLLATE "C" || chr(127))
	ORDER BY i_campaign, cld COLLATE "C", i_campaign_phone
	LIMIT $4::integer) AS looked
