-- How a campaign's attempts went so far: of the last ten thousand, among the
-- last million of all campaigns. How many there were, were answered, were
-- successful; seconds that successful ones and others took, seconds of ringing
-- before an answer, and of talking. $1 campaign
SELECT count(*), count(connect_time), count(*) FILTER (WHERE good),
	avg(extract(epoch FROM disconnect_time - setup_time))
		FILTER (WHERE good),
	avg(extract(epoch FROM disconnect_time - setup_time))
		FILTER (WHERE NOT good),
	avg(extract(epoch FROM connect_time - setup_time)),
	avg(extract(epoch FROM disconnect_time - connect_time))
FROM (
	SELECT setup_time, connect_time, disconnect_time,
		outcome = 'success' AS good
	FROM call_attempts
	WHERE i_campaign = $1::integer
	AND i_call_attempt > coalesce((SELECT max(i_call_attempt)
		FROM call_attempts), 0) - 1000000
	AND outcome <> 'lost' AND setup_time IS NOT NULL
	AND disconnect_time >= setup_time
	ORDER BY i_call_attempt DESC LIMIT 10000
) AS a
