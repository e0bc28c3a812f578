-- Looks at some of a campaign's numbers, in their order: of those
-- that begin with $2 it finds such as have $3 anywhere and one of the
-- statuses $4 (NULL: any). The index is walked twice, once to where this step
-- ends, and not kept in between: that would cost more than both.
-- $1 campaign, $5 and $6 number and id behind which it looks, $7 at how many,
-- $8 how many it is to find
-- Columns: the ids found; number and id looked at last; how many were, or
-- 0 when it came to the end
WITH far AS MATERIALIZED (
	SELECT cld, i_campaign_phone AS id FROM phone_numbers
	WHERE i_campaign = $1::integer
	AND (cld, i_campaign_phone) > ($5::text, $6::bigint)
	AND cld < $2::text || chr(127)
	ORDER BY cld, i_campaign_phone
	OFFSET $7::integer - 1 LIMIT 1
)
SELECT ARRAY(
		SELECT n.i_campaign_phone FROM phone_numbers n
		WHERE n.i_campaign = $1::integer
		AND (n.cld, n.i_campaign_phone) > ($5::text, $6::bigint)
		AND n.cld < $2::text || chr(127)
		AND (n.cld, n.i_campaign_phone) <= (
			coalesce((SELECT cld FROM far), $2::text || chr(127)),
			coalesce((SELECT id FROM far), 0))
		AND strpos(n.cld, $3::text) > 0
		AND ($4::text[] IS NULL OR (
			SELECT status FROM campaign_phones p
			WHERE p.i_campaign_phone = n.i_campaign_phone)
			= ANY ($4::text[]))
		ORDER BY n.cld, n.i_campaign_phone
		LIMIT $8::integer),
	(SELECT cld FROM far), (SELECT id FROM far),
	CASE WHEN EXISTS (SELECT FROM far) THEN $7::integer ELSE 0 END
