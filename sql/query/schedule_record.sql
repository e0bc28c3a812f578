-- $1 schedule, $2 and $3 weekdays, $4 and $5 times; NULL: any
INSERT INTO schedule_records (i_schedule, start_wday, stop_wday, start_time,
	stop_time)
VALUES ($1::integer, $2::smallint, $3::smallint, $4::time, $5::time)
