-- The prompts, without their audio
SELECT i_ivr_prompt, name, description, octet_length(audio), left(digest, 12),
	(SELECT count(*) FROM campaigns c
		WHERE c.i_ivr_prompt = p.i_ivr_prompt), trouble
FROM ivr_prompts p ORDER BY i_ivr_prompt
