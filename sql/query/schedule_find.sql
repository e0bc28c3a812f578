-- The schedules that somebody may mean, as in campaign_find.sql. $1 a word
SELECT i_schedule FROM schedules
WHERE i_schedule::text = $1 OR name = $1 AND NOT EXISTS (
	SELECT FROM schedules WHERE i_schedule::text = $1)
ORDER BY 1
