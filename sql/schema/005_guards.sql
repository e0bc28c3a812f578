-- What keeps bad writes out while engines are at work, and what may be shown
-- to whom.
--
-- A phone is live while an engine holds it that is connected, or by a lease
-- that has not run out. An engine is a session with a ringround.node that may
-- write claimed_by.
-- Triggers on phones come after the row: one before it would lock each row
-- once more, with a record of that in the log, and slow down COPY. The
-- conditions of guards are false for all that engines write.

DROP TRIGGER phone_uri_check ON campaign_phones;
CREATE TRIGGER phone_uri_check AFTER INSERT OR UPDATE OF cld
	ON campaign_phones FOR EACH ROW WHEN (NEW.cld LIKE 'sip:%')
	EXECUTE FUNCTION phone_uri_check();


CREATE FUNCTION phone_is_live(claimed_by text, expires timestamptz)
RETURNS boolean LANGUAGE sql AS $$
	SELECT claimed_by IS NOT NULL
	AND (coalesce(expires > clock_timestamp(), false)
		OR node_hash(claimed_by) IN (SELECT connected_nodes()))
$$;


-- Whoever must not write claimed_by is no engine by calling itself one.
CREATE FUNCTION guard_node() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'ringround.node is set, but % is no engine',
		current_user
	USING ERRCODE = 'insufficient_privilege',
	HINT = 'RESET "ringround.node" first.';
END $$;

CREATE TRIGGER guard_node BEFORE UPDATE OR DELETE ON campaign_phones
	FOR EACH STATEMENT
	WHEN (coalesce(current_setting('ringround.node', true), '') <> ''
		AND NOT has_column_privilege('campaign_phones'::regclass,
			'claimed_by', 'UPDATE'))
	EXECUTE FUNCTION guard_node();


CREATE FUNCTION guard_live() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	IF NOT phone_is_live(OLD.claimed_by, OLD.expires) THEN
		RETURN NULL;
	END IF;
	RAISE EXCEPTION 'phone % is being rung by %: %',
		OLD.i_campaign_phone, OLD.claimed_by,
		CASE TG_OP WHEN 'DELETE' THEN 'it cannot be deleted'
		ELSE 'its number, campaign and claim cannot be changed' END
	USING ERRCODE = 'object_in_use',
	HINT = format('Wait until the call has ended; should its engine be '
		'gone, the lease runs out at %s.', OLD.expires);
END $$;

CREATE TRIGGER guard_live_changed
	AFTER UPDATE OF i_campaign_phone, i_campaign, cld, claimed_by
	ON campaign_phones FOR EACH ROW
	WHEN (OLD.claimed_by IS NOT NULL
		AND (NEW.i_campaign_phone, NEW.i_campaign, NEW.cld,
			NEW.claimed_by)
		IS DISTINCT FROM (OLD.i_campaign_phone, OLD.i_campaign,
			OLD.cld, OLD.claimed_by)
		AND coalesce(current_setting('ringround.node', true), '')
			= '')
	EXECUTE FUNCTION guard_live();

CREATE TRIGGER guard_live_deleted AFTER DELETE
	ON campaign_phones FOR EACH ROW
	WHEN (OLD.claimed_by IS NOT NULL
		AND coalesce(current_setting('ringround.node', true), '')
			= '')
	EXECUTE FUNCTION guard_live();


-- A claim by hand would be nobody's: no engine rings it, none gives it back.
CREATE FUNCTION guard_claim() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'only an engine writes claimed_by, and i_attempt '
		'and expires of a claimed phone'
	USING ERRCODE = 'insufficient_privilege',
	HINT = 'To have a phone rung at once, set its next_call to NULL.';
END $$;

CREATE TRIGGER guard_claim_made AFTER INSERT
	ON campaign_phones FOR EACH ROW
	WHEN (NEW.claimed_by IS NOT NULL
		AND coalesce(current_setting('ringround.node', true), '')
			= '')
	EXECUTE FUNCTION guard_claim();

CREATE TRIGGER guard_claim_changed
	AFTER UPDATE OF claimed_by, i_attempt, expires
	ON campaign_phones FOR EACH ROW
	WHEN (NEW.claimed_by IS NOT NULL
		AND (NEW.claimed_by, NEW.i_attempt, NEW.expires)
		IS DISTINCT FROM (OLD.claimed_by, OLD.i_attempt, OLD.expires)
		AND coalesce(current_setting('ringround.node', true), '')
			= '')
	EXECUTE FUNCTION guard_claim();


-- Without statistics, after an import, the planner would rather read all
-- phones than the few that are live.
CREATE FUNCTION guard_campaign() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
	live bigint;
BEGIN
	SELECT count(*) INTO live FROM campaign_phones
	WHERE i_campaign = OLD.i_campaign AND claimed_by IS NOT NULL
	AND phone_is_live(claimed_by, expires);

	IF live > 0 THEN
		RAISE EXCEPTION 'campaign % ("%") cannot be deleted: live '
			'calls: %', OLD.i_campaign, OLD.name, live
		USING ERRCODE = 'object_in_use', HINT =
		'Pause it, wait until its calls have ended, then delete it.';
	END IF;
	RETURN OLD;
END $$;

CREATE TRIGGER guard_campaign BEFORE DELETE ON campaigns
	FOR EACH ROW EXECUTE FUNCTION guard_campaign();


CREATE FUNCTION guard_truncate() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
	live bigint;
BEGIN
	SELECT count(*) INTO live FROM campaign_phones
	WHERE claimed_by IS NOT NULL AND phone_is_live(claimed_by, expires);

	IF live > 0 THEN
		RAISE EXCEPTION '% cannot be truncated: live calls: %',
			TG_TABLE_NAME, live
		USING ERRCODE = 'object_in_use', HINT =
		'Pause all campaigns and wait until their calls have ended.';
	END IF;
	RETURN NULL;
END $$;

CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON campaigns
	FOR EACH STATEMENT EXECUTE FUNCTION guard_truncate();
CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON campaign_phones
	FOR EACH STATEMENT EXECUTE FUNCTION guard_truncate();
CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON call_attempts
	FOR EACH STATEMENT EXECUTE FUNCTION guard_truncate();


-- What happened is not rewritten. What tells of persons may be blotted out,
-- and attempts be deleted, but not while their phone is being rung: what is
-- given back becomes what its last attempt says.
CREATE FUNCTION guard_attempt() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'attempt % is history: only its cld, cli, call_id and '
		'sip_reason may be changed', OLD.i_call_attempt
	USING ERRCODE = 'restrict_violation',
	HINT = 'It may be deleted as a whole.';
END $$;

CREATE TRIGGER guard_attempt AFTER UPDATE ON call_attempts
	FOR EACH ROW
	WHEN (coalesce(current_setting('ringround.node', true), '') = ''
		AND (OLD.i_call_attempt, OLD.i_campaign_phone, OLD.i_campaign,
			OLD.attempt, OLD.node, OLD.proxy, OLD.setup_time,
			OLD.ring_time, OLD.connect_time, OLD.prompt_time,
			OLD.disconnect_time, OLD.played_msec, OLD.ended_by,
			OLD.sip_code, OLD.outcome)
		IS DISTINCT FROM (NEW.i_call_attempt, NEW.i_campaign_phone,
			NEW.i_campaign, NEW.attempt, NEW.node, NEW.proxy,
			NEW.setup_time, NEW.ring_time, NEW.connect_time,
			NEW.prompt_time, NEW.disconnect_time, NEW.played_msec,
			NEW.ended_by, NEW.sip_code, NEW.outcome))
	EXECUTE FUNCTION guard_attempt();

CREATE FUNCTION guard_attempts() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
	phone bigint;
BEGIN
	SELECT p.i_campaign_phone INTO phone FROM campaign_phones p
	WHERE p.claimed_by IS NOT NULL
	AND phone_is_live(p.claimed_by, p.expires)
	AND p.i_campaign_phone IN (SELECT i_campaign_phone FROM stale)
	LIMIT 1;

	IF FOUND THEN
		RAISE EXCEPTION 'phone % is being rung: its attempts cannot '
			'be deleted', phone
		USING ERRCODE = 'object_in_use',
		HINT = 'Wait until the call has ended, or leave out phones '
			'with claimed_by IS NOT NULL.';
	END IF;
	RETURN NULL;
END $$;

CREATE TRIGGER guard_attempts AFTER DELETE ON call_attempts
	REFERENCING OLD TABLE AS stale
	FOR EACH STATEMENT EXECUTE FUNCTION guard_attempts();


-- Engines of another version stop dialling at once.
CREATE TRIGGER schema_version_changed
	AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON schema_version
	FOR EACH STATEMENT EXECUTE FUNCTION settings_changed();

-- Engines that know version 3 at most call these, and log what they say.
CREATE FUNCTION claim_phones(text, integer[], integer[], integer[], text[],
	integer[], integer)
RETURNS SETOF campaign_phones LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the schema of the database is version %, newer '
		'than this engine: use a newer ringround',
		(SELECT max(version) FROM schema_version)
	USING ERRCODE = 'RR001';
END $$;

CREATE FUNCTION recover_phones(text, boolean) RETURNS bigint
LANGUAGE sql AS $$
	SELECT count(*) FROM claim_phones(NULL, NULL, NULL, NULL, NULL, NULL,
		NULL)
$$;


-- As phone_mask() in core/phone.c, which the logs use
CREATE FUNCTION number_masked(number text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN length(number) > 7
	THEN left(number, 4) || repeat('*', length(number) - 7)
	ELSE repeat('*', length(number) - 3) END || right(number, 3)
$$;

-- As text_mask() in core/text.c
CREATE FUNCTION text_masked(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT regexp_replace(words, '(?<=[0-9]{4})[0-9](?=[0-9]{3})', '*',
		'g')
$$;

-- These show numbers whole to whoever may read them in the tables.
CREATE VIEW phones_shown AS
SELECT i_campaign_phone, i_campaign,
	CASE WHEN (SELECT has_column_privilege('campaign_phones'::regclass,
		'cld', 'SELECT'))
	THEN cld ELSE number_masked(cld) END AS cld,
	finished, expires, next_call, call_count, setup_time, connect_time,
	disconnect_time, status, claimed_by, i_attempt, due
FROM campaign_phones;

CREATE VIEW attempts_shown AS
SELECT i_call_attempt, i_campaign_phone, i_campaign, attempt, node, call_id,
	proxy,
	CASE WHEN (SELECT has_column_privilege('call_attempts'::regclass,
		'cli', 'SELECT'))
	THEN cli ELSE number_masked(cli) END AS cli,
	CASE WHEN (SELECT has_column_privilege('call_attempts'::regclass,
		'cld', 'SELECT'))
	THEN cld ELSE number_masked(cld) END AS cld,
	setup_time, ring_time, connect_time, prompt_time, disconnect_time,
	played_msec, ended_by, sip_code,
	CASE WHEN (SELECT has_column_privilege('call_attempts'::regclass,
		'sip_reason', 'SELECT'))
	THEN sip_reason ELSE text_masked(sip_reason) END AS sip_reason,
	outcome
FROM call_attempts;

CREATE VIEW campaigns_shown AS
SELECT i_campaign, name, description, i_ivr_prompt, paused,
	CASE WHEN (SELECT has_column_privilege('campaigns'::regclass,
		'cli', 'SELECT'))
	THEN cli ELSE number_masked(cli) END AS cli,
	i_schedule, max_concurrent_calls, max_attempts, timeout_sec,
	backoff_sec, threshold_msec, max_calls_per_second
FROM campaigns;


-- These run with the rights of their owner: whoever adds a phone need not be
-- able to write counters. Nobody's temporary tables come before ours, and
-- nobody has them run for a table of his own.
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
			'phones_changed', 'phones_truncated',
			'campaigns_removed', 'attempts_added',
			'attempts_removed', 'attempts_changed',
			'attempts_truncated', 'phone_uri_check',
			'guard_live', 'guard_claim', 'guard_campaign',
			'guard_truncate', 'guard_attempt', 'guard_attempts',
			'fold_tally', 'fold_tally_sometimes',
			'why_not_dialing')
	LOOP
		EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER '
			'SET search_path = %I, pg_temp', f, home);
		EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC',
			f);
	END LOOP;
END $$;


-- Version 1 counted nothing: what it has left is counted now.
DO $$
BEGIN
	IF (SELECT applied FROM schema_version WHERE version = 2) = now()
	THEN
		LOCK TABLE campaign_phones, call_attempts
			IN SHARE ROW EXCLUSIVE MODE;
		DELETE FROM campaign_tally;
		INSERT INTO campaign_tally
		SELECT i_campaign, status, finished, count(*)
		FROM campaign_phones GROUP BY 1, 2, 3;
		INSERT INTO campaign_tally
		SELECT i_campaign, NULL, NULL, count(*), sum(played_msec)
		FROM call_attempts GROUP BY 1;
		DELETE FROM campaign_due;
		INSERT INTO campaign_due
		SELECT i_campaign, due_bin(due), count(*)
		FROM campaign_phones WHERE due IS NOT NULL GROUP BY 1, 2;
	END IF;
END $$;


-- What everything is, for \d+ and whoever reads the catalog.

COMMENT ON TABLE schema_version IS
	'The steps of the schema that were taken, by ringround db init; the '
	'newest is its version. An engine dials only where it is its own';

COMMENT ON TABLE config IS
	'Settings of all engines: campaign/sipproxy host[:port]'
	'[;transport=udp|tcp|tls], campaign/scanintervalsec, campaign/sipuri '
	'allow. A value that does not parse leaves the last good one in force';

COMMENT ON TABLE schedules IS
	'When campaigns may ring; open when any of its schedule_records '
	'matches, never without one';

COMMENT ON TABLE ivr_prompts IS
	'What is played; ringround prompt add makes a row';
COMMENT ON COLUMN ivr_prompts.digest IS
	'SHA-256 of the audio: engines fetch it again when this changes';

COMMENT ON TABLE campaigns IS
	'Sets of numbers with a prompt and rules. What is changed here holds '
	'at once; calls that are live keep theirs';
COMMENT ON COLUMN campaigns.i_ivr_prompt IS
	'What is played; without one the campaign does not dial';
COMMENT ON COLUMN campaigns.paused IS
	'No new calls; those that are live finish';
COMMENT ON COLUMN campaigns.username IS
	'The name to authenticate by at the SIP proxy';
COMMENT ON COLUMN campaigns.md5secret IS
	'The password that goes with username, in the clear; no view shows '
	'it, and of the roles only ringround_engine may read it';
COMMENT ON COLUMN campaigns.cli IS
	'The caller''s number; NULL: the number that is called';
COMMENT ON COLUMN campaigns.i_schedule IS 'NULL: always open';
COMMENT ON COLUMN campaigns.max_concurrent_calls IS
	'Calls that may be live at a time, over all engines';
COMMENT ON COLUMN campaigns.max_attempts IS 'For each phone';
COMMENT ON COLUMN campaigns.timeout_sec IS
	'How long to wait for an answer';
COMMENT ON COLUMN campaigns.backoff_sec IS
	'From the end of an unsuccessful attempt to the next';
COMMENT ON COLUMN campaigns.threshold_msec IS
	'So much of the prompt must have been sent for a success; of a '
	'shorter one, all';

COMMENT ON TABLE campaign_phones IS
	'The numbers of campaigns. Insert i_campaign and cld; next_call NULL '
	'or in the past is rung at once';
COMMENT ON COLUMN campaign_phones.finished IS
	'It is not rung any more: heard, attempts spent, or set by hand';
COMMENT ON COLUMN campaign_phones.expires IS
	'The lease of the present or last attempt; NULL: there was none';
COMMENT ON COLUMN campaign_phones.next_call IS
	'Not before; NULL: at once; infinity: not until this changes';
COMMENT ON COLUMN campaign_phones.call_count IS
	'Attempts, from the claim on; of max_attempts';
COMMENT ON COLUMN campaign_phones.setup_time IS
	'Of the last attempt, like connect_time and disconnect_time';
COMMENT ON COLUMN campaign_phones.status IS
	'Of the present or last attempt: idle (none), trying, answer, '
	'failure, premature hangup, success';

COMMENT ON COLUMN call_attempts.attempt IS 'The phone''s first, second ...';
COMMENT ON COLUMN call_attempts.node IS 'The engine that made the call';
COMMENT ON COLUMN call_attempts.call_id IS 'Call-ID of SIP';
COMMENT ON COLUMN call_attempts.cli IS 'The caller''s number that was sent';
COMMENT ON COLUMN call_attempts.prompt_time IS
	'When the prompt began to be sent';
COMMENT ON COLUMN call_attempts.played_msec IS
	'How much of the prompt was sent after the answer';
COMMENT ON COLUMN call_attempts.ended_by IS
	'Who hung up: local (the engine), remote (the callee), nobody (it was '
	'never up, or lost)';
COMMENT ON COLUMN call_attempts.sip_code IS
	'The last answer of SIP, 100 to 699; NULL: none came';
COMMENT ON COLUMN call_attempts.sip_reason IS
	'Its words, or those of the engine';

COMMENT ON TABLE campaign_tally IS
	'What campaign_counts and campaign_totals add up; written by triggers';
COMMENT ON VIEW campaign_counts IS
	'Phones of each campaign by status and finished, from kept counters';
COMMENT ON VIEW campaign_totals IS
	'Attempts of each campaign, and how much of prompts was sent';
COMMENT ON VIEW campaigns_shown IS
	'Campaigns without secrets, for whoever may not read all of '
	'campaigns; cli masked for whoever may not read it there';
COMMENT ON VIEW phones_shown IS
	'Phones; cld masked for whoever may not read campaign_phones.cld';
COMMENT ON VIEW attempts_shown IS
	'Attempts; cld, cli and sip_reason masked for whoever may not read '
	'them in call_attempts';

COMMENT ON FUNCTION schedule_open(integer, timestamptz) IS
	'Is a schedule open at an instant? NULL is the schedule that always '
	'is';
COMMENT ON FUNCTION schedule_next_change(integer, timestamptz) IS
	'When schedule_open() changes next; NULL: never';
COMMENT ON FUNCTION why_not_dialing(bigint) IS
	'The one reason why a phone is not being rung now, and the instant at '
	'which that changes by itself (NULL: it does not, or nobody can know)';
COMMENT ON FUNCTION engines_connected() IS
	'How many engines are at work on this database';
COMMENT ON FUNCTION claim_phones(text, integer[], integer[], integer[],
	text[], integer[], integer, integer, integer) IS
	'For engines: lease phones that are due';
COMMENT ON FUNCTION recover_phones(text, boolean, bigint[]) IS
	'For engines: take up what others left behind. By hand '
	'recover_phones(''me'', false, ''{}''): gives free what is claimed by '
	'engines that are gone and whose lease has run out';
COMMENT ON FUNCTION fold_tally() IS
	'For engines: put many rows of the counters into few';
COMMENT ON FUNCTION number_masked(text) IS
	'A number as it may be shown: +44163296001 as +441*****001';
COMMENT ON FUNCTION text_masked(text) IS
	'A text with long runs of digits masked';
