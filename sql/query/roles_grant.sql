-- What each role may do, from nothing: what was granted before and is not
-- listed here is taken away. Whatever is not there yet is left out.
--
-- Columns: NULL is the whole table, "-a b" all columns but those, "a b" those
-- only. Nothing is granted on campaign_tally: triggers and views have the
-- rights of their owner.
DO $$
DECLARE
	home text := (SELECT nspname FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.oid = 'campaign_phones'::regclass);
	everybody text := 'ringround_engine, ringround_operator, '
		'ringround_viewer';
	f regprocedure;
	g record;
BEGIN
	EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', home, everybody);

	FOR g IN
		SELECT DISTINCT to_regclass(format('%I.%I', home, name)) AS id
		FROM unnest(ARRAY['schema_version', 'config', 'schedules',
			'schedule_records', 'ivr_prompts', 'campaigns',
			'campaign_phones', 'call_attempts', 'campaign_tally',
			'campaign_counts', 'campaign_totals',
			'campaign_summary', 'campaigns_shown', 'phones_shown',
			'attempts_shown', 'call_attempt_ids', 'engines',
			'campaign_due', 'campaign_pace', 'nodes', 'hangups',
			'phone_numbers', 'phones_listed', 'do_not_call',
			'campaigns_i_campaign_seq',
			'campaign_phones_i_campaign_phone_seq',
			'ivr_prompts_i_ivr_prompt_seq',
			'schedules_i_schedule_seq',
			'schedule_records_i_schedule_record_seq']) AS name
	LOOP
		CONTINUE WHEN g.id IS NULL;
		EXECUTE format('REVOKE ALL ON %s FROM %s', g.id, everybody);
	END LOOP;

	FOR g IN
		SELECT who, may, id, (SELECT string_agg(format('%I', attname),
				', ' ORDER BY attnum)
			FROM pg_attribute
			WHERE attrelid = id AND attnum > 0
			AND NOT attisdropped
			AND attname = ANY (string_to_array(
				ltrim(columns, '-'), ' '))
				<> starts_with(columns, '-')) AS columnv
		FROM (VALUES
		('engine', 'SELECT', 'schema_version config schedules '
			'schedule_records ivr_prompts campaigns '
			'campaign_phones call_attempts', NULL),
		('engine', 'UPDATE', 'ivr_prompts', 'trouble'),
		('engine', 'UPDATE', 'campaigns', 'paused'),
		('engine', 'UPDATE', 'campaign_phones call_attempts', NULL),
		('engine', 'INSERT', 'call_attempts', NULL),
		('engine', 'SELECT, INSERT, UPDATE, DELETE', 'engines', NULL),
		('engine', 'SELECT, INSERT, UPDATE', 'campaign_pace', NULL),
		('engine', 'SELECT', 'campaign_due phone_numbers '
			'do_not_call', NULL),
		('engine', 'SELECT, INSERT, DELETE', 'hangups', NULL),
		('engine', 'USAGE', 'call_attempt_ids', NULL),

		('operator', 'SELECT, INSERT, UPDATE, DELETE',
			'config schedules schedule_records ivr_prompts '
			'do_not_call', NULL),
		('operator', 'SELECT', 'schema_version campaign_phones '
			'call_attempts', NULL),
		('operator', 'SELECT', 'campaigns', '-md5secret'),
		('operator', 'INSERT, UPDATE, DELETE', 'campaigns', NULL),
		('operator', 'INSERT', 'campaign_phones',
			'-claimed_by i_attempt'),
		('operator', 'UPDATE', 'campaign_phones',
			'-claimed_by i_attempt'),
		('operator', 'DELETE', 'campaign_phones call_attempts', NULL),
		('operator', 'SELECT', 'campaigns_i_campaign_seq '
			'campaign_phones_i_campaign_phone_seq '
			'ivr_prompts_i_ivr_prompt_seq '
			'schedules_i_schedule_seq '
			'schedule_records_i_schedule_record_seq', NULL),
		('operator', 'SELECT', 'phone_numbers engines', NULL),
		('operator', 'SELECT, INSERT', 'hangups', NULL),
		('operator', 'UPDATE', 'call_attempts',
			'cld cli call_id sip_reason'),

		('viewer', 'SELECT', 'schema_version config schedules '
			'schedule_records engines', NULL),
		('viewer', 'SELECT', 'ivr_prompts', '-audio'),
		('viewer', 'SELECT', 'campaigns', '-username md5secret cli'),
		('viewer', 'SELECT', 'campaign_phones', '-cld dnc'),
		('viewer', 'SELECT', 'call_attempts', '-cld cli sip_reason')
		) AS granted(who, may, names, columns),
		LATERAL (SELECT to_regclass(format('%I.%I', home, name)) AS id
			FROM unnest(string_to_array(names, ' ')) AS name) AS x
	LOOP
		CONTINUE WHEN g.id IS NULL;
		EXECUTE format('GRANT %s %s ON %s TO ringround_%s', g.may,
			'(' || g.columnv || ')', g.id, g.who);
	END LOOP;

	FOR g IN
		SELECT to_regclass(format('%I.%I', home, name)) AS id
		FROM unnest(ARRAY['campaign_counts', 'campaign_totals',
			'campaign_summary', 'campaigns_shown', 'phones_shown',
			'attempts_shown', 'nodes', 'phones_listed']) AS name
	LOOP
		CONTINUE WHEN g.id IS NULL;
		EXECUTE format('GRANT SELECT ON %s TO %s', g.id, everybody);
	END LOOP;

	-- Those that run with the rights of their owner are not for everybody.
	FOR f IN SELECT p.oid FROM pg_proc p
		JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE n.nspname = home AND p.proname = 'why_not_dialing'
	LOOP
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', f,
			everybody);
	END LOOP;
	FOR f IN SELECT p.oid FROM pg_proc p
		JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE n.nspname = home AND p.proname = 'fold_tally'
	LOOP
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO '
			'ringround_engine', f);
	END LOOP;

	-- Who may create functions and tables beside ours might have ours use
	-- them: PostgreSQL 14 lets everybody.
	IF NOT has_schema_privilege('public', home, 'CREATE') THEN
		RETURN;
	END IF;
	IF (SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace
		WHERE nspname = home)
	THEN
		EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC',
			home);
	ELSE
		RAISE WARNING 'everybody may create tables and functions in '
			'the schema %, which makes the roles unsafe', home
		USING HINT = format('As its owner: REVOKE CREATE ON SCHEMA '
			'%I FROM PUBLIC', home);
	END IF;
END $$
