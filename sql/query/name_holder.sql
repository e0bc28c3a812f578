-- Who has taken a node's name, and how many milliseconds ago did that session
-- begin a statement? Engines hear that settings have changed: one that is at
-- work asks for them at once. Sessions of other roles may not be looked into:
-- there is its sign of life then. $1 node
SELECT e.node, floor(extract(epoch FROM clock_timestamp()
		- greatest(a.query_start, e.seen)) * 1000)::bigint,
	pg_notify('ringround', 'settings')
FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
LEFT JOIN LATERAL (SELECT node, seen FROM engines
	WHERE backend = l.pid ORDER BY seen DESC LIMIT 1) AS e ON true
WHERE l.locktype = 'advisory' AND l.classid = 1918987877
AND l.objid = node_hash($1) AND l.granted
AND l.database = (SELECT oid FROM pg_database
	WHERE datname = current_database())
