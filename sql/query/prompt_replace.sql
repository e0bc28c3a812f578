-- Other audio under the same number. $1 prompt, $2 audio
UPDATE ivr_prompts SET audio = $2::bytea WHERE i_ivr_prompt = $1::integer
RETURNING i_ivr_prompt
