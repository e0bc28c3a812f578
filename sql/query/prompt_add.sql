-- Add a prompt as uploaded; its digest is made by the table.
INSERT INTO ivr_prompts (name, audio, description)
VALUES ($1::text, $2::bytea, $3::text)
RETURNING i_ivr_prompt
