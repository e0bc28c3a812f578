-- A page of a campaign's phones by id, of the kinds wanted: the nearest of
-- each kind, and of these the nearest. About the sum see 006_console.sql.
-- $1 campaign, $2 kinds (campaign_phones.listed), $3 statuses, for those that
-- are being rung, $4 the id behind which the page begins, $5 rows at the most
SELECT i_campaign_phone, i_campaign, cld, status, finished, call_count,
	max_attempts, epoch_ms(next_call), epoch_ms(expires), i_attempt,
	claimed_by, epoch_ms(setup_time), epoch_ms(connect_time),
	epoch_ms(disconnect_time), sip_code, sip_reason, played_msec,
	epoch_ms(clock_timestamp()),
	first_id, last_id
FROM phones_listed, phones_ends($1::integer)
WHERE i_campaign_phone = ANY (ARRAY(
	SELECT i_campaign_phone
	FROM unnest($2::smallint[]) AS kind,
	LATERAL (
		SELECT i_campaign_phone FROM campaign_phones
		WHERE i_campaign = $1::integer AND listed = kind
		AND i_campaign_phone + 0 > $4::bigint
		AND (kind <> 6 OR status = ANY ($3::text[]))
		ORDER BY i_campaign_phone + 0
		LIMIT $5::integer
	) AS nearest
	ORDER BY i_campaign_phone
	LIMIT $5::integer))
ORDER BY i_campaign_phone
