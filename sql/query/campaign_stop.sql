-- Pause, and hang up. $1 campaign
SELECT i_campaign, name, true, NOT paused, stop_campaign(i_campaign)
FROM campaigns WHERE i_campaign = $1::integer
