-- $1 prompt
SELECT digest, octet_length(audio), name, description, trouble,
	(SELECT count(*) FROM campaigns c
		WHERE c.i_ivr_prompt = p.i_ivr_prompt)
FROM ivr_prompts p WHERE i_ivr_prompt = $1::integer
