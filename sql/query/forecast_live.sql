-- Phones that are being rung, by attempts with this one. $1 campaign
SELECT call_count, 0, 0, count(*) FROM campaign_phones
WHERE i_campaign = $1::integer AND claimed_by IS NOT NULL
GROUP BY call_count
