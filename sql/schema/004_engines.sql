-- Ten million phones and many engines: one column that says when a phone is
-- due, a list of the engines, a rate for each campaign, and a claim that
-- shares out among engines.

-- Room for the new version of a row beside the old one, so that a status is
-- written without touching an index. A claim walks over what was claimed
-- before, until it is vacuumed: the usual fifth of the table is too late.
ALTER TABLE campaign_phones SET (fillfactor = 70,
	autovacuum_vacuum_scale_factor = 0.02,
	autovacuum_vacuum_threshold = 1000,
	vacuum_index_cleanup = on);

-- When it may be rung; NULL: finished, or being rung. The indexes on phones
-- read this column and the next, so that a status can change without touching
-- them.
--
-- The kind of a phone in lists: its status, or that it is being rung. While
-- it is rung its status changes several times, and this column does not: no
-- index is touched. In the index it takes the room that the alignment of the
-- two others leaves, so that this one costs what campaign_phones_page did.
DROP INDEX campaign_phones_due;
DROP INDEX campaign_phones_page;
ALTER TABLE campaign_phones
	ADD COLUMN due timestamptz GENERATED ALWAYS AS (CASE
		WHEN NOT finished AND claimed_by IS NULL
		THEN coalesce(next_call, '-infinity'::timestamptz) END) STORED,
	ADD COLUMN listed smallint
	GENERATED ALWAYS AS (CASE
		WHEN claimed_by IS NOT NULL THEN 6
		WHEN status = 'idle' THEN 0
		WHEN status = 'trying' THEN 1
		WHEN status = 'answer' THEN 2
		WHEN status = 'failure' THEN 3
		WHEN status = 'premature hangup' THEN 4
		ELSE 5 END) STORED;

COMMENT ON COLUMN campaign_phones.due IS
	'When it may be rung, -infinity: at once; NULL: it is finished or '
	'being rung';

CREATE INDEX campaign_phones_due ON campaign_phones
	(i_campaign, due, i_campaign_phone) WHERE due IS NOT NULL;

-- The last column is written as a sum so that nothing but this index can
-- bring the phones of a kind in their order: the planner would at times rather
-- walk the primary key, over a million phones of other kinds.
CREATE INDEX campaign_phones_listed ON campaign_phones
	(i_campaign, listed, (i_campaign_phone + 0));


-- The ten minutes in which it is due
CREATE FUNCTION due_bin(due timestamptz)
RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN isfinite(due)
		THEN date_bin('10 minutes', due, '2000-01-01 00:00:00+00')
		ELSE due END
$$;

-- Which campaigns have phones due: like campaign_tally, rows are added and
-- folded, so however many phones there are, these are few.
CREATE TABLE campaign_due (
	i_campaign      integer NOT NULL,
	due             timestamptz NOT NULL,
	n               bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0,
	autovacuum_vacuum_threshold = 2000);

COMMENT ON TABLE campaign_due IS
	'How many phones fall due in which ten minutes, see due_bin(); to be '
	'summed up';

CREATE INDEX campaign_due_of ON campaign_due (i_campaign);
CREATE INDEX campaign_due_when ON campaign_due (due);

INSERT INTO campaign_due
SELECT i_campaign, due, sum(n) FROM campaign_tally WHERE due IS NOT NULL
GROUP BY i_campaign, due HAVING sum(n) <> 0;


-- Put many rows of a tally into few. What another session is at is left
-- alone, so nobody waits; readers see the sum either way. While counters are
-- being removed nothing is folded: what a fold puts in anew would stay.
CREATE OR REPLACE FUNCTION fold_tally() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF NOT pg_try_advisory_xact_lock(1918987878, 0) THEN
		RETURN;
	END IF;

	WITH crowded AS (
		SELECT i_campaign FROM (
			SELECT i_campaign, count(*) AS n FROM campaign_tally
			GROUP BY i_campaign, status, finished) AS kinds
		GROUP BY i_campaign HAVING sum(n) > 8 + 2 * count(*)
	), old AS (
		DELETE FROM campaign_tally WHERE ctid = ANY (ARRAY (
			SELECT t.ctid FROM campaign_tally t
			JOIN crowded USING (i_campaign)
			FOR UPDATE OF t SKIP LOCKED))
		RETURNING *
	)
	INSERT INTO campaign_tally (i_campaign, status, finished, n,
		heard_msec)
	SELECT i_campaign, status, finished, sum(n), sum(heard_msec)
	FROM old GROUP BY i_campaign, status, finished
	HAVING sum(n) <> 0 OR sum(heard_msec) <> 0;

	-- What lies far ahead is looked at now and then only.
	WITH crowded AS (
		SELECT i_campaign, due FROM campaign_due
		WHERE due <= (SELECT CASE WHEN random() < 0.01 THEN 'infinity'
			ELSE now() + interval '20 minutes' END)
		GROUP BY i_campaign, due HAVING count(*) > 4 OR sum(n) = 0
	), old AS (
		DELETE FROM campaign_due WHERE ctid = ANY (ARRAY (
			SELECT t.ctid FROM campaign_due t
			JOIN crowded USING (i_campaign, due)
			FOR UPDATE OF t SKIP LOCKED))
		RETURNING *
	)
	INSERT INTO campaign_due
	SELECT i_campaign, due, sum(n)
	FROM old GROUP BY i_campaign, due HAVING sum(n) <> 0;
END $$;

CREATE OR REPLACE FUNCTION phones_added() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_tally
	SELECT i_campaign, status, finished, count(*)
	FROM fresh GROUP BY 1, 2, 3;

	INSERT INTO campaign_due
	SELECT i_campaign, due_bin(due), count(*)
	FROM fresh WHERE due IS NOT NULL GROUP BY 1, 2;

	PERFORM fold_tally_sometimes();
	PERFORM pg_notify('ringround', 'phones') WHERE EXISTS (TABLE fresh);
	RETURN NULL;
END $$;

-- A deleted campaign takes its phones along; it has no counters any more.
CREATE OR REPLACE FUNCTION phones_removed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_tally
	SELECT i_campaign, status, finished, -count(*)
	FROM stale JOIN campaigns USING (i_campaign)
	GROUP BY 1, 2, 3;

	INSERT INTO campaign_due
	SELECT i_campaign, due_bin(due), -count(*)
	FROM stale JOIN campaigns USING (i_campaign)
	WHERE due IS NOT NULL GROUP BY 1, 2;

	PERFORM fold_tally_sometimes();
	PERFORM pg_notify('ringround', 'phones') WHERE EXISTS (TABLE stale);
	RETURN NULL;
END $$;

-- An engine's own writes are no work for engines. For consoles they are news,
-- which it tells itself, some times a second: commits with a notice go one
-- after the other, over all databases of a server.
CREATE OR REPLACE FUNCTION phones_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_tally
	SELECT i_campaign, status, finished, sum(d)
	FROM (
		SELECT i_campaign, status, finished, 1 AS d FROM fresh
		UNION ALL
		SELECT i_campaign, status, finished, -1 FROM stale
	) AS delta
	GROUP BY 1, 2, 3 HAVING sum(d) <> 0;

	INSERT INTO campaign_due
	SELECT i_campaign, bin, sum(d)
	FROM (
		SELECT i_campaign, due_bin(due) AS bin, 1 AS d
		FROM fresh WHERE due IS NOT NULL
		UNION ALL
		SELECT i_campaign, due_bin(due), -1
		FROM stale WHERE due IS NOT NULL
	) AS delta
	GROUP BY 1, 2 HAVING sum(d) <> 0;

	IF coalesce(current_setting('ringround.node', true), '') = ''
		AND EXISTS (TABLE fresh)
	THEN
		PERFORM pg_notify('ringround_status', '');
		PERFORM fold_tally_sometimes();
		PERFORM pg_notify('ringround', 'phones');
	END IF;
	RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION phones_truncated() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(1918987878, 0);
	DELETE FROM campaign_tally WHERE status IS NOT NULL;
	DELETE FROM campaign_due;
	PERFORM pg_notify('ringround', 'phones');
	RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION campaigns_removed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(1918987878, 0);
	DELETE FROM campaign_tally t USING stale s
	WHERE t.i_campaign = s.i_campaign;
	DELETE FROM campaign_due d USING stale s
	WHERE d.i_campaign = s.i_campaign;
	DELETE FROM campaign_pace p USING stale s
	WHERE p.i_campaign = s.i_campaign;
	RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION attempts_added() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_tally
	SELECT i_campaign, NULL, NULL, count(*), sum(played_msec)
	FROM fresh GROUP BY 1;
	RETURN NULL;
END $$;

-- A deleted campaign takes its attempts along.
CREATE OR REPLACE FUNCTION attempts_removed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_tally
	SELECT i_campaign, NULL, NULL, -count(*), -sum(played_msec)
	FROM stale JOIN campaigns USING (i_campaign)
	GROUP BY 1;
	RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION attempts_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_tally
	SELECT i_campaign, NULL, NULL, sum(d), sum(msec)
	FROM (
		SELECT i_campaign, 1 AS d, played_msec AS msec FROM fresh
		UNION ALL
		SELECT i_campaign, -1, -played_msec FROM stale
	) AS delta
	GROUP BY 1 HAVING sum(d) <> 0 OR sum(msec) <> 0;
	RETURN NULL;
END $$;


-- The calls of all engines. Without statistics, after an import, the planner
-- would rather read all phones than the few that are live.
CREATE FUNCTION live_calls()
RETURNS TABLE (i_campaign integer, node text, n bigint)
LANGUAGE sql STABLE ROWS 20 SET enable_seqscan = off SET jit = off AS $$
	SELECT i_campaign, claimed_by, count(*) FROM campaign_phones
	WHERE claimed_by IS NOT NULL GROUP BY i_campaign, claimed_by
$$;

-- Engines write their row every few seconds, and take it away when they
-- leave. What is connected is said by the lock on the node's name.
CREATE TABLE engines (
	node            text PRIMARY KEY,
	host            text NOT NULL,
	pid             integer NOT NULL,
	backend         integer NOT NULL,
	version         text NOT NULL,
	schema_version  integer NOT NULL,
	address         text NOT NULL,
	started         timestamptz NOT NULL,
	seen            timestamptz NOT NULL,
	max_calls       integer NOT NULL,
	live            integer NOT NULL,
	room            integer NOT NULL DEFAULT 0,
	dialled         bigint NOT NULL
) WITH (fillfactor = 50);

COMMENT ON TABLE engines IS
	'The engines, each with its last sign of life; see the view nodes';
COMMENT ON COLUMN engines.backend IS
	'The server process of its session, as in pg_stat_activity.pid';
COMMENT ON COLUMN engines.address IS 'Where its SIP is: host:port';
COMMENT ON COLUMN engines.max_calls IS
	'How many calls it can carry at once';
COMMENT ON COLUMN engines.live IS 'Its calls when it was seen last';
COMMENT ON COLUMN engines.room IS
	'How many calls more it would take; 0 when it dials nothing';
COMMENT ON COLUMN engines.dialled IS 'INVITEs since it was started';

-- The names are known by their hashes only.
CREATE FUNCTION connected_nodes() RETURNS SETOF oid
LANGUAGE sql STABLE AS $$
	SELECT objid FROM pg_locks
	WHERE locktype = 'advisory' AND classid = 1918987877 AND granted
	AND database = (SELECT oid FROM pg_database
		WHERE datname = current_database())
$$;

-- A standby server does not see the locks of the primary: there, a recent sign
-- of life has to do.
CREATE OR REPLACE FUNCTION engines_connected() RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
	IF pg_is_in_recovery() THEN
		RETURN (SELECT count(*) FROM nodes WHERE connected);
	END IF;
	RETURN (SELECT count(*) FROM connected_nodes());
END $$;

CREATE FUNCTION node_hash(node text) RETURNS oid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT (hashtext(node)::bigint & 4294967295)::oid
$$;

-- Is an engine of this name at work? On a standby as above.
CREATE VIEW nodes AS
SELECT coalesce(e.node, l.node) AS node,
	CASE WHEN pg_is_in_recovery()
		THEN coalesce(e.seen > now() - interval '15 s', false)
		ELSE node_hash(coalesce(e.node, l.node)) IN (
			SELECT connected_nodes()) END AS connected,
	coalesce(l.live, 0) AS live, e.max_calls, e.dialled, e.version,
	e.schema_version, e.host, e.pid, e.address, e.started, e.seen
FROM engines e
FULL JOIN (
	SELECT node, sum(n)::bigint AS live FROM live_calls() GROUP BY node
) AS l ON l.node = e.node;

COMMENT ON VIEW nodes IS
	'The engines: whether each is connected, its live calls, its last '
	'sign of life. One that is not connected and has live calls is gone: '
	'others take them up when their leases run out';


-- How fast a campaign may call, over all engines.
ALTER TABLE campaigns ADD COLUMN max_calls_per_second double precision
	CONSTRAINT "max_calls_per_second is more than 0 and at most 10000"
	CHECK (max_calls_per_second > 0 AND max_calls_per_second <= 10000);

COMMENT ON COLUMN campaigns.max_calls_per_second IS
	'At most so many INVITEs in any second, over all engines, evenly '
	'spread; NULL: as fast as the engines can';

-- The instant of the next call that nobody has been given yet. It does not
-- refer to campaigns: somebody who is about to delete one would be waited for.
CREATE TABLE campaign_pace (
	i_campaign      integer PRIMARY KEY,
	next_slot       timestamptz NOT NULL
) WITH (fillfactor = 50);

COMMENT ON TABLE campaign_pace IS
	'Where claims are in time, for campaigns with max_calls_per_second';

-- The next free slot of a campaign, from the earliest on, and how many there
-- are within half a second of it. Under the campaign's lock. A slot far ahead
-- is from before a change of the rate, or of the clock.
CREATE FUNCTION pace(campaign integer, rate double precision,
	earliest timestamptz, OUT slot timestamptz, OUT step interval,
	OUT n integer)
LANGUAGE plpgsql AS $$
BEGIN
	step := interval '1.1 s' / rate;
	slot := (SELECT next_slot FROM campaign_pace
		WHERE i_campaign = campaign);
	IF slot IS NULL OR slot > earliest + interval '2 s' + step THEN
		slot := earliest;
	END IF;
	slot := greatest(earliest, slot);
	n := 1 + floor(extract(epoch FROM earliest + interval '0.5 s' - slot)
		/ extract(epoch FROM step));
END $$;


-- How many phones of a campaign fell due in the present ten minutes
CREATE FUNCTION due_lately(campaign integer) RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT count(*) FROM campaign_phones p
	WHERE p.i_campaign = campaign
	AND p.due BETWEEN due_bin(now()) AND now()
$$;

-- Reading this costs the same for ten phones and for ten million. Replaced,
-- not dropped: somebody may have made a view of it.
CREATE OR REPLACE VIEW campaign_summary AS
SELECT c.i_campaign, c.name, c.paused,
	coalesce(n.total, 0) AS total,
	coalesce(n.finished, 0) AS finished,
	coalesce(n.idle, 0) AS idle,
	coalesce(n.trying, 0) AS trying,
	coalesce(n.answer, 0) AS answer,
	coalesce(n.failure, 0) AS failure,
	coalesce(n.premature_hangup, 0) AS premature_hangup,
	coalesce(n.success, 0) AS success,
	coalesce(l.live, 0) AS live,
	coalesce(d.past, 0) + CASE WHEN d.present > 0
		THEN due_lately(c.i_campaign) ELSE 0 END AS due_now,
	CASE WHEN d.past > 0 THEN now() ELSE (
		SELECT greatest(p.due, now()) FROM campaign_phones p
		WHERE p.i_campaign = c.i_campaign AND p.due IS NOT NULL
		ORDER BY p.due, p.i_campaign_phone LIMIT 1) END AS next_due,
	coalesce(n.attempts, 0)::bigint AS attempts,
	round(coalesce(n.heard_msec, 0) / 1000.0, 3) AS heard_sec
FROM campaigns c
LEFT JOIN (
	SELECT i_campaign,
		sum(k.n) FILTER (WHERE status IS NOT NULL) AS total,
		sum(k.n) FILTER (WHERE finished) AS finished,
		sum(k.n) FILTER (WHERE status = 'idle') AS idle,
		sum(k.n) FILTER (WHERE status = 'trying') AS trying,
		sum(k.n) FILTER (WHERE status = 'answer') AS answer,
		sum(k.n) FILTER (WHERE status = 'failure') AS failure,
		sum(k.n) FILTER (WHERE status = 'premature hangup')
			AS premature_hangup,
		sum(k.n) FILTER (WHERE status = 'success') AS success,
		sum(k.n) FILTER (WHERE status IS NULL) AS attempts,
		sum(k.heard_msec) AS heard_msec
	FROM campaign_tally k GROUP BY i_campaign
) AS n USING (i_campaign)
LEFT JOIN (
	SELECT i_campaign,
		sum(k.n) FILTER (WHERE due < due_bin(now())) AS past,
		sum(k.n) FILTER (WHERE due = due_bin(now())) AS present
	FROM campaign_due k WHERE due <= now() GROUP BY i_campaign
) AS d USING (i_campaign)
LEFT JOIN (
	SELECT i_campaign, sum(n)::bigint AS live FROM live_calls()
	GROUP BY i_campaign
) AS l USING (i_campaign);

COMMENT ON VIEW campaign_summary IS
	'How each campaign stands, read from counters and the ends of '
	'indexes; of due_now, what fell due in the last ten minutes is '
	'counted';

-- From here on the tally is of states only.
DROP FUNCTION due_bin(boolean, text, timestamptz);
ALTER TABLE campaign_tally DROP COLUMN due;

SELECT fold_tally();


DROP FUNCTION claim_phones(text, integer[], integer[], integer[], text[],
	integer[], integer);
DROP FUNCTION recover_phones(text, boolean);

-- As before, but in PL/pgSQL, which plans it once in a session: an SQL
-- function that reads tables is planned anew in every statement, and costs a
-- claim of many campaigns more than all the rest.
CREATE OR REPLACE FUNCTION schedule_open(schedule integer,
	at timestamptz DEFAULT now())
RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
	RETURN schedule IS NULL OR EXISTS (
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
			date_trunc('second', r.stop_time::interval)));
END $$;


-- Claim due phones for a node. The arrays go together: a campaign, how many
-- phones at the most, and the prompt that the node has ready to play with
-- its length. A campaign that is paused, closed, full, or whose prompt has
-- changed yields nothing. lead_msec is what an answer may take to arrive,
-- room how many calls more the node could carry.
--
-- Each statement in here sees what was committed before it began. So the
-- count of live calls is true under the campaign's lock, and the cap holds
-- over all engines. Nobody waits for that lock: who does not get it comes
-- again after a moment.
--
-- Where places or slots are scarce each engine takes its share of them, by
-- the room that the others have had lately. Whoever is too slow to take his
-- loses it: an engine comes again after a moment, and shares what is left.
--
-- With max_calls_per_second each phone gets an instant of its own, slot_msec
-- from now, and may be dialled then or not at all. The slots are a tenth
-- wider than the rate demands: no second sees more, though an engine be late
-- by a twentieth of one.
CREATE FUNCTION claim_phones(node text, campaignv integer[],
	limitv integer[], promptv integer[], digestv text[],
	prompt_msecv integer[], margin_sec integer, lead_msec integer,
	room integer)
RETURNS TABLE (i_campaign_phone bigint, i_attempt bigint, i_campaign integer,
	call_count integer, cld text, slot_msec integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
	newest integer := (SELECT max(version) FROM schema_version);
	others bigint := (SELECT sum(e.room)
		FROM engines e WHERE e.node <> claim_phones.node
		AND e.seen BETWEEN now() - interval '15 s' AND now());
	share double precision := 1;
	want record;
	c campaigns;
	free bigint;
	most bigint;
	at timestamptz;
	slot timestamptz;
	slot_step interval;
	picked bigint[];
	idv bigint[] := '{}';
	leasev interval[] := '{}';
	slotv timestamptz[] := '{}';
BEGIN
	IF current_setting('ringround.schema', true)
		IS DISTINCT FROM newest::text
	THEN
		RAISE EXCEPTION 'the schema of the database is version %, '
			'this engine knows %', newest,
			current_setting('ringround.schema', true)
		USING ERRCODE = 'RR001';
	END IF;
	IF current_setting('ringround.node', true) IS DISTINCT FROM node THEN
		RAISE EXCEPTION 'this session is not that of engine %: is '
			'there a pooler between that shares sessions?', node;
	END IF;

	IF others > 0 THEN
		share := room::double precision / (room + others);
	END IF;

	FOR want IN
		SELECT * FROM unnest(campaignv, limitv, promptv, digestv,
			prompt_msecv)
			AS w(id, most, prompt, digest, prompt_msec)
	LOOP
		CONTINUE WHEN NOT
			pg_try_advisory_xact_lock(1918987876, want.id);

		SELECT camp.* INTO c
		FROM campaigns camp JOIN ivr_prompts p USING (i_ivr_prompt)
		WHERE camp.i_campaign = want.id AND NOT camp.paused
		AND p.i_ivr_prompt = want.prompt AND p.digest = want.digest
		AND (camp.i_schedule IS NULL OR schedule_open(
			camp.i_schedule, clock_timestamp()));
		CONTINUE WHEN NOT FOUND;

		SELECT c.max_concurrent_calls - count(*) INTO free
		FROM campaign_phones
		WHERE i_campaign = want.id AND claimed_by IS NOT NULL;
		CONTINUE WHEN free <= 0;

		most := least(want.most, ceil(free * share));
		at := clock_timestamp();
		slot := NULL;
		slot_step := NULL;
		IF c.max_calls_per_second IS NOT NULL THEN
			SELECT l.slot, l.step,
				least(most, ceil(l.n * share))
			INTO slot, slot_step, most
			FROM pace(want.id, c.max_calls_per_second,
				at + lead_msec * interval '1 ms') AS l;
			CONTINUE WHEN most <= 0;
		END IF;

		SELECT array_agg(i_campaign_phone) INTO picked FROM (
			SELECT i_campaign_phone FROM campaign_phones
			WHERE i_campaign = want.id AND due <= at
			ORDER BY due, i_campaign_phone
			LIMIT most
			FOR UPDATE SKIP LOCKED) AS due_now;
		CONTINUE WHEN picked IS NULL;

		IF slot IS NOT NULL THEN
			INSERT INTO campaign_pace
			VALUES (want.id,
				slot + cardinality(picked) * slot_step)
			ON CONFLICT (i_campaign)
			DO UPDATE SET next_slot = excluded.next_slot;
		END IF;

		idv := idv || picked;
		leasev := leasev || array_fill(
			c.timeout_sec * interval '1 second'
			+ want.prompt_msec * interval '1 millisecond'
			+ margin_sec * interval '1 second',
			ARRAY[cardinality(picked)]);
		slotv := slotv || ARRAY(SELECT slot + i * slot_step
			FROM generate_series(0, cardinality(picked) - 1) i);
	END LOOP;

	-- Attempts may have run out by a change of max_attempts: then the
	-- phone is finished without being rung.
	at := clock_timestamp();
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
			THEN at + d.lease ELSE p.expires END,
		i_attempt = CASE WHEN p.call_count < camp.max_attempts
			THEN nextval('call_attempt_ids')
			ELSE p.i_attempt END,
		setup_time = CASE WHEN p.call_count < camp.max_attempts
			THEN at ELSE p.setup_time END,
		connect_time = CASE WHEN p.call_count >= camp.max_attempts
			THEN p.connect_time END,
		disconnect_time = CASE WHEN p.call_count >= camp.max_attempts
			THEN p.disconnect_time END
		FROM unnest(idv, leasev, slotv) AS d(id, lease, slot),
			campaigns camp
		WHERE p.i_campaign_phone = d.id
		AND camp.i_campaign = p.i_campaign
		RETURNING p.*, d.slot
	)
	SELECT m.i_campaign_phone, m.i_attempt, m.i_campaign, m.call_count,
		m.cld::text,
		ceil(extract(epoch FROM m.slot - at) * 1000)::integer
	FROM mine m WHERE m.claimed_by IS NOT NULL;
END $$;


-- Take up what engines left behind: attempts whose lease has run out and
-- whose engine is not connected; or with own those of this node alone, which
-- has just started, as others may have; and of this node what has run out and
-- is not in known, its live attempts. What the callee heard is not known, so
-- the attempt counts; a success that was written stays one. An engine that is
-- connected minds its leases itself: should the clock of this server jump, its
-- calls are still calls. Without statistics, after an import, the planner
-- would rather read all phones than the few that are live.
CREATE FUNCTION recover_phones(node text, own boolean, known bigint[])
RETURNS bigint LANGUAGE sql SET enable_seqscan = off SET jit = off AS $$
	WITH there AS MATERIALIZED (
		SELECT array_agg(hash) AS v FROM connected_nodes() AS hash
	), lost AS (
		SELECT p.i_campaign_phone, p.claimed_by AS engine,
			p.status AS was, p.setup_time, p.connect_time,
			least(p.expires, now()) AS ended,
			p.call_count < c.max_attempts AS again,
			c.backoff_sec
		FROM campaign_phones p JOIN campaigns c USING (i_campaign)
		WHERE p.claimed_by IS NOT NULL
		AND CASE WHEN p.claimed_by = node
			THEN own OR p.expires < now()
				AND NOT p.i_attempt = ANY (known)
			ELSE NOT own AND p.expires < now()
				AND NOT coalesce(
				node_hash(p.claimed_by) = ANY (
					(SELECT v FROM there)::oid[]), false)
			END
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
