-- How a campaign stands, for its report, and the zone of its hours.
-- $1 campaign
SELECT c.i_campaign, c.name, coalesce(s.time_zone,
		current_setting('TimeZone')),
	y.total, y.finished, y.success, y.heard_sec, c.threshold_msec,
	to_char(now() AT TIME ZONE coalesce(s.time_zone,
		current_setting('TimeZone')), 'YYYY-MM-DD HH24:MI')
FROM campaigns_shown c
JOIN campaign_summary y USING (i_campaign)
LEFT JOIN schedules s USING (i_schedule)
WHERE c.i_campaign = $1::integer
