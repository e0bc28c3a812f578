-- The campaigns that somebody may mean: the one of that number, else those of
-- that name. $1 a word
SELECT i_campaign FROM campaigns
WHERE i_campaign::text = $1 OR name = $1 AND NOT EXISTS (
	SELECT FROM campaigns WHERE i_campaign::text = $1)
ORDER BY 1
