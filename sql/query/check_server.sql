-- Which server this is, and what time it has there, in milliseconds since 1970
SELECT current_setting('server_version'),
	current_setting('server_version_num'), pg_is_in_recovery()::integer,
	floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint,
	current_database(), current_user, pg_encoding_to_char(encoding)
FROM pg_database WHERE datname = current_database()
