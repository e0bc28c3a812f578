-- How many phones of campaign $1 begin with $2 and have one of the statuses
-- $3, of kinds ($4) of which there are few?
SELECT count(*) FROM unnest($4::smallint[]) AS kind, campaign_phones
WHERE i_campaign = $1::integer AND listed = kind
AND starts_with(cld, $2::text) AND status = ANY ($3::text[])
