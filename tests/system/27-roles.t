#!/usr/bin/perl

# Three groups to be granted to those who log in: an engine that owns nothing
# does all its work, an operator runs campaigns and learns no secret, a
# viewer sees how they stand and no number whole. The tables' owner is no
# superuser, either.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

my $secret = 'OpenSesame77';
my $login = 'campaigner';


# How somebody connects
sub as
{
	my ($user) = @_;

	return conninfo() =~ s/user=\S+/user=$user/r;
}


# What the session gets as somebody, words of errors included
sub got
{
	my ($user, @statements) = @_;
	my @all;

	sql("SET SESSION AUTHORIZATION $user");
	for (@statements) {
		push @all, eval { sql($_) };
		push @all, $@ if $@;
	}
	sql('ROLLBACK; RESET SESSION AUTHORIZATION; RESET ALL');
	return join "\n", @all;
}


sub denied
{
	my ($user, $statement, $pattern) = @_;
	my $text = got($user, 'BEGIN', $statement);

	$pattern //= qr/permission denied|must be (?:owner|superuser)/;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like($text, qr/ERROR:.*$pattern/, "$user: no $statement" =~ s/\s+/ /gr)
		and unlike($text =~ s/^in:.*//msr, qr/$secret/, 'not a word');
}


sub allowed
{
	my ($user, @statements) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	unlike(got($user, 'BEGIN', @statements), qr/ERROR/,
		"$user: $statements[0]" =~ s/\s+/ /gr);
}


sub init
{
	my ($user, @args) = @_;
	my ($status, $out, $err) = ringround(qw(db init), @args, '-d',
		as($user));

	return "$status $out$err";
}


cluster(empty => 1);
sql('CREATE ROLE poor LOGIN');
sql('CREATE ROLE boss LOGIN CREATEROLE');

subtest 'made by db init --roles' => sub {
	database('roleless', empty => 1);
	sql('ALTER DATABASE roleless OWNER TO poor; ALTER SCHEMA public
		OWNER TO poor');
	like(init('poor', '--roles'), qr/^1\ .*poor\ may\ not\ create\ the\ role
		\ ringround_engine.*CREATE\ ROLE/x, 'who may not says so');
	is(sql("SELECT to_regclass('campaigns') IS NULL"), 't',
		'and has done nothing');
	like(init('poor'), qr/^0 schema created/, 'it goes without');

	database('rr', empty => 1);
	sql('ALTER DATABASE rr OWNER TO boss; ALTER SCHEMA public
		OWNER TO boss');
	# As it is for everybody up to PostgreSQL 14
	sql('GRANT CREATE ON SCHEMA public TO PUBLIC');
	like(init('boss', '--roles'), qr/^roles:\ ringround_engine,
		\ ringround_operator,\ ringround_viewer\n\z/xm,
		'who may makes them');
	is(sql("SELECT count(*) FROM pg_roles WHERE rolname ~ '^ringround_'
		AND NOT rolcanlogin AND NOT rolsuper AND NOT rolcreaterole"),
		3, 'three groups');
	is(sql("SELECT has_schema_privilege('public', 'public', 'CREATE')"),
		'f', 'nobody else creates things beside the tables');
};

# All rights of the roles, as the server shows them
sub rights
{
	return join "\n", sql("SELECT oid::regclass, relacl::text
		FROM pg_class WHERE relnamespace = 'public'::regnamespace
		ORDER BY 1"), sql("SELECT attrelid::regclass, attname,
			attacl::text
		FROM pg_attribute WHERE attacl IS NOT NULL
		AND attrelid::regclass::text !~ '[.]' ORDER BY 1, 2"),
		sql("SELECT oid::regprocedure, proacl::text FROM pg_proc
		WHERE pronamespace = 'public'::regnamespace ORDER BY 1");
}

subtest 'granted again' => sub {
	my $all = rights();

	like($all, qr/ringround_viewer/, 'there are rights');
	like(init('boss', '--roles'), qr/^0 .*up to date/, 'twice');
	is(rights(), $all, 'changes nothing');

	sql('REVOKE ALL ON campaigns, campaign_summary FROM ringround_engine;
		GRANT ALL ON campaigns TO ringround_viewer;
		GRANT UPDATE (md5secret) ON campaigns TO ringround_viewer');
	isnt(rights(), $all, 'they can be changed');
	like(init('boss'), qr/^0 .*up to date/, 'every db init after that');
	is(rights(), $all, 'puts it right, without --roles, too');

	database('other', empty => 1);
	sql('ALTER DATABASE other OWNER TO poor; ALTER SCHEMA public
		OWNER TO poor');
	like(init('poor'), qr/^0 /, 'another database of the server');
	unlike(rights(), qr/ringround_(?:engine|operator|viewer)/,
		'is not opened to them unasked');
	like(init('poor', '--roles'), qr/^0 .*^roles:/ms, 'but when it is told');
	like(rights(), qr/ringround_viewer/, 'though poor may not make any');
	database('rr2', empty => 1);
};

database('work', empty => 1);
sql('ALTER DATABASE work OWNER TO boss; ALTER SCHEMA public OWNER TO boss');
init('boss', '--roles');
sql("CREATE ROLE $_->[0] LOGIN IN ROLE ringround_$_->[1]")
	for ['eng', 'engine'], ['op', 'operator'], ['view', 'viewer'];
sql('CREATE ROLE nobody LOGIN');

my $callees = callees();
my ($engine, $campaign);

subtest 'a whole campaign, none of them a superuser' => sub {
	$engine = engine(node => 'one', args => ['-d', as('eng'), '-v']);
	my ($status, $out, $err) = ringround(qw(prompt add hello),
		tone("$dir/tone.wav", 8000, 2), '-d', as('op'));

	is($status, 0, 'the operator adds a prompt') or diag($err);
	my $prompt = $out + 0;
	is(got('op', "INSERT INTO config VALUES ('campaign', 'sipproxy',
			'127.0.0.1:$callees->{port}')",
		"INSERT INTO schedules (name) VALUES ('always')",
		"INSERT INTO schedule_records (i_schedule) VALUES (1)",
		"INSERT INTO campaigns (name, i_ivr_prompt, i_schedule,
			username, md5secret, threshold_msec, backoff_sec,
			max_attempts, paused)
		VALUES ('work', $prompt, 1, '$login', '$secret', 1000, 1, 2,
			true)", "INSERT INTO ivr_prompts (name, audio)
		VALUES ('noise', 'no sound')", "INSERT INTO campaigns (name,
			i_ivr_prompt) VALUES ('bad', lastval())"), '',
		'and a campaign');
	$campaign = sql("SELECT i_campaign FROM campaigns
		WHERE name = 'work'");

	spew("$dir/numbers", join '', map { "$campaign,$_\n" }
		(map { "+15550$_" } 110000 .. 110009), '+2555011001',
		'+3555011002', '+5555011003', '+6555011004');
	($status, $out, $err) = run_program(['psql', '-Xq', '-v',
		'ON_ERROR_STOP=1', '-c', '\copy campaign_phones '
			. "(i_campaign, cld) FROM '$dir/numbers' CSV",
		'-d', as('op')]);
	is("$status$err", '0', 'numbers come by COPY');
	is(got('op', "INSERT INTO campaign_phones (i_campaign, cld)
		SELECT i_campaign, '+1555099999' FROM campaigns
		WHERE name = 'bad'", "UPDATE campaigns SET paused = false
		WHERE name = 'work'"), '', 'and begins');

	wait_for('live calls', 10, sub { sql('SELECT count(*)
		FROM campaign_phones WHERE claimed_by IS NOT NULL') });
	denied('op', "SET ringround.node = 'one'; DELETE FROM campaign_phones
		WHERE claimed_by IS NOT NULL", 'op is no engine');
	denied('op', "SET ringround.node = 'one'; UPDATE campaign_phones
		SET cld = '+1'", 'op is no engine');
	wait_for('it comes to its end', 40, sub { sql("SELECT bool_and(
		finished AND claimed_by IS NULL) FROM campaign_phones
		WHERE i_campaign = $campaign") eq 't' });
	is(join(' ', sql("SELECT status || call_count || ':' || count(*)
		FROM campaign_phones WHERE i_campaign = $campaign
		GROUP BY status, call_count ORDER BY 1")), 'failure2:2 '
		. 'premature hangup2:1 success1:11', 'as it should');
	is(join(' ', sql("SELECT total, finished, success, failure, attempts
		FROM campaign_summary WHERE i_campaign = $campaign")),
		'14|14|11|2|17', 'and is counted');
	wait_for('a prompt that cannot be played is told of', 10, sub {
		sql("SELECT trouble FROM ivr_prompts WHERE name = 'noise'") });
	unlike(slurp($engine->{log}), qr/denied|cannot|refuse/i,
		'the engine was denied nothing');

	# A call that is left behind, and taken up by its next life
	sql("UPDATE campaigns SET timeout_sec = 60 WHERE name = 'work'");
	my $phone = phone($campaign, '+4555011005');
	wait_for('it rings', 10, sub { sql("SELECT status
		FROM campaign_phones WHERE i_campaign_phone = $phone")
		eq 'trying' });
	stop_child($engine, 'KILL');
	$engine = engine(node => 'one', args => ['-d', as('eng')]);
	wait_for('what a crash has left is taken up', 10, sub {
		(sql("SELECT outcome FROM call_attempts
			WHERE i_campaign_phone = $phone") // '') eq 'lost' });

	# The logs and the views mask alike.
	my %shown = map { $_ => 1 } split /\n/, got('view',
		'SELECT cld FROM phones_shown');
	my @logged = log_of('engine', 1000) =~ /([+]\d+\*+\d+) attempt/g;
	cmp_ok(scalar @logged, '>', 10, 'numbers are in the log');
	is(join(' ', grep { !$shown{$_} } @logged), '',
		'masked as a viewer sees them');
};

is(engine_stop($engine), 0, 'the engine leaves cleanly');

# Numbers wherever there is room for one
sql("UPDATE campaigns SET cli = '+15550777777' WHERE i_campaign = $campaign");
sql("INSERT INTO config VALUES ('campaign', 'sipuri', 'allow')");
sql("INSERT INTO campaign_phones (i_campaign, cld, finished)
	VALUES ($campaign, 'sip:+15550888888\@example.com', true)");
sql("INSERT INTO call_attempts (i_call_attempt, i_campaign_phone, i_campaign,
		attempt, node, cli, cld, sip_reason, ended_by, outcome)
	SELECT nextval('call_attempt_ids'), i_campaign_phone, i_campaign, 1,
		'one', '+15550777777', cld, 'no 15550888888 here', 'nobody',
		'failure' FROM campaign_phones WHERE cld LIKE 'sip:%'");
sql("UPDATE campaign_phones SET finished = false, next_call = NULL,
	call_count = 0 WHERE cld = '+15550110003'");
sql("DELETE FROM config WHERE option = 'sipuri'");
sql('ANALYZE');

my $digest = sql('SELECT digest FROM ivr_prompts ORDER BY 1 LIMIT 1');
my @relations = map { [split /\|/] } sql("SELECT oid::regclass, relkind
	FROM pg_class WHERE relnamespace = 'public'::regnamespace
	AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') ORDER BY 1");

# An argument for each type
my %value = (integer => $campaign, bigint => 1, text => "'one'",
	boolean => 'true', 'integer[]' => "ARRAY[$campaign]",
	'text[]' => "ARRAY['$digest']", 'timestamp with time zone' => 'now()',
	'timestamp without time zone' => 'now()::timestamp',
	'double precision' => '1', anycompatible => '1',
	'bigint[]' => 'ARRAY[1]');

# Everything that somebody gets out of every table, view and function
sub everything
{
	my ($user) = @_;
	my @all;

	for (@relations) {
		my ($name, $kind) = @$_;

		push @all, "TABLE $name", "SELECT r FROM $name r",
			"SELECT to_jsonb(r) FROM $name r";
		push @all, "SELECT $_ FROM $name", "SELECT min(${_}::text)
			FROM $name" for sql("SELECT quote_ident(attname)
				FROM pg_attribute WHERE attnum > 0
				AND attrelid = '$name'::regclass");
	}
	for (sql("SELECT oid::regproc, array_to_string(ARRAY(
			SELECT format_type(t, NULL)
			FROM unnest(proargtypes) t), ',') FROM pg_proc
			WHERE pronamespace = 'public'::regnamespace
			AND prorettype <> 'trigger'::regtype")) {
		my ($name, $types) = split /\|/;
		my @types = split /,/, $types // '';

		push @all, "SET ringround.node = 'one'; SELECT set_config(
				'ringround.schema', max(version)::text, false)
			FROM schema_version;
			SELECT * FROM $name(" . join(', ', map {
			$value{$_} // die "$name: what is a $_?\n" } @types)
			. ')';
	}
	push @all, 'SELECT * FROM pg_stats', 'SELECT * FROM pg_stats_ext',
		"SELECT * FROM why_not_dialing(i) FROM generate_series(1, 20)
		AS i";
	my $text = '';

	for (@all) {
		my $part = got($user, 'BEGIN', $_);

		# What was asked is no answer.
		$text .= "$_:\n" . ($part =~ s/^in: .*//msr) . "\n";
	}
	return $text;
}


sub holding
{
	my ($text, $pattern) = @_;
	my ($at, %where) = '';

	for (split /\n/, $text) {
		$at = $_ if /^(TABLE|SELECT) /;
		$where{$at} = 1 if $_ ne $at && /$pattern/;
	}
	return join ', ', sort keys %where;
}


my $number = qr/15550\d{5}|[2356]55501100\d/;

subtest 'what can be got at' => sub {
	my %all = map { $_ => everything($_) } qw(eng op view nobody);
	my %secrets = map { $_ => holding($all{$_}, $secret) } keys %all;

	like($secrets{eng}, qr/TABLE campaigns/, 'the engine knows secrets');
	is($secrets{$_}, '', "$_ does not") for qw(op view nobody);
	like(holding($all{op}, $login), qr/campaigns/,
		'the operator knows user names');
	is(holding($all{$_}, $login), '', "$_ does not")
		for qw(view nobody);
	like(holding($all{op}, $number), qr/phones_shown.*TABLE/,
		'the operator knows numbers');
	is(holding($all{$_}, $number), '', "$_ knows none whole")
		for qw(view nobody);
	is(holding($all{$_}, qr/no sound/ ), '', "$_ gets no prompt")
		for qw(view nobody);
	is(holding($all{view}, qr/permission denied for view/), '',
		'the viewer may read all views');
	is(holding($all{nobody}, qr/[+]1555/), '',
		'who is in no group sees nothing at all');

	is(got('view', "SELECT DISTINCT cld FROM phones_shown
		WHERE cld LIKE 'sip:%'"), 'sip:' . '*' x 21 . 'com',
		'an address is masked, too');
	is(got('view', "SELECT cli, sip_reason FROM attempts_shown
		WHERE cld LIKE 'sip:%'"), '+155*****777|no 1555****888 here',
		'and what was said of a call');
	is(got('view', "SELECT cli FROM campaigns_shown
		WHERE name = 'work'"), '+155*****777', 'and a caller');
	is(got('op', "SELECT cli, sip_reason FROM attempts_shown
		WHERE cld LIKE 'sip:%'"), '+15550777777|no 15550888888 here',
		'but not for an operator');
};

subtest 'no way round' => sub {
	denied('op', $_) for 'UPDATE campaigns SET description = md5secret',
		'UPDATE campaigns SET name = name RETURNING md5secret',
		'DELETE FROM campaigns RETURNING *',
		"UPDATE campaigns SET paused = true WHERE md5secret = 'x'",
		"INSERT INTO campaigns (i_campaign, name, md5secret)
			VALUES ($campaign, 'x', 'y') ON CONFLICT (i_campaign)
			DO UPDATE SET description = campaigns.md5secret",
		'COPY campaigns TO STDOUT', 'SELECT * FROM campaigns',
		'CREATE VIEW public.v AS SELECT 1',
		'TRUNCATE campaign_phones CASCADE',
		'ALTER TABLE campaign_phones DISABLE TRIGGER ALL',
		"SET session_replication_role = 'replica'",
		"UPDATE campaign_phones SET claimed_by = 'x'",
		"SET ringround.node = 'x'; UPDATE campaign_phones
			SET claimed_by = 'x'",
		"INSERT INTO campaign_phones (i_campaign, cld, claimed_by)
			VALUES ($campaign, '1', 'x')",
		'INSERT INTO call_attempts SELECT * FROM call_attempts',
		"UPDATE call_attempts SET outcome = 'success'",
		'INSERT INTO schema_version VALUES (999)',
		'DELETE FROM campaign_tally', 'SELECT fold_tally()',
		"SELECT nextval('call_attempt_ids')",
		"SET ringround.node = 'n';
			SELECT set_config('ringround.schema',
				max(version)::text, false)
			FROM schema_version;
			SELECT claim_phones('n', ARRAY[$campaign], ARRAY[5],
			ARRAY(SELECT i_ivr_prompt FROM campaigns
				WHERE i_campaign = $campaign),
			ARRAY['$digest'], ARRAY[1], 1, 1, 9)",
		'CREATE TEMP TABLE t (i_campaign integer, n bigint);
			CREATE TRIGGER t AFTER TRUNCATE ON t
			EXECUTE FUNCTION phones_truncated()';
	unlike(got('op', "UPDATE campaigns SET timeout_sec = -1"),
		qr/$secret/, 'a refused row is not shown with its secret');
	denied('op', 'CREATE TEMP TABLE config AS VALUES (1);
		DROP TABLE config; CREATE TEMP TABLE config (section text,
			option text, value text);
		INSERT INTO config VALUES (\'campaign\', \'sipuri\',
			\'allow\'); INSERT INTO campaign_phones (i_campaign,
			cld) VALUES (' . $campaign . ", 'sip:a\@b')",
		'a sip: URI is no number here');
	allowed('op', 'CREATE TEMP TABLE campaign_tally (LIKE
			public.campaign_summary)',
		"INSERT INTO campaign_phones (i_campaign, cld)
			VALUES ($campaign, '1')");

	# Theirs: a table of that name is theirs, not the one that is asked.
	my $live = phone($campaign, '+1555012');
	by_engine { sql("UPDATE campaign_phones SET claimed_by = 'x',
		expires = now() + '1 h' WHERE i_campaign_phone = $live") };
	denied('op', "CREATE TEMP TABLE campaign_phones AS SELECT 1
			AS i_campaign, NULL::text AS claimed_by,
			now() AS expires;
		DELETE FROM campaigns WHERE i_campaign = $campaign",
		'live calls: 1');
	by_engine { sql("DELETE FROM campaign_phones
		WHERE i_campaign_phone = $live") };

	is(join(' ', sql("SELECT oid::regprocedure FROM pg_proc
		WHERE pronamespace = 'public'::regnamespace AND prosecdef
		AND (NOT EXISTS (SELECT FROM unnest(proconfig) AS c
			WHERE c = 'search_path=public, pg_temp')
		OR has_function_privilege('nobody', oid, 'EXECUTE'))")), '',
		'what has the rights of its owner uses its own tables, and '
		. 'is not for everybody');
	cmp_ok(sql("SELECT count(*) FROM pg_proc WHERE prosecdef
		AND pronamespace = 'public'::regnamespace"), '>', 10,
		'there are such functions');
};

subtest 'what an operator has to do' => sub {
	allowed('op', $_) for
		"UPDATE campaigns SET username = 'a', md5secret = 'b'",
		"UPDATE campaigns SET paused = true, max_attempts = 9,
			cli = '+1', i_schedule = NULL",
		'SELECT username, cli, name FROM campaigns',
		"UPDATE campaign_phones SET finished = false, call_count = 0,
			status = 'idle', next_call = NULL, expires = NULL,
			setup_time = NULL, connect_time = NULL,
			disconnect_time = NULL",
		"UPDATE campaign_phones SET cld = '+2' WHERE false",
		'SELECT * FROM campaign_phones', 'TABLE call_attempts',
		"DELETE FROM campaign_phones WHERE i_campaign = $campaign",
		"DELETE FROM campaigns WHERE i_campaign = $campaign",
		"UPDATE call_attempts SET cld = '', cli = NULL,
			call_id = NULL, sip_reason = NULL",
		'DELETE FROM call_attempts', 'DELETE FROM config',
		"UPDATE schedules SET name = 'x'",
		"UPDATE schedule_records SET start_wday = 1",
		"UPDATE ivr_prompts SET audio = 'x'",
		'SELECT length(audio) FROM ivr_prompts',
		'SELECT why_not_dialing(1)', 'TABLE campaign_summary',
		'LISTEN ringround', 'TABLE schema_version';
};

subtest 'what a viewer has to do' => sub {
	allowed('view', $_) for 'TABLE campaign_summary', 'TABLE config',
		'TABLE phones_shown', 'TABLE attempts_shown',
		'TABLE campaigns_shown', 'TABLE schedules',
		'SELECT why_not_dialing(1)', 'LISTEN ringround_status',
		'SELECT schedule_open(1), schedule_next_change(1)',
		'SELECT count(*), max(status) FROM campaign_phones
			WHERE claimed_by IS NULL',
		'SELECT name, digest, trouble FROM ivr_prompts';
	is(join(' ', sql("SELECT oid::regclass FROM pg_class
		WHERE relnamespace = 'public'::regnamespace
		AND relkind IN ('r', 'p', 'v', 'm')
		AND (has_any_column_privilege('view', oid,
				'INSERT, UPDATE, REFERENCES')
			OR has_table_privilege('view', oid,
				'DELETE, TRUNCATE, TRIGGER'))")), '',
		'it changes nothing');
};

# The statements of consoles, whoever looks on
subtest 'consoles' => sub {
	for my $file (glob "$tree/sql/query/console_*.sql") {
		my $text = slurp($file) =~ s/^--.*\n//mgr;
		my %given = map { $_ => 1 } $text =~ /\$(\d+)/g;
		my ($name) = $file =~ m{([^/]*)\.sql$};
		my $run = 'EXECUTE x' . (%given ? '(' . join(', ',
			('NULL') x keys %given) . ')' : '');
		my $plain = $text =~ s/'[^']*'//gr;
		my $write = $plain =~ /\b(UPDATE|INSERT|DELETE)\b|\bhang_up\b/;
		my $whole = $plain =~ /\bphone_numbers\b|starts_with\(cld/;

		for (qw(eng op view)) {
			my $text = got($_, 'BEGIN', "PREPARE x AS $text",
				$run, 'DEALLOCATE x');

			($write || $whole) && $_ eq 'view' ? like($text,
				qr/permission denied/, "$name: not by $_")
				: unlike($text, qr/ERROR/, "$name by $_");
			sql('DEALLOCATE ALL');
		}
	}
};

# A table that is added must be thought of.
subtest 'nothing is forgotten' => sub {
	my %known = map { $_ => 1 } qw(campaign_tally);

	is(join(' ', grep { !$known{$_} } sql("SELECT oid::regclass
		FROM pg_class WHERE relnamespace = 'public'::regnamespace
		AND relkind IN ('r', 'p', 'v', 'm')
		AND NOT has_table_privilege('eng', oid, 'SELECT')")), '',
		'an engine may read every table and view');
	is(join(' ', sql("SELECT oid::regclass FROM pg_class
		WHERE relnamespace = 'public'::regnamespace
		AND relkind IN ('v', 'm')
		AND NOT has_table_privilege('view', oid, 'SELECT')")), '',
		'a viewer every view');
	is(join(' ', sql("SELECT oid::regclass
		FROM pg_class WHERE relnamespace = 'public'::regnamespace
		AND relkind IN ('r', 'p', 'v', 'm')
		AND obj_description(oid, 'pg_class') IS NULL")), '',
		'and each says what it is');
};

done_testing();
