-- $1 prompt, $2 the digest that was tried, $3 why it cannot be played or NULL
UPDATE ivr_prompts SET trouble = $3
WHERE i_ivr_prompt = $1 AND digest = $2 AND trouble IS DISTINCT FROM $3
