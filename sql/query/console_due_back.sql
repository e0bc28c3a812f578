-- A page of a campaign's phones by the instant of their next call, those that
-- wait for one: their ids, the nearest first, and that instant, which numbers
-- say that are beyond all others where it is not finite.
-- $1 campaign, $2 and $3 instant (microseconds since 1970) and id
-- before which the page ends, $4 rows at the most
SELECT i_campaign_phone, CASE WHEN isfinite(due)
	THEN (extract(epoch FROM due) * 1000000)::bigint
	WHEN due > '2000-01-01' THEN 9223372036854775807
	ELSE '-9223372036854775808'::bigint END
FROM campaign_phones
WHERE i_campaign = $1::integer AND due IS NOT NULL
AND (due, i_campaign_phone) < (CASE $2::bigint
	WHEN 9223372036854775807 THEN 'infinity'::timestamptz
	WHEN '-9223372036854775808'::bigint THEN '-infinity'::timestamptz
	ELSE 'epoch'::timestamptz + $2::bigint * interval '1 microsecond'
	END, $3::bigint)
ORDER BY due DESC, i_campaign_phone DESC
LIMIT $4::integer
