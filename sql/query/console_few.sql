-- The same page as console_numbers.sql, for kinds of which there are
-- few: all of them are read, and sorted.
-- $1 campaign, $2 beginning, $3 anywhere, $4 statuses, $5 and $6 number and id
-- behind which the page begins, $7 rows at the most, $8 kinds
SELECT i_campaign_phone, i_campaign, cld, status, finished, call_count,
	max_attempts, epoch_ms(next_call), epoch_ms(expires), i_attempt,
	claimed_by, epoch_ms(setup_time), epoch_ms(connect_time),
	epoch_ms(disconnect_time), sip_code, sip_reason, played_msec,
	epoch_ms(clock_timestamp()),
	first_id, last_id
FROM phones_listed, phones_ends($1::integer)
WHERE i_campaign_phone = ANY (ARRAY(
	SELECT i_campaign_phone
	FROM unnest($8::smallint[]) AS kind,
	LATERAL (
		SELECT i_campaign_phone, cld FROM campaign_phones
		WHERE i_campaign = $1::integer AND listed = kind
		AND starts_with(cld, $2::text) AND strpos(cld, $3::text) > 0
		AND status = ANY ($4::text[])
		OFFSET 0
	) AS f
	WHERE (cld COLLATE "C", i_campaign_phone)
		> ($5::text COLLATE "C", $6::bigint)
	ORDER BY cld COLLATE "C", i_campaign_phone
	LIMIT $7::integer))
ORDER BY cld COLLATE "C", i_campaign_phone
