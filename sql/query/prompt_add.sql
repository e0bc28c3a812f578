-- Add a prompt as uploaded; its digest is made by the table.
INSERT INTO ivr_prompts (name, audio) VALUES ($1::text, $2::bytea)
RETURNING i_ivr_prompt
