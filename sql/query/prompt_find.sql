-- The prompts that somebody may mean, as in campaign_find.sql. $1 a word
SELECT i_ivr_prompt FROM ivr_prompts
WHERE i_ivr_prompt::text = $1 OR name = $1 AND NOT EXISTS (
	SELECT FROM ivr_prompts WHERE i_ivr_prompt::text = $1)
ORDER BY 1
