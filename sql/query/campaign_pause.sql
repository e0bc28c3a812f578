-- Pause or resume, and tell how many calls are live. $1 campaign, $2 paused
WITH done AS (
	UPDATE campaigns SET paused = $2::boolean
	WHERE i_campaign = $1::integer AND paused <> $2::boolean
	RETURNING i_campaign
)
SELECT i_campaign, name, $2::boolean, EXISTS (SELECT FROM done),
	(SELECT coalesce(sum(l.n), 0) FROM live_calls() l
		WHERE l.i_campaign = c.i_campaign)
FROM campaigns c WHERE i_campaign = $1::integer
