-- The rules that the database keeps: counters, news, schedules, claims.

-- Put many rows of the tally into few. What another session is at is left
-- alone, so nobody waits; readers see the sum either way.
CREATE FUNCTION fold_tally() RETURNS void
LANGUAGE sql AS $$
	WITH crowded AS (
		SELECT i_campaign FROM campaign_tally
		GROUP BY i_campaign HAVING count(*) > 40
		+ 2 * count(DISTINCT (status, finished, due))
	), old AS (
		DELETE FROM campaign_tally WHERE ctid = ANY (ARRAY (
			SELECT t.ctid FROM campaign_tally t
			JOIN crowded USING (i_campaign)
			FOR UPDATE OF t SKIP LOCKED))
		RETURNING *
	)
	INSERT INTO campaign_tally
	SELECT i_campaign, status, finished, due, sum(n), sum(heard_msec)
	FROM old GROUP BY i_campaign, status, finished, due
	HAVING sum(n) <> 0 OR sum(heard_msec) <> 0
$$;

-- Engines fold now and then; without one, writers do. A transaction that sees
-- an old state of the table could not.
CREATE FUNCTION fold_tally_sometimes() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF random() < 0.002
	AND current_setting('transaction_isolation') = 'read committed' THEN
		PERFORM fold_tally();
	END IF;
END $$;


CREATE FUNCTION phones_added() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_tally
	SELECT i_campaign, status, finished,
		due_bin(finished, claimed_by, next_call), count(*)
	FROM fresh GROUP BY 1, 2, 3, 4;

	PERFORM fold_tally_sometimes();
	PERFORM pg_notify('ringround', 'phones') WHERE EXISTS (TABLE fresh);
	RETURN NULL;
END $$;

-- A deleted campaign takes its phones along; it has no counters any more.
CREATE FUNCTION phones_removed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_tally
	SELECT i_campaign, status, finished,
		due_bin(finished, claimed_by, next_call), -count(*)
	FROM stale JOIN campaigns USING (i_campaign)
	GROUP BY 1, 2, 3, 4;

	PERFORM fold_tally_sometimes();
	PERFORM pg_notify('ringround', 'phones') WHERE EXISTS (TABLE stale);
	RETURN NULL;
END $$;

-- An engine's own writes are news for consoles, not work for engines.
CREATE FUNCTION phones_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_tally
	SELECT i_campaign, status, finished, due, sum(d)
	FROM (
		SELECT i_campaign, status, finished, 1 AS d,
			due_bin(finished, claimed_by, next_call) AS due
		FROM fresh
		UNION ALL
		SELECT i_campaign, status, finished, -1,
			due_bin(finished, claimed_by, next_call)
		FROM stale
	) AS delta
	GROUP BY 1, 2, 3, 4 HAVING sum(d) <> 0;

	IF EXISTS (TABLE fresh) THEN
		PERFORM pg_notify('ringround_status', '');
		IF coalesce(current_setting('ringround.node', true), '') = ''
		THEN
			PERFORM fold_tally_sometimes();
			PERFORM pg_notify('ringround', 'phones');
		END IF;
	END IF;
	RETURN NULL;
END $$;

CREATE FUNCTION phones_truncated() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM campaign_tally WHERE status IS NOT NULL;
	PERFORM pg_notify('ringround', 'phones');
	RETURN NULL;
END $$;

CREATE TRIGGER phones_added AFTER INSERT ON campaign_phones
	REFERENCING NEW TABLE AS fresh
	FOR EACH STATEMENT EXECUTE FUNCTION phones_added();
CREATE TRIGGER phones_removed AFTER DELETE ON campaign_phones
	REFERENCING OLD TABLE AS stale
	FOR EACH STATEMENT EXECUTE FUNCTION phones_removed();
CREATE TRIGGER phones_changed AFTER UPDATE ON campaign_phones
	REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
	FOR EACH STATEMENT EXECUTE FUNCTION phones_changed();
CREATE TRIGGER phones_truncated AFTER TRUNCATE ON campaign_phones
	FOR EACH STATEMENT EXECUTE FUNCTION phones_truncated();


-- The counters of a deleted campaign go with it.
CREATE FUNCTION campaigns_removed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM campaign_tally t USING stale s
	WHERE t.i_campaign = s.i_campaign;
	RETURN NULL;
END $$;

CREATE TRIGGER campaigns_removed AFTER DELETE ON campaigns
	REFERENCING OLD TABLE AS stale
	FOR EACH STATEMENT EXECUTE FUNCTION campaigns_removed();


-- What has been heard: n counts attempts, heard_msec adds up.
CREATE FUNCTION attempts_added() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_tally
	SELECT i_campaign, NULL, NULL, NULL, count(*), sum(played_msec)
	FROM fresh GROUP BY 1;
	RETURN NULL;
END $$;

-- A deleted campaign takes its attempts along.
CREATE FUNCTION attempts_removed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_tally
	SELECT i_campaign, NULL, NULL, NULL, -count(*), -sum(played_msec)
	FROM stale JOIN campaigns USING (i_campaign)
	GROUP BY 1;
	RETURN NULL;
END $$;

CREATE FUNCTION attempts_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_tally
	SELECT i_campaign, NULL, NULL, NULL, sum(d), sum(msec)
	FROM (
		SELECT i_campaign, 1 AS d, played_msec AS msec FROM fresh
		UNION ALL
		SELECT i_campaign, -1, -played_msec FROM stale
	) AS delta
	GROUP BY 1 HAVING sum(d) <> 0 OR sum(msec) <> 0;
	RETURN NULL;
END $$;

CREATE FUNCTION attempts_truncated() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM campaign_tally WHERE status IS NULL;
	RETURN NULL;
END $$;

CREATE TRIGGER attempts_added AFTER INSERT ON call_attempts
	REFERENCING NEW TABLE AS fresh
	FOR EACH STATEMENT EXECUTE FUNCTION attempts_added();
CREATE TRIGGER attempts_removed AFTER DELETE ON call_attempts
	REFERENCING OLD TABLE AS stale
	FOR EACH STATEMENT EXECUTE FUNCTION attempts_removed();
CREATE TRIGGER attempts_changed AFTER UPDATE ON call_attempts
	REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
	FOR EACH STATEMENT EXECUTE FUNCTION attempts_changed();
CREATE TRIGGER attempts_truncated AFTER TRUNCATE ON call_attempts
	FOR EACH STATEMENT EXECUTE FUNCTION attempts_truncated();


-- A sip: URI may be called only where config says so.
CREATE FUNCTION phone_uri_check() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM config WHERE section = 'campaign'
		AND option = 'sipuri' AND value = 'allow')
	THEN
		RAISE EXCEPTION 'a sip: URI is no number here'
		USING ERRCODE = 'check_violation',
		HINT = 'To allow URIs, set config campaign/sipuri to allow.';
	END IF;
	RETURN NEW;
END $$;

CREATE TRIGGER phone_uri_check BEFORE INSERT OR UPDATE OF cld
	ON campaign_phones FOR EACH ROW WHEN (NEW.cld LIKE 'sip:%')
	EXECUTE FUNCTION phone_uri_check();


-- New audio is another chance.
CREATE FUNCTION prompt_audio_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	NEW.trouble := NULL;
	RETURN NEW;
END $$;

CREATE TRIGGER prompt_audio_changed BEFORE UPDATE OF audio ON ivr_prompts
	FOR EACH ROW EXECUTE FUNCTION prompt_audio_changed();


CREATE FUNCTION settings_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('ringround', TG_TABLE_NAME);
	RETURN NULL;
END $$;

CREATE TRIGGER campaigns_changed
	AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON campaigns
	FOR EACH STATEMENT EXECUTE FUNCTION settings_changed();
CREATE TRIGGER schedules_changed
	AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON schedules
	FOR EACH STATEMENT EXECUTE FUNCTION settings_changed();
CREATE TRIGGER schedule_records_changed
	AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON schedule_records
	FOR EACH STATEMENT EXECUTE FUNCTION settings_changed();
CREATE TRIGGER config_changed
	AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON config
	FOR EACH STATEMENT EXECUTE FUNCTION settings_changed();
CREATE TRIGGER ivr_prompts_changed
	AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ivr_prompts
	FOR EACH STATEMENT EXECUTE FUNCTION settings_changed();


-- Does a value lie in an inclusive interval that wraps when it is reversed?
CREATE FUNCTION in_interval(v anycompatible, a anycompatible, b anycompatible)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE
	WHEN a IS NULL OR b IS NULL THEN true
	WHEN a <= b THEN v BETWEEN a AND b
	ELSE v >= a OR v <= b
	END
$$;

-- Is a schedule open? Without a schedule: always; without records: never.
-- A second belongs to its start and stop time as a whole. 24:00 is a stop
-- time, too: hence intervals, where it is not the same as 00:00.
CREATE FUNCTION schedule_open(schedule integer,
	at timestamptz DEFAULT now())
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT schedule IS NULL OR EXISTS (
		SELECT 1
		FROM schedules s
		JOIN schedule_records r USING (i_schedule),
		LATERAL (SELECT date_trunc('second',
			at AT TIME ZONE s.time_zone) AS t) AS local
		WHERE s.i_schedule = schedule
		AND in_interval(extract(isodow FROM local.t)::integer,
			r.start_wday::integer, r.stop_wday::integer)
		AND in_interval(local.t - date_trunc('day', local.t),
			date_trunc('second', r.start_time::interval),
			date_trunc('second', r.stop_time::interval)))
$$;

-- The second of its week, from Monday 00:00, in which a local time lies
CREATE FUNCTION week_second(t timestamp)
RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT floor(extract(epoch FROM t - date_trunc('week', t)))::integer
$$;

-- The seconds of a week in which schedule_open() is true, by local time
CREATE FUNCTION schedule_week(schedule integer)
RETURNS int4multirange LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT coalesce(range_agg(int4range(day * 86400 + first,
		day * 86400 + least(last + 1, 86400))), '{}')
	FROM (
		SELECT start_wday - 1 AS d1, stop_wday - 1 AS d2,
			floor(extract(epoch FROM start_time))::integer AS t1,
			floor(extract(epoch FROM stop_time))::integer AS t2
		FROM schedule_records WHERE i_schedule = schedule
	) AS r
	JOIN generate_series(0, 6) AS day ON in_interval(day, d1, d2)
	JOIN LATERAL (VALUES
		(CASE WHEN t1 IS NULL OR t2 IS NULL THEN 0 ELSE t1 END,
		CASE WHEN t1 <= t2 THEN t2 ELSE 86400 END),
		(0, CASE WHEN t1 > t2 THEN t2 ELSE -1 END)
	) AS part(first, last) ON first <= last
$$;

-- How far a zone's clocks are ahead of UTC
CREATE FUNCTION zone_offset(zone text, at timestamptz)
RETURNS interval LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT at AT TIME ZONE zone - at AT TIME ZONE 'UTC'
$$;

-- The first second after a, and b at the latest, at which a zone's clocks
-- are no longer what they were at a. They change no more than once between.
CREATE FUNCTION zone_change(zone text, a timestamptz, b timestamptz)
RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
	was interval := zone_offset(zone, a);
	mid timestamptz;
BEGIN
	WHILE b - a > interval '1 second' LOOP
		mid := a + date_trunc('second', (b - a) / 2);
		IF zone_offset(zone, mid) = was THEN
			a := mid;
		ELSE
			b := mid;
		END IF;
	END LOOP;
	RETURN b;
END $$;

-- When does schedule_open() change next? NULL: never.
--
-- The wanted seconds of the week are those of the other kind than now. The
-- first of them comes when the local clock says so; where the clock itself
-- is changed before, the search starts again from there.
CREATE FUNCTION schedule_next_change(schedule integer,
	at timestamptz DEFAULT now())
RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
	zone text := (SELECT time_zone FROM schedules
		WHERE i_schedule = schedule);
	wanted int4multirange := schedule_week(schedule);
	a timestamptz := date_trunc('second', at);
	b timestamptz;
	s integer := week_second(a AT TIME ZONE zone);
BEGIN
	IF wanted @> s THEN
		wanted := int4multirange(int4range(0, 604800)) - wanted;
	END IF;
	LOOP
		SELECT a + min(lower(w) - s + CASE WHEN lower(w) < s
			THEN 604800 ELSE 0 END) * interval '1 second'
		INTO b FROM unnest(wanted) AS w;
		EXIT WHEN b IS NULL
			OR zone_offset(zone, a) = zone_offset(zone, b);
		b := zone_change(zone, a, b);
		s := week_second(b AT TIME ZONE zone);
		EXIT WHEN wanted @> s;
		a := b;
	END LOOP;
	RETURN b;
END $$;


-- Claim due phones for a node. The arrays go together: a campaign, how many
-- phones at the most, and the prompt that the node has ready to play with
-- its length. A campaign that is paused, closed, full, or whose prompt has
-- changed yields nothing.
--
-- Each statement in here sees what was committed before it began. So the
-- count of live calls is true under the campaign's lock, and the cap holds
-- over all engines. Locks are taken in the order of i_campaign.
CREATE FUNCTION claim_phones(node text, campaignv integer[],
	limitv integer[], promptv integer[], digestv text[],
	prompt_msecv integer[], margin_sec integer)
RETURNS SETOF campaign_phones LANGUAGE plpgsql AS $$
DECLARE
	want record;
	c campaigns;
	free bigint;
	due bigint[] := '{}';
	leases interval[] := '{}';
	picked bigint[];
BEGIN
	FOR want IN
		SELECT * FROM unnest(campaignv, limitv, promptv, digestv,
			prompt_msecv)
			AS w(id, most, prompt, digest, prompt_msec)
		ORDER BY id
	LOOP
		PERFORM pg_advisory_xact_lock(1918987876, want.id);

		SELECT camp.* INTO c
		FROM campaigns camp JOIN ivr_prompts p USING (i_ivr_prompt)
		WHERE camp.i_campaign = want.id AND NOT camp.paused
		AND p.i_ivr_prompt = want.prompt AND p.digest = want.digest
		AND schedule_open(camp.i_schedule, clock_timestamp());
		CONTINUE WHEN NOT FOUND;

		SELECT c.max_concurrent_calls - count(*) INTO free
		FROM campaign_phones
		WHERE i_campaign = want.id AND claimed_by IS NOT NULL;
		CONTINUE WHEN free <= 0;

		SELECT array_agg(i_campaign_phone) INTO picked FROM (
			SELECT i_campaign_phone FROM campaign_phones
			WHERE i_campaign = want.id
			AND NOT finished AND claimed_by IS NULL
			AND coalesce(next_call, '-infinity')
				<= clock_timestamp()
			ORDER BY coalesce(next_call, '-infinity'),
				i_campaign_phone
			LIMIT least(free, want.most)
			FOR UPDATE SKIP LOCKED) AS due_now;
		CONTINUE WHEN picked IS NULL;

		due := due || picked;
		leases := leases || array_fill(
			c.timeout_sec * interval '1 second'
			+ want.prompt_msec * interval '1 millisecond'
			+ margin_sec * interval '1 second',
			ARRAY[cardinality(picked)]);
	END LOOP;

	-- Attempts may have run out by a change of max_attempts: then the
	-- phone is finished without being rung.
	RETURN QUERY
	WITH mine AS (
		UPDATE campaign_phones p
		SET finished = p.call_count >= camp.max_attempts,
		claimed_by = CASE WHEN p.call_count < camp.max_attempts
			THEN node END,
		call_count = p.call_count
			+ (p.call_count < camp.max_attempts)::integer,
		status = CASE WHEN p.call_count < camp.max_attempts
			THEN 'trying' ELSE p.status END,
		expires = CASE WHEN p.call_count < camp.max_attempts
			THEN clock_timestamp() + d.lease ELSE p.expires END,
		i_attempt = CASE WHEN p.call_count < camp.max_attempts
			THEN nextval('call_attempt_ids')
			ELSE p.i_attempt END,
		setup_time = CASE WHEN p.call_count < camp.max_attempts
			THEN clock_timestamp() ELSE p.setup_time END,
		connect_time = CASE WHEN p.call_count >= camp.max_attempts
			THEN p.connect_time END,
		disconnect_time = CASE WHEN p.call_count >= camp.max_attempts
			THEN p.disconnect_time END
		FROM unnest(due, leases) AS d(id, lease), campaigns camp
		WHERE p.i_campaign_phone = d.id
		AND camp.i_campaign = p.i_campaign
		RETURNING p.*
	)
	SELECT * FROM mine WHERE claimed_by IS NOT NULL;
END $$;


-- What a phone's row says of its last attempt that has ended: for a claim
-- that is given back. What was undone has the number of the present claim.
CREATE FUNCTION last_attempt(phone bigint, OUT status text,
	OUT setup_time timestamptz, OUT connect_time timestamptz,
	OUT disconnect_time timestamptz)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
	SELECT CASE
		WHEN a.outcome = 'success' THEN 'success'
		WHEN a.outcome = 'premature hangup' THEN 'premature hangup'
		WHEN a.outcome = 'lost' AND a.connect_time IS NOT NULL
		THEN 'premature hangup'
		ELSE 'failure' END,
		a.setup_time, a.connect_time, a.disconnect_time
	FROM call_attempts a JOIN campaign_phones p USING (i_campaign_phone)
	WHERE a.i_campaign_phone = phone AND a.attempt < p.call_count
	ORDER BY a.i_call_attempt DESC LIMIT 1
$$;


-- Take up what engines left behind: attempts whose lease has run out, and
-- with own those of this node, which has just started. What the callee
-- heard is not known, so the attempt counts; a success that was written
-- stays one. Without statistics, after an import, the planner would rather
-- read all phones than the few that are live.
CREATE FUNCTION recover_phones(node text, own boolean)
RETURNS bigint LANGUAGE sql SET enable_seqscan = off AS $$
	WITH lost AS (
		SELECT p.i_campaign_phone, p.claimed_by AS engine,
			p.status AS was, p.setup_time, p.connect_time,
			least(p.expires, now()) AS ended,
			p.call_count < c.max_attempts AS again,
			c.backoff_sec
		FROM campaign_phones p JOIN campaigns c USING (i_campaign)
		WHERE p.claimed_by IS NOT NULL
		AND (p.expires < now() OR own AND p.claimed_by = node)
		ORDER BY p.i_campaign_phone
		FOR UPDATE OF p SKIP LOCKED
	), freed AS (
		UPDATE campaign_phones p
		SET claimed_by = NULL,
		status = CASE l.was WHEN 'success' THEN 'success'
			WHEN 'answer' THEN 'premature hangup'
			ELSE 'failure' END,
		finished = p.finished OR l.was = 'success' OR NOT l.again,
		next_call = CASE WHEN NOT p.finished AND l.again
			AND l.was <> 'success'
			THEN now() + l.backoff_sec * interval '1 second' END,
		disconnect_time = l.ended
		FROM lost l
		WHERE p.i_campaign_phone = l.i_campaign_phone
		RETURNING p.*, l.engine, l.was
	), written AS (
		INSERT INTO call_attempts (i_call_attempt, i_campaign_phone,
			i_campaign, attempt, node, cld, setup_time,
			connect_time, disconnect_time, ended_by, sip_reason,
			outcome)
		SELECT i_attempt, i_campaign_phone, i_campaign, call_count,
			engine, cld, setup_time, connect_time,
			disconnect_time, 'nobody',
			'the engine ' || engine || ' stopped in this call',
			CASE was WHEN 'success' THEN 'success'
			ELSE 'lost' END
		FROM freed
		ON CONFLICT (i_call_attempt) DO NOTHING
	)
	SELECT count(*) FROM freed
$$;
