-- A page of a campaign's phones by kind (campaign_phones.listed) and id: their
-- ids, the nearest first. About the sum see 006_console.sql.
-- $1 campaign, $2 kinds, $3 statuses, for those that are being rung, $4 and
-- $5 kind and id behind which the page begins, $6 rows at the most
SELECT i_campaign_phone
FROM unnest($2::smallint[]) AS kind,
LATERAL (
	SELECT i_campaign_phone FROM campaign_phones
	WHERE i_campaign = $1::integer AND listed = kind
	AND i_campaign_phone + 0 > CASE WHEN kind = $4::smallint
		THEN $5::bigint ELSE '-9223372036854775808'::bigint END
	AND (kind <> 6 OR status = ANY ($3::text[]))
	ORDER BY i_campaign_phone + 0
	LIMIT $6::integer
) AS nearest
WHERE kind >= $4::smallint
ORDER BY kind, i_campaign_phone
LIMIT $6::integer
