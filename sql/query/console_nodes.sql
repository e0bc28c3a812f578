-- The engines of the console, by name; instants in milliseconds since 1970
SELECT node, connected, live, coalesce(max_calls, 0), coalesce(dialled, 0),
	coalesce(version, ''), coalesce(host, ''), coalesce(pid, 0),
	coalesce(address, ''),
	coalesce(floor(extract(epoch FROM started) * 1000), 0)::bigint,
	coalesce(floor(extract(epoch FROM seen) * 1000), 0)::bigint
FROM nodes
ORDER BY node
