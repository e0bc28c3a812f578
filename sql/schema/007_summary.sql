-- campaign_summary reads when each campaign is due next from the tally, too,
-- and how many of its calls are live: going to the indexes for that costs more
-- than all the rest where a thousand campaigns wait.

-- Nobody writes with the triggers of before.
LOCK TABLE campaign_phones, call_attempts IN SHARE ROW EXCLUSIVE MODE;

ALTER TABLE campaign_tally
	ADD COLUMN live bigint NOT NULL DEFAULT 0,
	ADD COLUMN first_due timestamptz,
	ADD COLUMN last_gone timestamptz,
	ADD COLUMN looked timestamptz;

COMMENT ON COLUMN campaign_tally.live IS 'Phones that are being rung';
COMMENT ON COLUMN campaign_tally.first_due IS
	'The earliest due of the phones that came; of a folded row the '
	'earliest that there was, from the instant looked on';
COMMENT ON COLUMN campaign_tally.last_gone IS
	'The latest due of the phones that went; infinity: nobody knows';
COMMENT ON COLUMN campaign_tally.looked IS
	'From where on fold_tally() looked for first_due';


-- As before, and it looks what is due first in the present ten minutes or
-- later. What it sees there must be what the rows tell of that it folds: of a
-- campaign it takes every row that its snapshot shows, or admits that it has
-- not. Now and then it folds all there is, not only where it is worth while.
CREATE OR REPLACE FUNCTION fold_tally() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	all_of_them boolean := random() < 0.01;
BEGIN
	IF NOT pg_try_advisory_xact_lock(1918987878, 0) THEN
		RETURN;
	END IF;

	WITH many AS (
		SELECT i_campaign FROM campaign_tally GROUP BY i_campaign
		HAVING count(*) > 10 OR all_of_them
	), crowded AS (
		SELECT i_campaign, sum(n) AS n FROM (
			SELECT i_campaign, count(*) AS n,
				max(last_gone) AS last_gone
			FROM campaign_tally JOIN many USING (i_campaign)
			GROUP BY i_campaign, status, finished) AS kinds
		GROUP BY i_campaign
		HAVING sum(n) > 8 + 2 * count(*) OR all_of_them AND (
			sum(n) > count(*) OR max(last_gone) IS NOT NULL)
	), old AS (
		DELETE FROM campaign_tally WHERE ctid = ANY (ARRAY (
			SELECT t.ctid FROM campaign_tally t
			JOIN crowded USING (i_campaign)
			FOR UPDATE OF t SKIP LOCKED))
		RETURNING *
	), ahead AS (
		SELECT c.i_campaign, (SELECT p.due FROM campaign_phones p
			WHERE p.i_campaign = c.i_campaign
			AND p.due >= due_bin(now())
			ORDER BY p.due, p.i_campaign_phone LIMIT 1) AS due,
			CASE WHEN c.n > count(*)
				THEN 'infinity'::timestamptz END AS unsure
		FROM crowded c JOIN old USING (i_campaign)
		GROUP BY c.i_campaign, c.n
	)
	INSERT INTO campaign_tally (i_campaign, status, finished, n,
		heard_msec, live, first_due, last_gone, looked)
	SELECT i_campaign, status, finished, sum(n), sum(heard_msec),
		sum(live), a.due, a.unsure, due_bin(now())
	FROM old JOIN ahead a USING (i_campaign)
	GROUP BY i_campaign, status, finished, a.due, a.unsure
	HAVING sum(n) <> 0 OR sum(heard_msec) <> 0 OR sum(live) <> 0
		OR a.unsure IS NOT NULL;

	-- What lies far ahead is looked at now and then only.
	WITH crowded AS (
		SELECT i_campaign, due FROM campaign_due
		WHERE due <= CASE WHEN all_of_them THEN 'infinity'
			ELSE now() + interval '20 minutes' END
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
	INSERT INTO campaign_tally (i_campaign, status, finished, n, live,
		first_due)
	SELECT i_campaign, status, finished, count(*), count(claimed_by),
		min(due)
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
	INSERT INTO campaign_tally (i_campaign, status, finished, n, live,
		last_gone)
	SELECT i_campaign, status, finished, -count(*), -count(claimed_by),
		max(due)
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
	INSERT INTO campaign_tally (i_campaign, status, finished, n, live,
		first_due, last_gone)
	SELECT i_campaign, status, finished, sum(d), sum(l), min(came),
		max(went)
	FROM (
		SELECT i_campaign, status, finished, 1 AS d,
			(claimed_by IS NOT NULL)::integer AS l, due AS came,
			NULL::timestamptz AS went
		FROM fresh
		UNION ALL
		SELECT i_campaign, status, finished, -1,
			-(claimed_by IS NOT NULL)::integer, NULL, due
		FROM stale
	) AS delta
	GROUP BY 1, 2, 3 HAVING sum(d) <> 0 OR sum(l) <> 0
		OR min(came) IS NOT NULL OR max(went) IS NOT NULL;

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


-- What is there already, as a fold would have it
UPDATE campaign_tally t SET first_due = a.due, looked = due_bin(now())
FROM (
	SELECT c.i_campaign, (SELECT p.due FROM campaign_phones p
		WHERE p.i_campaign = c.i_campaign AND p.due >= due_bin(now())
		ORDER BY p.due, p.i_campaign_phone LIMIT 1) AS due
	FROM campaigns c
) AS a WHERE a.i_campaign = t.i_campaign;

INSERT INTO campaign_tally (i_campaign, status, finished, n, live)
SELECT i_campaign, 'trying', false, 0, sum(n) FROM live_calls()
GROUP BY i_campaign;


-- Where nothing is due from before the present ten minutes, what is due first
-- is what the tally says, without a look at the phones, as long as that is
-- certain. All that is there came by a row that is seen here, or was there
-- when such a row was folded: nothing is earlier than the earliest first_due.
-- And that phone is still there unless a row tells of one that has gone with
-- such a due or a later one. A look is dearer, and shows the same. Replaced,
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
	coalesce(n.live, 0)::bigint AS live,
	coalesce(d.past, 0) + CASE
	WHEN d.present > 0 AND (n.unsure OR n.first_due <= now()) THEN (
		SELECT count(*) FROM campaign_phones p
		WHERE p.i_campaign = c.i_campaign
		AND p.due BETWEEN due_bin(now()) AND now())
		ELSE 0 END AS due_now,
	CASE WHEN d.past > 0 THEN now()
	WHEN n.unsure THEN (
		SELECT greatest(p.due, now()) FROM campaign_phones p
		WHERE p.i_campaign = c.i_campaign AND p.due IS NOT NULL
		ORDER BY p.due, p.i_campaign_phone LIMIT 1)
	WHEN n.first_due <= now() THEN now()
	ELSE n.first_due END AS next_due,
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
		sum(k.heard_msec) AS heard_msec,
		sum(k.live) AS live,
		min(k.first_due) AS first_due,
		coalesce(max(k.looked) > due_bin(now())
			OR max(k.last_gone) >= min(k.first_due), false)
			AS unsure
	FROM campaign_tally k GROUP BY i_campaign
) AS n USING (i_campaign)
LEFT JOIN (
	SELECT i_campaign,
		sum(k.n) FILTER (WHERE due < due_bin(now())) AS past,
		sum(k.n) FILTER (WHERE due = due_bin(now())) AS present
	FROM campaign_due k WHERE due <= now() GROUP BY i_campaign
) AS d USING (i_campaign);

COMMENT ON VIEW campaign_summary IS
	'How each campaign stands, read from counters; of due_now, what fell '
	'due in the last ten minutes is counted';

DROP FUNCTION due_lately(integer);


-- A claim is of one campaign, or of few: the planner, who takes a function for
-- a thousand rows, would rather read all campaigns to go with them.
ALTER FUNCTION claim_phones(text, integer[], integer[], integer[], text[],
	integer[], integer, integer, integer) ROWS 5;


-- As before, but an engine that is connected is not gone: it minds its leases
-- itself.
CREATE OR REPLACE FUNCTION why_not_dialing(i_campaign_phone bigint,
	OUT reason text, OUT until timestamptz)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
	p campaign_phones;
	c campaigns;
	pr ivr_prompts;
	live bigint;
BEGIN
	SELECT * INTO p FROM campaign_phones x
	WHERE x.i_campaign_phone = why_not_dialing.i_campaign_phone;
	IF NOT FOUND THEN
		reason := 'there is no such phone';
		RETURN;
	END IF;
	SELECT * INTO c FROM campaigns x WHERE x.i_campaign = p.i_campaign;
	SELECT i.i_ivr_prompt, i.trouble INTO pr.i_ivr_prompt, pr.trouble
	FROM ivr_prompts i WHERE i.i_ivr_prompt = c.i_ivr_prompt;
	SELECT count(*) INTO live FROM campaign_phones x
	WHERE x.i_campaign = p.i_campaign AND x.claimed_by IS NOT NULL;

	IF p.claimed_by IS NOT NULL AND p.expires < now() AND EXISTS (
		SELECT FROM nodes x
		WHERE x.node = p.claimed_by AND x.connected)
	THEN
		reason := 'its lease has run out; its engine '
			|| p.claimed_by || ' is connected, and will extend '
			'it or give the phone back';
	ELSIF p.claimed_by IS NOT NULL AND p.expires < now() THEN
		reason := 'its engine ' || p.claimed_by || ' is gone; '
			'another one will take it up';
	ELSIF p.claimed_by IS NOT NULL THEN
		reason := 'it is being rung now by ' || p.claimed_by;
		until := p.expires;
	ELSIF p.finished AND p.status = 'success' THEN
		reason := 'finished: the prompt has been heard';
	ELSIF p.call_count >= c.max_attempts THEN
		reason := 'finished: all attempts are spent';
	ELSIF p.finished THEN
		reason := 'finished';
	ELSIF c.paused THEN
		reason := 'the campaign is paused';
	ELSIF pr.i_ivr_prompt IS NULL THEN
		reason := 'the campaign has no prompt';
	ELSIF pr.trouble IS NOT NULL THEN
		reason := 'the prompt cannot be played: ' || pr.trouble;
	ELSIF NOT schedule_open(c.i_schedule, now()) THEN
		reason := 'the schedule is closed';
		until := schedule_next_change(c.i_schedule, now());
	ELSIF p.next_call > now() THEN
		reason := 'it waits for its next attempt';
		until := p.next_call;
	ELSIF engines_connected() = 0 THEN
		reason := 'no engine is running';
	ELSIF c.max_concurrent_calls = 0 THEN
		reason := 'max_concurrent_calls is 0';
	ELSIF live >= c.max_concurrent_calls THEN
		reason := 'as many calls are live as max_concurrent_calls '
			'allows';
		SELECT min(x.expires) INTO until FROM campaign_phones x
		WHERE x.i_campaign = p.i_campaign
		AND x.claimed_by IS NOT NULL;
	ELSE
		reason := 'nothing: it is due and waits for its turn';
		until := now();
	END IF;
END $$;


-- What was replaced runs with its owner's rights again: as in 005_guards.sql.
DO $$
DECLARE
	home text := (SELECT nspname FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.oid = 'campaign_phones'::regclass);
	f regprocedure;
BEGIN
	FOR f IN SELECT p.oid FROM pg_proc p
		JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE n.nspname = home
		AND p.proname IN ('phones_added', 'phones_removed',
			'phones_changed', 'fold_tally', 'why_not_dialing')
	LOOP
		EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER '
			'SET search_path = %I, pg_temp', f, home);
	END LOOP;
END $$;
