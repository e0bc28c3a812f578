-- Claim due phones; committed before any INVITE is sent.
-- $1 node, $2 campaigns, $3 limits, $4 prompts, $5 their digests,
-- $6 their lengths in milliseconds, $7 the lease's margin in seconds,
-- $8 what an answer may take in milliseconds, $9 room for calls
SELECT p.i_campaign_phone, p.i_attempt, p.i_campaign, p.call_count,
	c.max_attempts, c.timeout_sec, c.backoff_sec, c.threshold_msec,
	p.cld, c.cli, c.username, c.md5secret, p.slot_msec,
	c.media_encryption
FROM claim_phones($1, $2, $3, $4, $5, $6, $7, $8, $9) p
JOIN campaigns c USING (i_campaign)
