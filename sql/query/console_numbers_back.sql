-- A page of a campaign's phones by number: those that begin with $2 and have
-- $3 anywhere.
-- $1 campaign, $4 statuses or NULL, $5 and $6 number and id before which the
-- page ends, $7 rows at the most
SELECT i_campaign_phone, i_campaign, cld, status, finished, call_count,
	max_attempts, epoch_ms(next_call), epoch_ms(expires), i_attempt,
	claimed_by, epoch_ms(setup_time), epoch_ms(connect_time),
	epoch_ms(disconnect_time), sip_code, sip_reason, played_msec,
	epoch_ms(clock_timestamp()),
	first_id, last_id
FROM phones_listed, phones_ends($1::integer)
WHERE i_campaign_phone = ANY (ARRAY(
	SELECT n.i_campaign_phone FROM phone_numbers n
	WHERE n.i_campaign = $1::integer
	AND (n.cld, n.i_campaign_phone) < ($5::text, $6::bigint)
	AND n.cld >= $2::text
	AND strpos(n.cld, $3::text) > 0
	AND ($4::text[] IS NULL OR (
		SELECT status FROM campaign_phones p
		WHERE p.i_campaign_phone = n.i_campaign_phone)
		= ANY ($4::text[]))
	ORDER BY n.cld DESC, n.i_campaign_phone DESC
	LIMIT $7::integer))
ORDER BY cld COLLATE "C", i_campaign_phone
