-- The live calls of campaign $1 whose phones have one of the statuses $2,
-- begin with $3 and have $4 anywhere; of the phones $5 those, or all but
-- those ($6)
SELECT p.i_campaign_phone, p.i_attempt, s.cld
FROM campaign_phones p JOIN phones_shown s USING (i_campaign_phone)
WHERE p.i_campaign = $1::integer AND p.listed = 6
AND p.status = ANY ($2::text[])
AND starts_with(s.cld, $3::text) AND strpos(s.cld, $4::text) > 0
AND (p.i_campaign_phone = ANY ($5::bigint[])) <> $6::boolean
ORDER BY p.i_campaign_phone + 0
