-- Pause or resume campaigns, $1 or with NULL all; tells which were not so.
WITH changed AS (
	UPDATE campaigns SET paused = $2::boolean
	WHERE paused <> $2::boolean
	AND ($1::integer[] IS NULL OR i_campaign = ANY ($1::integer[]))
	RETURNING i_campaign
)
SELECT i_campaign FROM changed ORDER BY i_campaign
