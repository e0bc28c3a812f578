-- The demonstration's campaign; what a phone does is told by its last digit.
WITH proxy AS (
	INSERT INTO config (section, option, value)
	VALUES ('campaign', 'sipproxy', $1::text)
), campaign AS (
	INSERT INTO campaigns (name, description, i_ivr_prompt, cli,
		max_concurrent_calls, max_attempts, timeout_sec, backoff_sec,
		threshold_msec)
	VALUES ('demonstration', 'a dozen pretended phones', $2::integer,
		'+15550109999', 6, 2, 4, 3, 1000)
	RETURNING i_campaign
)
INSERT INTO campaign_phones (i_campaign, cld)
SELECT i_campaign, '+1555010' || lpad(n::text, 4, '0')
FROM campaign, generate_series(1, 12) AS n
ORDER BY n
