-- Schedules that campaigns have: is each open, and when does that change?
-- $1 which; NULL: all of them
SELECT i_schedule, schedule_open(i_schedule),
	epoch_ms(schedule_next_change(i_schedule))
FROM schedules s
WHERE EXISTS (SELECT FROM campaigns c WHERE c.i_schedule = s.i_schedule)
AND ($1::integer[] IS NULL OR i_schedule = ANY ($1::integer[]))
ORDER BY i_schedule
