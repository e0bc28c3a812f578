-- $1 prompt, $2 the digest that is wanted, $3 from which byte on (the first
-- is 1), $4 how many
SELECT substring(audio FROM $3::integer FOR $4::integer) FROM ivr_prompts
WHERE i_ivr_prompt = $1::integer AND digest = $2
