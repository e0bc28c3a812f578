-- Change a campaign. $1 campaign; the others: NULL leaves a column as it is,
-- an empty text makes it NULL. No secret: who sets it may not read it.
UPDATE campaigns SET
	name = coalesce($2, name),
	description = CASE WHEN $3::text IS NULL THEN description
		ELSE nullif($3, '') END,
	i_ivr_prompt = CASE WHEN $4::text IS NULL THEN i_ivr_prompt
		ELSE nullif($4, '')::integer END,
	paused = CASE WHEN $5::text IS NULL THEN paused
		ELSE nullif($5, '')::boolean END,
	username = CASE WHEN $6::text IS NULL THEN username
		ELSE nullif($6, '') END,
	cli = CASE WHEN $7::text IS NULL THEN cli ELSE nullif($7, '') END,
	i_schedule = CASE WHEN $8::text IS NULL THEN i_schedule
		ELSE nullif($8, '')::integer END,
	max_concurrent_calls = CASE WHEN $9::text IS NULL
		THEN max_concurrent_calls ELSE nullif($9, '')::integer END,
	max_attempts = CASE WHEN $10::text IS NULL THEN max_attempts
		ELSE nullif($10, '')::integer END,
	timeout_sec = CASE WHEN $11::text IS NULL THEN timeout_sec
		ELSE nullif($11, '')::integer END,
	backoff_sec = CASE WHEN $12::text IS NULL THEN backoff_sec
		ELSE nullif($12, '')::integer END,
	threshold_msec = CASE WHEN $13::text IS NULL THEN threshold_msec
		ELSE nullif($13, '')::integer END,
	max_calls_per_second = CASE WHEN $14::text IS NULL
		THEN max_calls_per_second
		ELSE nullif($14, '')::double precision END,
	media_encryption = CASE WHEN $15::text IS NULL
		THEN media_encryption ELSE nullif($15, '') END
WHERE i_campaign = $1::integer
