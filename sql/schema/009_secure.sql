-- Whether the media of a campaign's calls are encrypted. As in config
-- campaign/mediaencryption where this is NULL.
ALTER TABLE campaigns ADD COLUMN media_encryption text
	CONSTRAINT "media_encryption is none, srtp or dtls-srtp"
	CHECK (media_encryption IN ('none', 'srtp', 'dtls-srtp'));

COMMENT ON COLUMN campaigns.media_encryption IS
	'none; srtp: keys in the SDP, for a proxy by TLS (RFC 4568); '
	'dtls-srtp: keys between us and the callee (RFC 5763). A call that is '
	'to be encrypted and is not fails. NULL: config '
	'campaign/mediaencryption, else none';

-- As before, and that column
CREATE OR REPLACE VIEW campaigns_shown AS
SELECT i_campaign, name, description, i_ivr_prompt, paused,
	CASE WHEN (SELECT has_column_privilege('campaigns'::regclass,
		'cli', 'SELECT'))
	THEN cli ELSE number_masked(cli) END AS cli,
	i_schedule, max_concurrent_calls, max_attempts, timeout_sec,
	backoff_sec, threshold_msec, max_calls_per_second,
	CASE WHEN (SELECT has_column_privilege('campaigns'::regclass,
		'username', 'SELECT'))
	THEN username END AS username,
	md5secret IS NOT NULL AS has_secret, media_encryption
FROM campaigns;
