-- A campaign that has this phone live. $1 phones, as why_number.sql has them
SELECT c.name FROM campaign_phones p JOIN campaigns c USING (i_campaign)
WHERE p.i_campaign_phone = ANY ($1::bigint[]) AND p.claimed_by IS NOT NULL
LIMIT 1
