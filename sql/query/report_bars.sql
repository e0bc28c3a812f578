-- A campaign's attempts, counted in five ways by one reading of them: by
-- outcome, code of SIP, hour of the day, seconds heard by those who answered,
-- and the attempt that was the successful one. Whether anybody would have
-- answered a lost one is not known: it is in no hour.
-- $1 campaign, $2 time zone
SELECT kind, CASE kind WHEN 15 THEN outcome WHEN 23 THEN sip_code::text
	ELSE place::text END, n, answered, words
FROM (
	SELECT GROUPING(outcome, sip_code, hour, heard, needed) AS kind,
		outcome, sip_code, coalesce(hour, heard, needed) AS place,
		count(*) AS n, count(connect_time) AS answered,
		CASE WHEN min(sip_reason) = max(sip_reason)
			THEN min(sip_reason) END AS words
	FROM (
		SELECT outcome, sip_code, connect_time, sip_reason,
			CASE WHEN outcome <> 'lost' THEN extract(hour
				FROM setup_time AT TIME ZONE $2)::integer END
				AS hour,
			CASE WHEN connect_time IS NOT NULL
				THEN played_msec / 1000 END AS heard,
			CASE WHEN outcome = 'success' THEN attempt END
				AS needed
		FROM attempts_shown WHERE i_campaign = $1::integer
	) AS a
	GROUP BY GROUPING SETS (outcome, sip_code, hour, heard, needed)
) AS g
WHERE kind < 27 OR place IS NOT NULL
ORDER BY kind, CASE WHEN kind < 27 THEN -n ELSE place END, sip_code
