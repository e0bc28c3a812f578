-- Claim due phones; committed before any INVITE is sent.
-- $1 node, $2 campaigns, $3 limits, $4 prompts, $5 their digests,
-- $6 their lengths in milliseconds, $7 the lease's margin in seconds
SELECT p.i_campaign_phone, p.i_attempt, p.i_campaign, p.call_count,
	c.max_attempts, c.timeout_sec, c.backoff_sec, c.threshold_msec,
	p.cld, c.cli, c.username, c.md5secret
FROM claim_phones($1, $2, $3, $4, $5, $6, $7) p
JOIN campaigns c USING (i_campaign)
