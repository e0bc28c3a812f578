-- Schedules without a record, and how many campaigns have them
SELECT i_schedule, name,
	(SELECT count(*) FROM campaigns c WHERE c.i_schedule = s.i_schedule)
FROM schedules s
WHERE NOT EXISTS (SELECT FROM schedule_records r
	WHERE r.i_schedule = s.i_schedule)
ORDER BY i_schedule
