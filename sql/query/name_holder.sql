-- Who has taken a node's name, and how many milliseconds ago did that session
-- begin a statement? Engines hear that settings have changed: one that is at
-- work asks for them at once. $1 node
SELECT (SELECT e.node FROM engines e WHERE e.backend = l.pid
		ORDER BY e.seen DESC LIMIT 1),
	floor(extract(epoch FROM clock_timestamp() - a.query_start)
		* 1000)::bigint,
	pg_notify('ringround', 'settings')
FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.classid = 1918987877
AND l.objid = node_hash($1) AND l.granted
AND l.database = (SELECT oid FROM pg_database
	WHERE datname = current_database())
