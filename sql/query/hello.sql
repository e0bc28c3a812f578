-- What a new connection of an engine must know before it does anything.
-- $1 node: its name is taken for as long as this session lives. $2 the schema
-- that this program knows. The server ends a session that is cut off: an
-- engine talks every few seconds. What an engine asks has an index; without
-- statistics, after an import, the planner might still prefer to read all
-- phones; what has no index is small, and compiling it would take longer than
-- anything else. And it waits for no transaction that somebody has left open:
-- what comes behind would wait, too. What is committed has to survive a crash
-- of the server, whatever its default: else people are rung twice.
SELECT (SELECT max(version) FROM schema_version),
	pg_try_advisory_lock(1918987877, hashtext($1)),
	set_config('ringround.node', $1, false),
	set_config('ringround.schema', $2, false),
	set_config('statement_timeout', '9s', false),
	set_config('synchronous_commit', CASE current_setting(
		'synchronous_commit') WHEN 'off' THEN 'local'
		ELSE current_setting('synchronous_commit') END, false),
	set_config('default_transaction_isolation', 'read committed',
		false),
	set_config('lock_timeout', '100ms', false),
	set_config('enable_seqscan', 'off', false),
	set_config('jit', 'off', false),
	set_config('idle_session_timeout', '20s', false),
	set_config('tcp_keepalives_idle', '10', false),
	set_config('tcp_keepalives_interval', '5', false),
	set_config('tcp_keepalives_count', '3', false)
