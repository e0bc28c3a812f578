-- Of a campaign's phones that are due at some time: how many there were to
-- look at, and how many of them no engine will ring, since they are on the
-- do-not-call list, or are URIs where config allows none.
-- $1 campaign, $2 most attempts, $3 how many to look at
SELECT count(*), count(*) FILTER (WHERE listed),
	count(*) FILTER (WHERE NOT listed AND cld LIKE 'sip:%' AND NOT EXISTS (
		SELECT FROM config WHERE section = 'campaign'
		AND option = 'sipuri' AND value = 'allow'))
FROM (
	SELECT cld, EXISTS (SELECT FROM do_not_call) AND EXISTS (
		SELECT FROM do_not_call n WHERE n.digits = ANY (
			dnc_forms(cld, (SELECT dnc_country() OFFSET 0))))
		AS listed
	FROM (SELECT cld FROM campaign_phones
		WHERE i_campaign = $1::integer AND due < 'infinity'
		AND call_count < $2::integer
		ORDER BY i_campaign, due, i_campaign_phone
		LIMIT $3::bigint) AS few
) AS judged
