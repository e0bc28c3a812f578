-- $1 schedule
SELECT start_wday, stop_wday, start_time, stop_time FROM schedule_records
WHERE i_schedule = $1::integer ORDER BY i_schedule_record
