-- What campaign_set.sql may change, in its order. $1 campaign
SELECT name, description, i_ivr_prompt, paused, username, cli, i_schedule,
	max_concurrent_calls, max_attempts, timeout_sec, backoff_sec,
	threshold_msec, max_calls_per_second, media_encryption
FROM campaigns WHERE i_campaign = $1::integer
FOR UPDATE
