-- The schedules, and what they say now
SELECT i_schedule, name, time_zone, schedule_open(i_schedule),
	epoch_ms(schedule_next_change(i_schedule)),
	(SELECT count(*) FROM schedule_records r
		WHERE r.i_schedule = s.i_schedule),
	(SELECT count(*) FROM campaigns c WHERE c.i_schedule = s.i_schedule)
FROM schedules s ORDER BY i_schedule
