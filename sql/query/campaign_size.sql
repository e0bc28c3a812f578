-- What would go with a campaign. $1 campaign
SELECT name, total, attempts FROM campaign_summary
WHERE i_campaign = $1::integer
