-- Looks at some of a campaign's numbers, in their order: of those
-- that begin with $2 it finds such as have $3 anywhere and one of the
-- statuses $4 (NULL: any).
-- $1 campaign, $5 and $6 number and id behind which it looks, $7 at how many,
-- $8 how many it is to find
-- Columns: the ids found; number and id looked at last; how many were
WITH looked AS MATERIALIZED (
	SELECT cld, i_campaign_phone AS id FROM phone_numbers
	WHERE i_campaign = $1::integer
	AND (cld, i_campaign_phone) > ($5::text, $6::bigint)
	AND cld < $2::text || chr(127)
	ORDER BY cld, i_campaign_phone
	LIMIT $7::integer
)
SELECT ARRAY(
		SELECT id FROM looked
		WHERE strpos(cld, $3::text) > 0
		AND ($4::text[] IS NULL OR (
			SELECT status FROM campaign_phones p
			WHERE p.i_campaign_phone = looked.id)
			= ANY ($4::text[]))
		ORDER BY cld, id
		LIMIT $8::integer),
	cld, id, (SELECT count(*) FROM looked)
FROM looked ORDER BY cld DESC, id DESC LIMIT 1
