-- How many phones of campaign $1 have one of the statuses $2: the kept count
SELECT coalesce(sum(n), 0) FROM campaign_counts
WHERE i_campaign = $1::integer AND status = ANY ($2::text[])
