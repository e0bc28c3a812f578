-- The groups that rights are granted to. They belong to the server, so another
-- database may have made them, even at this moment.
DO $$
DECLARE
	wanted name;
BEGIN
	FOREACH wanted IN ARRAY ARRAY['ringround_engine', 'ringround_operator',
		'ringround_viewer']::name[]
	LOOP
		CONTINUE WHEN EXISTS (SELECT FROM pg_roles
			WHERE rolname = wanted);
		BEGIN
			EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
		EXCEPTION
		WHEN duplicate_object OR unique_violation THEN
			NULL;
		WHEN insufficient_privilege THEN
			RAISE EXCEPTION '% may not create the role %; have '
				'one with CREATEROLE run: CREATE ROLE %, then '
				'try again', current_user, wanted, wanted
			USING ERRCODE = 'insufficient_privilege';
		END;
	END LOOP;
END $$
