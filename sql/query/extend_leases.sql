-- How many could not be extended? Somebody may hold a row; nobody waits for
-- that, nor do the others. $1 node, $2 live attempts, $3 seconds from now
WITH mine AS MATERIALIZED (
	SELECT i_campaign_phone FROM campaign_phones
	WHERE claimed_by = $1 AND i_attempt = ANY ($2::bigint[])
), free AS MATERIALIZED (
	SELECT i_campaign_phone FROM campaign_phones
	WHERE i_campaign_phone IN (SELECT i_campaign_phone FROM mine)
	AND claimed_by = $1 AND i_attempt = ANY ($2::bigint[])
	ORDER BY i_campaign_phone FOR UPDATE SKIP LOCKED
), extended AS (
	UPDATE campaign_phones p
	SET expires = greatest(expires, now() + $3 * interval '1 second')
	FROM free WHERE p.i_campaign_phone = free.i_campaign_phone
)
SELECT (SELECT count(*) FROM mine) - (SELECT count(*) FROM free)
