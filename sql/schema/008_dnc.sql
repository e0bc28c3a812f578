-- The do-not-call list. It is honoured in the claim: no engine is handed a
-- number that is on it, whenever and however either of them was added.

-- A number without what people put between its digits, and the number in a
-- sip: URI. The (0) of +44 (0)20 is not dialled behind a country's code.
CREATE FUNCTION dnc_cleaned(number text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT translate(replace(CASE WHEN number LIKE 'sip:%'
		THEN split_part(substr(number, 5), '@', 1) ELSE number END,
		'(0)', ''), ' -./()~_', '')
$$;

-- What is compared: the digits of E.164, without + or 00 in front
CREATE FUNCTION dnc_digits(number text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT regexp_replace(dnc_cleaned(number), '^([+]|00)', '')
$$;

-- The code of the country in which numbers without one are, from config
CREATE FUNCTION dnc_country() RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT ltrim(value, '+') FROM config
	WHERE section = 'campaign' AND option = 'country'
	AND value ~ '^[+]?[1-9][0-9]{0,2}$'
$$;

-- All digits under which a number may be on the list. Where the country is
-- known, a number of it is the same with and without its code, and with the 0
-- that many countries dial instead.
CREATE FUNCTION dnc_forms(number text, country text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE
	WHEN country IS NULL THEN ARRAY[dnc_digits(number)]
	WHEN starts_with(dnc_digits(number), country)
		AND length(dnc_digits(number)) > length(country) + 4
	THEN ARRAY[dnc_digits(number),
		substr(dnc_digits(number), length(country) + 1),
		'0' || substr(dnc_digits(number), length(country) + 1),
		CASE WHEN dnc_cleaned(number) !~ '^([+]|00)'
			THEN country || dnc_digits(number) END]
	WHEN dnc_cleaned(number) ~ '^([+]|00)'
	THEN ARRAY[dnc_digits(number)]
	ELSE ARRAY[dnc_digits(number), ltrim(dnc_digits(number), '0'),
		'0' || dnc_digits(number), country || dnc_digits(number),
		country || regexp_replace(dnc_digits(number), '^0', '')] END
$$;


CREATE TABLE do_not_call (
	number          text NOT NULL,
	reason          text,
	added           timestamptz NOT NULL DEFAULT now(),
	added_by        text NOT NULL DEFAULT session_user,
	-- As dnc_digits(): a dump is restored without a search path, by which
	-- a function would find another.
	digits          text COLLATE "C" NOT NULL GENERATED ALWAYS AS
			(regexp_replace(number, '^([+]|00)', '')) STORED
			PRIMARY KEY,
	CONSTRAINT
	"a number is 1 to 32 digits, * or #, with a + only in front"
	CHECK (number ~ '^[+]?[0-9*#]+$' AND length(number) <= 32),
	CONSTRAINT
	"a reason is 1 to 200 characters without control characters"
	CHECK (reason !~ '[[:cntrl:]]' AND length(reason) BETWEEN 1 AND 200)
);

COMMENT ON TABLE do_not_call IS
	'Numbers that are not rung, by no campaign. A claim looks here: what '
	'it finds is finished and not rung. Deleted here, it is due again';
COMMENT ON COLUMN do_not_call.number IS
	'As it was given, without blanks and the like; best as +441632960001. '
	'config campaign/country is the code for numbers without one';
COMMENT ON COLUMN do_not_call.reason IS 'For people';
COMMENT ON COLUMN do_not_call.added_by IS 'The role that added it';
COMMENT ON COLUMN do_not_call.digits IS
	'What is compared: 0044 1632 960001 is the same as +441632960001';

-- Numbers come as people write them.
CREATE FUNCTION dnc_clean() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	NEW.number := dnc_cleaned(NEW.number);
	RETURN NEW;
END $$;

CREATE TRIGGER dnc_clean BEFORE INSERT OR UPDATE OF number ON do_not_call
	FOR EACH ROW EXECUTE FUNCTION dnc_clean();


-- Why a phone is finished that was not rung: the digits on the list that it
-- was found under.
ALTER TABLE campaign_phones ADD COLUMN dnc text COLLATE "C";

COMMENT ON COLUMN campaign_phones.dnc IS
	'It was finished because these digits are in do_not_call; NULL: it '
	'was not. Its status is what it was before';

CREATE INDEX campaign_phones_dnc ON campaign_phones (dnc)
	WHERE dnc IS NOT NULL;

-- Finish phones that were found on the list, and tell how many these are.
-- While numbers are being taken off it nothing is finished: what has just
-- been deleted there would stay finished for ever.
CREATE FUNCTION dnc_finish(phonev bigint[], entryv text[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	IF NOT pg_try_advisory_xact_lock_shared(1918987879, 0) THEN
		RETURN 0;
	END IF;

	UPDATE campaign_phones p
	SET finished = true, dnc = l.digits
	FROM unnest(phonev, entryv) AS f(id, entry)
	JOIN do_not_call l ON l.digits = f.entry
	WHERE p.i_campaign_phone = f.id;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END $$;

CREATE FUNCTION dnc_removing() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(1918987879, 0);
	RETURN NULL;
END $$;

-- What was finished for the list's sake alone is due again when it leaves the
-- list. One by one, as in numbers_removed().
CREATE FUNCTION dnc_removed() RETURNS trigger
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_seqscan = off AS $$
BEGIN
	UPDATE campaign_phones p
	SET finished = p.status = 'success', dnc = NULL
	FROM stale s
	WHERE p.dnc = s.digits AND p.claimed_by IS NULL
	AND NOT EXISTS (SELECT FROM do_not_call n WHERE n.digits = s.digits);
	RETURN NULL;
END $$;

CREATE FUNCTION dnc_truncated() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
	UPDATE campaign_phones SET finished = status = 'success', dnc = NULL
	WHERE dnc IS NOT NULL AND claimed_by IS NULL;
	RETURN NULL;
END $$;

CREATE TRIGGER dnc_removing BEFORE DELETE OR UPDATE OR TRUNCATE
	ON do_not_call
	FOR EACH STATEMENT EXECUTE FUNCTION dnc_removing();
CREATE TRIGGER dnc_deleted AFTER DELETE ON do_not_call
	REFERENCING OLD TABLE AS stale
	FOR EACH STATEMENT EXECUTE FUNCTION dnc_removed();
CREATE TRIGGER dnc_updated AFTER UPDATE ON do_not_call
	REFERENCING OLD TABLE AS stale
	FOR EACH STATEMENT EXECUTE FUNCTION dnc_removed();
CREATE TRIGGER dnc_truncated AFTER TRUNCATE ON do_not_call
	FOR EACH STATEMENT EXECUTE FUNCTION dnc_truncated();


-- As before, but a phone that is on the list is finished instead of handed
-- out, and the next one looked at: so many of them in a claim, that it does
-- not take long; the others wait for the next scan.
CREATE OR REPLACE FUNCTION claim_phones(node text, campaignv integer[],
	limitv integer[], promptv integer[], digestv text[],
	prompt_msecv integer[], margin_sec integer, lead_msec integer,
	room integer)
RETURNS TABLE (i_campaign_phone bigint, i_attempt bigint, i_campaign integer,
	call_count integer, cld text, slot_msec integer)
LANGUAGE plpgsql ROWS 5 AS $$
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
	any_listed boolean := EXISTS (SELECT FROM do_not_call);
	country text := CASE WHEN any_listed THEN dnc_country() END;
	budget integer := 2000;
	picked bigint[];
	cldv text[];
	listedv bigint[];
	entryv text[];
	width bigint;
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

		-- Those first to fall due, and which of them are on the list:
		-- two statements, since the first is planned at each claim.
		width := most;
		LOOP
			SELECT array_agg(q.id), array_agg(q.cld)
			INTO picked, cldv
			FROM (
				SELECT i_campaign_phone AS id, cld
				FROM campaign_phones
				WHERE i_campaign = want.id AND due <= at
				ORDER BY due, i_campaign_phone
				LIMIT width
				FOR UPDATE SKIP LOCKED) AS q;

			EXIT WHEN picked IS NULL OR NOT any_listed;
			SELECT array_agg(q.id), array_agg(n.digits)
			INTO listedv, entryv
			FROM unnest(picked, cldv) AS q(id, cld), LATERAL (
				SELECT l.digits FROM do_not_call l
				WHERE l.digits = ANY (
					dnc_forms(q.cld, country))
				LIMIT 1) AS n;
			IF listedv IS NULL THEN
				picked := picked[:most];
				EXIT;
			END IF;

			picked := nullif(ARRAY(SELECT id
				FROM unnest(picked) WITH ORDINALITY AS q(id, i)
				WHERE id <> ALL (listedv)
				ORDER BY i LIMIT most), '{}');
			EXIT WHEN budget <= 0
				OR dnc_finish(listedv, entryv) = 0;
			budget := budget - cardinality(listedv);
			width := greatest(most, 500);
		END LOOP;
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
			THEN p.disconnect_time END,
		dnc = CASE WHEN p.call_count >= camp.max_attempts
			THEN p.dnc END
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


-- As before, and says what is on the list; and an engine that is connected is
-- not gone: it minds its leases itself.
CREATE OR REPLACE FUNCTION why_not_dialing(i_campaign_phone bigint,
	OUT reason text, OUT until timestamptz)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
	p campaign_phones;
	c campaigns;
	pr ivr_prompts;
	live bigint;
	since timestamptz;
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

	SELECT n.added INTO since FROM do_not_call n
	WHERE n.digits = ANY (dnc_forms(p.cld, dnc_country()))
	ORDER BY n.added LIMIT 1;

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
	ELSIF since IS NOT NULL AND (p.dnc IS NOT NULL OR NOT p.finished) THEN
		reason := 'on the do-not-call list since '
			|| to_char(since, 'YYYY-MM-DD HH24:MI');
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


-- As before; whether there is a secret is none, and who may see the name that
-- goes with it does so here, too.
CREATE OR REPLACE VIEW campaigns_shown AS
SELECT i_campaign, name, description, i_ivr_prompt, paused,
	CASE WHEN (SELECT has_column_privilege('campaigns'::regclass,
		'cli', 'SELECT'))
	THEN cli ELSE number_masked(cli) END AS cli,
	i_schedule, max_concurrent_calls, max_attempts, timeout_sec,
	backoff_sec, threshold_msec, max_calls_per_second,
	CASE WHEN (SELECT has_column_privilege('campaigns'::regclass,
		'username', 'SELECT'))
	THEN username END AS username,
	md5secret IS NOT NULL AS has_secret
FROM campaigns;


-- These run with the rights of their owner: as in 005_guards.sql.
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
		AND p.proname IN ('dnc_removing', 'dnc_removed',
			'dnc_truncated', 'why_not_dialing')
	LOOP
		EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER '
			'SET search_path = %I, pg_temp', f, home);
		EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC',
			f);
	END LOOP;
END $$;
