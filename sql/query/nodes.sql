-- The engines, by name, the version of the schema that they should have, and
-- the server's clock. Instants are in milliseconds since 1970, 0: NULL.
SELECT node, connected::integer, live, coalesce(max_calls, 0),
	coalesce(dialled, 0), coalesce(version, ''),
	coalesce(schema_version, 0), coalesce(host, ''), coalesce(pid, 0),
	coalesce(address, ''),
	coalesce(floor(extract(epoch FROM started) * 1000), 0)::bigint,
	coalesce(floor(extract(epoch FROM seen) * 1000), 0)::bigint,
	floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint,
	(SELECT max(v.version) FROM schema_version v)
FROM nodes ORDER BY node
