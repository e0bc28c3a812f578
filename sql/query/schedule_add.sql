-- $1 name, $2 description, $3 time zone; NULL: the session's
INSERT INTO schedules (name, description, time_zone)
VALUES ($1, $2, coalesce($3, current_setting('TimeZone')))
RETURNING i_schedule
