-- What a single call takes from a campaign; the secret is asked for by itself.
-- $1 campaign
SELECT i_ivr_prompt, cli, username, timeout_sec, media_encryption
FROM campaigns WHERE i_campaign = $1::integer
