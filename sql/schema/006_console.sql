-- What the console needs: pages of phones by status and by number, and calls
-- hung up from anywhere.

COMMENT ON COLUMN campaign_phones.listed IS
	'0 idle, 1 trying, 2 answer, 3 failure, 4 premature hangup, '
	'5 success, of a phone that nobody is ringing; 6: it is being rung';

-- Numbers by their beginnings, in the order of their bytes. An index on
-- campaign_phones would get an entry at every claim and every end, somewhere
-- in the middle; this is written when a number comes, goes or changes.
CREATE TABLE phone_numbers (
	i_campaign      integer NOT NULL,
	cld             text COLLATE "C" NOT NULL,
	i_campaign_phone bigint NOT NULL,
	PRIMARY KEY (i_campaign, cld, i_campaign_phone)
);

COMMENT ON TABLE phone_numbers IS
	'The numbers of campaign_phones once more, for searches; kept by '
	'triggers';

INSERT INTO phone_numbers
SELECT i_campaign, cld, i_campaign_phone FROM campaign_phones
ORDER BY i_campaign, cld COLLATE "C", i_campaign_phone;

CREATE FUNCTION numbers_added() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO phone_numbers
	SELECT i_campaign, cld, i_campaign_phone FROM fresh;
	RETURN NULL;
END $$;

-- One by one, whatever the planner thinks: it would rather read all numbers
-- when it has once seen many go.
CREATE FUNCTION numbers_removed() RETURNS trigger
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_seqscan = off AS $$
BEGIN
	DELETE FROM phone_numbers n USING stale s
	WHERE n.i_campaign = s.i_campaign AND n.cld = s.cld
	AND n.i_campaign_phone = s.i_campaign_phone;
	RETURN NULL;
END $$;

CREATE FUNCTION number_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM phone_numbers
	WHERE i_campaign = OLD.i_campaign AND cld = OLD.cld
	AND i_campaign_phone = OLD.i_campaign_phone;
	INSERT INTO phone_numbers
	VALUES (NEW.i_campaign, NEW.cld, NEW.i_campaign_phone);
	RETURN NULL;
END $$;

CREATE FUNCTION numbers_truncated() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE phone_numbers;
	RETURN NULL;
END $$;

CREATE TRIGGER numbers_added AFTER INSERT ON campaign_phones
	REFERENCING NEW TABLE AS fresh
	FOR EACH STATEMENT EXECUTE FUNCTION numbers_added();
CREATE TRIGGER numbers_removed AFTER DELETE ON campaign_phones
	REFERENCING OLD TABLE AS stale
	FOR EACH STATEMENT EXECUTE FUNCTION numbers_removed();
CREATE TRIGGER number_changed
	AFTER UPDATE OF cld, i_campaign, i_campaign_phone ON campaign_phones
	FOR EACH ROW WHEN ((OLD.cld, OLD.i_campaign, OLD.i_campaign_phone)
		IS DISTINCT FROM (NEW.cld, NEW.i_campaign,
			NEW.i_campaign_phone))
	EXECUTE FUNCTION number_changed();
CREATE TRIGGER numbers_truncated AFTER TRUNCATE ON campaign_phones
	FOR EACH STATEMENT EXECUTE FUNCTION numbers_truncated();


-- The first and the last phone of a campaign: of each kind, and of these
CREATE FUNCTION phones_ends(campaign integer, OUT first_id bigint,
	OUT last_id bigint)
LANGUAGE sql STABLE AS $$
	SELECT min(f.id), max(l.id)
	FROM generate_series(0, 6) AS kind
	LEFT JOIN LATERAL (
		SELECT i_campaign_phone AS id FROM campaign_phones
		WHERE i_campaign = campaign AND listed = kind
		ORDER BY i_campaign_phone + 0 LIMIT 1
	) AS f ON true
	LEFT JOIN LATERAL (
		SELECT i_campaign_phone AS id FROM campaign_phones
		WHERE i_campaign = campaign AND listed = kind
		ORDER BY i_campaign_phone + 0 DESC LIMIT 1
	) AS l ON true
$$;

-- Milliseconds since 1970, as programs count; infinity is the largest number
CREATE FUNCTION epoch_ms(at timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN isfinite(at)
		THEN (extract(epoch FROM at) * 1000)::bigint
		WHEN at > '2000-01-01' THEN 9223372036854775807 END
$$;

-- A phone as lists show it, with its last attempt that has ended
CREATE VIEW phones_listed AS
SELECT p.i_campaign_phone, p.i_campaign, p.cld, p.status, p.finished,
	p.call_count, c.max_attempts, p.next_call, p.expires, p.i_attempt,
	p.claimed_by, p.setup_time, p.connect_time, p.disconnect_time,
	a.sip_code, a.sip_reason, a.played_msec
FROM phones_shown p
JOIN campaigns c USING (i_campaign)
LEFT JOIN LATERAL (
	SELECT sip_code, sip_reason, played_msec FROM attempts_shown x
	WHERE x.i_campaign_phone = p.i_campaign_phone
	ORDER BY x.i_call_attempt DESC LIMIT 1
) AS a ON true;

COMMENT ON VIEW phones_listed IS
	'Phones with what became of their last call; ask for few of them';


-- Calls that an operator wants hung up, until their engines have read it.
CREATE TABLE hangups (
	i_attempt       bigint PRIMARY KEY,
	node            text NOT NULL,
	asked           timestamptz NOT NULL DEFAULT now(),
	asked_by        text NOT NULL DEFAULT session_user
);

COMMENT ON TABLE hangups IS
	'Attempts to be hung up by the engines that have them: see hang_up(). '
	'Whoever may insert here may end any call';

CREATE FUNCTION hangups_added() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('ringround', 'hangups') WHERE EXISTS (TABLE fresh);
	RETURN NULL;
END $$;

CREATE TRIGGER hangups_added AFTER INSERT ON hangups
	REFERENCING NEW TABLE AS fresh
	FOR EACH STATEMENT EXECUTE FUNCTION hangups_added();

-- Hang up the live calls of these phones; with attempts (as many, NULL: any)
-- only when they are the ones meant. How many there are
CREATE FUNCTION hang_up(phones bigint[], attempts bigint[] DEFAULT NULL)
RETURNS bigint LANGUAGE sql AS $$
	WITH live AS (
		SELECT p.i_attempt, p.claimed_by
		FROM unnest(phones, attempts) AS w(phone, attempt)
		JOIN campaign_phones p ON p.i_campaign_phone = w.phone
		WHERE p.claimed_by IS NOT NULL
		AND p.i_attempt = coalesce(w.attempt, p.i_attempt)
	), told AS (
		INSERT INTO hangups (i_attempt, node)
		SELECT i_attempt, claimed_by FROM live
		ON CONFLICT DO NOTHING
	)
	SELECT count(*) FROM live
$$;

-- Pause a campaign and hang up its calls, and tell how many these are; NULL:
-- there is no such campaign. Claims hold the campaign's lock until they are
-- committed: those before are seen here, those after see the pause.
CREATE FUNCTION stop_campaign(campaign integer)
RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM campaigns WHERE i_campaign = campaign) THEN
		RETURN NULL;
	END IF;

	UPDATE campaigns SET paused = true
	WHERE i_campaign = campaign AND NOT paused;
	PERFORM pg_advisory_xact_lock(1918987876, campaign);

	RETURN hang_up(ARRAY(SELECT i_campaign_phone FROM campaign_phones
		WHERE i_campaign = campaign AND claimed_by IS NOT NULL));
END $$;


-- Whoever adds a phone need not be able to write here: as in 005_guards.sql.
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
		AND p.proname IN ('numbers_added', 'numbers_removed',
			'number_changed', 'numbers_truncated')
	LOOP
		EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER '
			'SET search_path = %I, pg_temp', f, home);
		EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC',
			f);
	END LOOP;
END $$;
