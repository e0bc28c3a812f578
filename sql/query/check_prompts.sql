-- The prompts that campaigns have, and whether their audio may be read
SELECT i_ivr_prompt, name, digest, trouble,
	has_column_privilege('ivr_prompts', 'audio', 'SELECT')
FROM ivr_prompts p
WHERE EXISTS (SELECT FROM campaigns c
	WHERE c.i_ivr_prompt = p.i_ivr_prompt AND NOT c.paused)
ORDER BY i_ivr_prompt
