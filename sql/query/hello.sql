-- What a new connection of an engine must know before it does anything.
-- $1 node: its name is taken for as long as this session lives.
SELECT (SELECT max(version) FROM schema_version),
	pg_try_advisory_lock(1918987877, hashtext($1)),
	set_config('ringround.node', $1, false),
	set_config('statement_timeout', '9s', false)
