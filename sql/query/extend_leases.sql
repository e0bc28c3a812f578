-- $1 node, $2 live attempts, $3 seconds from now
UPDATE campaign_phones
SET expires = greatest(expires, now() + $3 * interval '1 second')
WHERE claimed_by = $1 AND i_attempt = ANY ($2::bigint[])
