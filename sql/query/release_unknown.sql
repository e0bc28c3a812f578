-- After a reconnect: rows that this node has claimed, but whose claim it
-- never heard of. Nobody rang them: the attempt does not count. One that is
-- locked is left to its lease: an engine does not wait for whoever holds it.
-- $1 node, $2 the attempts it knows of
UPDATE campaign_phones p
SET claimed_by = NULL, call_count = greatest(0, p.call_count - 1),
	status = coalesce(last.status, 'idle'),
	expires = CASE WHEN last.status IS NOT NULL THEN p.expires END,
	setup_time = last.setup_time, connect_time = last.connect_time,
	disconnect_time = last.disconnect_time
FROM (
	SELECT i_campaign_phone FROM campaign_phones
	WHERE claimed_by = $1 AND NOT i_attempt = ANY ($2::bigint[])
	ORDER BY i_campaign_phone
	FOR UPDATE SKIP LOCKED
) AS q
LEFT JOIN LATERAL last_attempt(q.i_campaign_phone) AS last ON true
WHERE q.i_campaign_phone = p.i_campaign_phone
