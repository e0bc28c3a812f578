-- $1 prompt, $2 the digest that is wanted
SELECT audio FROM ivr_prompts WHERE i_ivr_prompt = $1 AND digest = $2
