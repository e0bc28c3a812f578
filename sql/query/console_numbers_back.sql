-- A page of a campaign's phones by number: those that begin with $2 and have
-- $3 anywhere. By the index on numbers; written so that no other can serve.
-- $1 campaign, $4 statuses, $5 and $6 number and id before which the page
-- ends, $7 rows at the most
SELECT i_campaign_phone, i_campaign, cld, status, finished, call_count,
	max_attempts, epoch_ms(next_call), epoch_ms(expires), i_attempt,
	claimed_by, epoch_ms(setup_time), epoch_ms(connect_time),
	epoch_ms(disconnect_time), sip_code, sip_reason, played_msec,
	epoch_ms(clock_timestamp()),
	first_id, last_id
FROM phones_listed, phones_ends($1::integer)
WHERE i_campaign_phone = ANY (ARRAY(
	SELECT i_campaign_phone FROM campaign_phones
	WHERE (i_campaign, cld COLLATE "C", i_campaign_phone)
		< ($1::integer, $5::text COLLATE "C", $6::bigint)
	AND (i_campaign, cld COLLATE "C")
		>= ($1::integer, $2::text COLLATE "C")
	AND strpos(cld, $3::text) > 0
	AND status = ANY ($4::text[])
	ORDER BY i_campaign DESC, cld COLLATE "C" DESC, i_campaign_phone DESC
	LIMIT $7::integer))
ORDER BY cld COLLATE "C", i_campaign_phone
