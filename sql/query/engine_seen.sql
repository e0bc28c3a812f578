-- A sign of life.
-- $1 node, $2 host, $3 pid, $4 version, $5 schema version, $6 address,
-- $7 milliseconds since it was started, $8 calls it can carry, $9 its calls
-- now, $10 INVITEs so far, $11 calls more that it would take
INSERT INTO engines AS e (node, host, pid, backend, version, schema_version,
	address, started, seen, max_calls, live, dialled,
	room)
VALUES ($1, $2, $3, pg_backend_pid(), $4, $5, $6,
	now() - $7::bigint * interval '1 ms', now(), $8, $9, $10, $11)
ON CONFLICT (node) DO UPDATE
SET host = excluded.host, pid = excluded.pid,
	backend = excluded.backend, version = excluded.version,
	schema_version = excluded.schema_version, address = excluded.address,
	started = CASE WHEN e.pid = excluded.pid AND e.host = excluded.host
		AND e.dialled <= excluded.dialled
		THEN e.started ELSE excluded.started END,
	seen = excluded.seen, max_calls = excluded.max_calls,
	live = excluded.live, dialled = excluded.dialled, room = excluded.room
