-- What a scan must know: campaigns with phones that are due or fall due soon,
-- with live calls, or asked for. Of all others nothing is due soon.
-- What fell due before the present ten minutes is due for certain.
-- $1 how many seconds ahead, $2 campaigns to be looked at in any case
WITH soon AS MATERIALIZED (
	SELECT i_campaign, coalesce(past > 0, false) AS now
	FROM (
		SELECT i_campaign, sum(n) AS n, sum(n) FILTER (
			WHERE due < due_bin(now())) AS past
		FROM campaign_due
		WHERE due <= now() + $1 * interval '1 s'
		GROUP BY i_campaign
	) AS near
	FULL JOIN unnest($2::integer[]) AS asked(i_campaign)
		USING (i_campaign)
	JOIN campaigns USING (i_campaign)
	WHERE n > 0 OR asked.i_campaign IS NOT NULL
), live AS MATERIALIZED (
	SELECT i_campaign, sum(n) AS n FROM live_calls() GROUP BY i_campaign
)
SELECT i_campaign, s.i_campaign IS NOT NULL,
	CASE WHEN s.now THEN 0
	ELSE (SELECT CASE WHEN d.due = 'infinity' THEN NULL
			ELSE ceil(extract(epoch FROM
			greatest(d.due, now()) - now()) * 1000)::bigint
			END
		FROM campaign_phones d
		WHERE d.i_campaign = s.i_campaign AND d.due IS NOT NULL
		ORDER BY d.due, d.i_campaign_phone
		LIMIT 1) END,
	coalesce(l.n, 0), (SELECT engines_connected()) > 1
FROM soon s FULL JOIN live l USING (i_campaign)
