-- The calls of node $1 that operators want hung up, each told once, and what
-- was left behind by engines that are gone.
DELETE FROM hangups
WHERE node = $1 OR asked < now() - interval '10 minutes'
RETURNING i_attempt
