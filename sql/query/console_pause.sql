-- Pause or resume a campaign. Nothing is written when it is so already.
WITH changed AS (
	UPDATE campaigns SET paused = $2::boolean
	WHERE i_campaign = $1::integer AND paused <> $2::boolean
)
SELECT 1 FROM campaigns WHERE i_campaign = $1::integer
