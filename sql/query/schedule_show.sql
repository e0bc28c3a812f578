-- A schedule at an instant. $1 schedule, $2 when: NULL is now, and without a
-- zone it is a time of the schedule's zone. $3 its records, as text
SELECT i_schedule, name, description, time_zone, epoch_ms(at),
	schedule_open(i_schedule, at),
	epoch_ms(schedule_next_change(i_schedule, at)),
	$3::text,
	(SELECT count(*) FROM campaigns c WHERE c.i_schedule = s.i_schedule)
FROM schedules s, LATERAL (SELECT CASE
	WHEN $2::text IS NULL THEN now()
	WHEN $2 ~ ':.*([+-][0-9]{2}(:?[0-9]{2})?|[A-Za-z])$'
	THEN $2::timestamptz
	ELSE $2::timestamp AT TIME ZONE s.time_zone END AS at) AS x
WHERE i_schedule = $1::integer
