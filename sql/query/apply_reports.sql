-- Write what became of attempts, many at once. Safe to repeat: a row is
-- touched only under its own attempt and by the node that holds it.
--
-- A success is written even when the lease was lost meanwhile: whoever has
-- heard the prompt is never rung again, and nothing takes that back. A
-- statement may update a row once: of two attempts of a phone in one batch,
-- written takes the present one and minds the other's success. An attempt
-- that was released was never dialled, one that is undone was not answered
-- when its engine stopped: the row is as it was before the claim. A server
-- that stood still has written what came before too late, by its own clock:
-- an end that is repeated puts that right.
--
-- claimed_by is compared so that its index cannot serve: without statistics
-- the planner takes it for empty, and would go through all live rows for each
-- report, where the primary key finds the one. What a report is for is put
-- into booleans: the planner takes them for half of all, and hashes.
--
-- $1 node. The other arrays go together; ages are in milliseconds before
-- now, NULL when it did not happen.
WITH r AS (
	SELECT *,
		now() - setup_age * interval '1 ms' AS setup,
		now() - ring_age * interval '1 ms' AS ring,
		now() - connect_age * interval '1 ms' AS connect,
		now() - prompt_age * interval '1 ms' AS prompt,
		now() - ended_age * interval '1 ms' AS ended,
		kind IN ('answer', 'success', 'end') AS writes,
		kind IN ('release', 'undone') AS releases,
		outcome = 'success' AS good,
		coalesce(bool_or(outcome = 'success')
			OVER (PARTITION BY phone), false) AS heard
	FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::integer[],
		$6::text[], $7::text[], $8::boolean[], $9::integer[],
		$10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
		$14::bigint[], $15::integer[], $16::integer[], $17::text[],
		$18::text[], $19::text[], $20::text[], $21::text[],
		$22::text[])
		AS t(kind, phone, attempt, attempt_no, status, outcome, done,
		retry_sec, setup_age, ring_age, connect_age, prompt_age,
		ended_age, played, code, ended_by, reason, call_id, proxy,
		cli, cld)
	ORDER BY phone
), written AS (
	UPDATE campaign_phones p
	SET status = CASE WHEN r.heard
			OR p.finished AND p.status = 'success'
			THEN 'success' ELSE r.status END,
		finished = p.finished OR r.done OR r.heard,
		setup_time = coalesce(r.setup, p.setup_time),
		connect_time = coalesce(r.connect, p.connect_time),
		disconnect_time = r.ended,
		next_call = CASE
			WHEN p.finished OR r.done OR r.heard
			THEN NULL
			WHEN r.kind <> 'end' THEN p.next_call
			ELSE r.ended + r.retry_sec * interval '1 second' END,
		claimed_by = CASE WHEN r.kind <> 'end'
			THEN p.claimed_by END
	FROM r
	WHERE r.writes
	AND p.i_campaign_phone = r.phone AND p.i_attempt = r.attempt
	AND (p.claimed_by IS NOT DISTINCT FROM $1
		OR p.claimed_by IS NULL AND r.kind = 'end'
		AND p.disconnect_time > r.ended + interval '1 second')
), heard_late AS (
	UPDATE campaign_phones p
	SET finished = true, status = 'success', next_call = NULL
	FROM r
	WHERE r.good
	AND p.i_campaign_phone = r.phone
	AND NOT (p.finished AND p.status = 'success')
	AND NOT EXISTS (SELECT 1 FROM r w
		WHERE w.writes
		AND w.phone = p.i_campaign_phone AND w.attempt = p.i_attempt
		AND (p.claimed_by IS NOT DISTINCT FROM $1
			OR p.claimed_by IS NULL
			AND w.kind = 'end' AND p.disconnect_time
				> w.ended + interval '1 second'))
), released AS (
	UPDATE campaign_phones p
	SET claimed_by = NULL,
		call_count = greatest(0, p.call_count - 1),
		status = coalesce(last.status, 'idle'),
		expires = CASE WHEN last.status IS NOT NULL
			THEN p.expires END,
		setup_time = last.setup_time,
		connect_time = last.connect_time,
		disconnect_time = last.disconnect_time
	FROM r LEFT JOIN LATERAL last_attempt(r.phone) AS last ON true
	WHERE r.releases AND NOT r.heard
	AND p.i_campaign_phone = r.phone
	AND p.i_attempt = r.attempt AND p.claimed_by IS NOT DISTINCT FROM $1
)
INSERT INTO call_attempts AS a (i_call_attempt, i_campaign_phone, i_campaign,
	attempt, node, call_id, proxy, cli, cld, setup_time, ring_time,
	connect_time, prompt_time, disconnect_time, played_msec, ended_by,
	sip_code, sip_reason, outcome)
SELECT r.attempt, r.phone, p.i_campaign, r.attempt_no, $1, r.call_id, r.proxy,
	r.cli, r.cld, r.setup, r.ring, r.connect, r.prompt, r.ended, r.played,
	r.ended_by, r.code, r.reason, r.outcome
FROM r JOIN campaign_phones p ON p.i_campaign_phone = r.phone
WHERE r.kind IN ('end', 'undone')
ON CONFLICT (i_call_attempt) DO UPDATE
SET node = excluded.node, call_id = excluded.call_id, proxy = excluded.proxy,
	cli = excluded.cli, setup_time = excluded.setup_time,
	ring_time = excluded.ring_time, connect_time = excluded.connect_time,
	prompt_time = excluded.prompt_time,
	disconnect_time = excluded.disconnect_time,
	played_msec = excluded.played_msec, ended_by = excluded.ended_by,
	sip_code = excluded.sip_code, sip_reason = excluded.sip_reason,
	outcome = excluded.outcome
WHERE a.outcome = 'lost' OR a.node = excluded.node
	AND a.disconnect_time > excluded.disconnect_time + interval '1 second'
