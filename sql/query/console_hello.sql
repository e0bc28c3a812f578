-- What a console's connection must be like, and what its role may do. A
-- standby server can only be read, and has no news to listen to. What is
-- asked has an index in its order; without statistics, after an import, the
-- planner might still prefer to read all phones, or to collect and sort them.
-- Compiling takes longer than anything else.
-- Columns: role, standby, read-only, may read numbers, may pause, may hang up
SELECT current_user, pg_is_in_recovery(),
	current_setting('transaction_read_only')::boolean,
	has_column_privilege('campaign_phones', 'cld', 'SELECT')
		AND has_table_privilege('phone_numbers', 'SELECT'),
	has_column_privilege('campaigns', 'paused', 'UPDATE'),
	has_table_privilege('hangups', 'INSERT'),
	set_config('statement_timeout', '2500ms', false),
	set_config('enable_seqscan', 'off', false),
	set_config('enable_bitmapscan', 'off', false),
	set_config('jit', 'off', false),
	set_config('tcp_keepalives_idle', '10', false),
	set_config('tcp_keepalives_interval', '5', false),
	set_config('tcp_keepalives_count', '3', false)
