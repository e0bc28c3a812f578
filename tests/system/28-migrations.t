#!/usr/bin/perl

# A database of every version that was ever released, with all that may be
# in it, becomes one of today: nothing is lost, everything is counted, and an
# engine goes on where the last one stopped. Interrupted, nothing has
# happened.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

# Databases out there have been made by these: they are never changed again.
my %released = (
	'001_base' => 'e11dff70eb719daf4ff4179f55b1012a'
		. 'b33659963853e19c3233df425560664e',
	'002_rules' => '3a2be9d379830db08c8a666b09a8254b'
		. '6f4ad27d4da7e2e465c497c76c2b4933',
	'003_answers' => '54b284932967065b38f1646a0b38ed46'
		. '63b7e10d3c4437820eae991634b4adcf',
);
my @steps = glob "$tree/sql/schema/[0-9]*.sql";
my $today = @steps;
my $audio = tone("$dir/tone.wav", 8000, 1);

subtest 'what was released stays' => sub {
	for my $name (sort keys %released) {
		is(sha256_hex(slurp("$tree/sql/schema/$name.sql")),
			$released{$name}, $name);
	}
	is(join(' ', map { m{/(00\d_\w+)\.sql$} }
		@steps[0 .. keys(%released) - 1]),
		join(' ', sort keys %released), 'and comes first');
};

cluster(empty => 1);
my $callees = callees();


# The catalog as SQL
sub catalog
{
	my ($status, $text, $err) = run_program(['pg_dump', '-s',
		conninfo()]);

	is($status, 0, 'it can be dumped') or diag($err);
	return $text =~ s/^\\(un)?restrict .*$//mgr;
}


# All columns of a version, as text
sub contents
{
	my ($columns) = @_;

	return join "\n", map { my $table = $_;
		"$table:", sql("SELECT t::text FROM (
			SELECT $columns->{$table} FROM $table) AS t
			ORDER BY 1")
	} sort keys %$columns;
}


sub columns
{
	return { map { split /\|/, $_, 2 } sql("SELECT attrelid::regclass,
			string_agg(quote_ident(attname), ', '
				ORDER BY attnum)
		FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
		AND attnum > 0 AND NOT attisdropped
		AND relname NOT IN ('schema_version', 'campaign_tally')
		GROUP BY 1") };
}


# A database as a version has made it
sub of_version
{
	my ($name, $version) = @_;

	database($name, empty => 1);
	for my $step (1 .. $version) {
		sql(slurp($steps[$step - 1]));
		sql("INSERT INTO schema_version (version) VALUES ($step)");
	}
}


# Everything there may be. The first digit of a number tells the callees what
# to do; those of campaign 1 whose second digit is 1 are due.
sub fill
{
	my $hex = unpack 'H*', slurp($audio);

	sql($_) for "INSERT INTO config VALUES ('campaign', 'sipproxy',
		'127.0.0.1:$callees->{port}'), ('mine', 'own', 'kept')",
		"INSERT INTO ivr_prompts (name, audio, trouble, description)
			VALUES ('good', '\\x$hex', NULL, NULL),
			('bad', 'no sound', 'of no format', 'why not')",
		"INSERT INTO schedules (name, time_zone) VALUES
			('never', 'Europe/Kyiv'), ('always', 'UTC')",
		"INSERT INTO schedule_records (i_schedule, start_wday,
			stop_wday, start_time, stop_time) VALUES
			(2, NULL, NULL, NULL, NULL),
			(1, 6, 6, '00:00', '00:00')",
		"UPDATE schedule_records SET start_wday = x, stop_wday = x
			FROM (SELECT extract(isodow FROM now()
				+ interval '3 d')::integer AS x) AS x
			WHERE i_schedule = 1",
		"INSERT INTO campaigns (name, i_ivr_prompt, i_schedule,
			username, md5secret, cli, max_attempts, timeout_sec,
			backoff_sec, threshold_msec, paused, description)
			VALUES ('first', 1, 2, 'user', 'keep me', '+1', 3, 20,
				3600, 500, false, 'a \"name\"'),
			('paused', 1, NULL, NULL, NULL, NULL, 3, 20, 3600,
				500, true, NULL),
			('closed', 1, 1, NULL, NULL, NULL, 3, 20, 3600, 500,
				false, NULL),
			('troubled', 2, NULL, NULL, NULL, NULL, 3, 20, 3600,
				500, false, NULL)",
		"INSERT INTO campaign_phones (i_campaign, cld, finished,
			expires, next_call, call_count, setup_time,
			connect_time, disconnect_time, status, claimed_by,
			i_attempt)
		SELECT i, cld, done, expires, next_call, n, setup, setup,
			setup, status, claimed_by,
			CASE WHEN n > 0 THEN nextval('call_attempt_ids') END
		FROM (VALUES
		(1, '1100', false, NULL, NULL, 0, 'idle', NULL),
		(1, '1101', false, now() - '2 h'::interval, now()
			- '1 h'::interval, 1, 'failure', NULL),
		(1, '1102', false, now() - '2 h'::interval, NULL, 2,
			'premature hangup', NULL),
		(1, '1200', false, now(), now() + '1 h'::interval, 1,
			'failure', NULL),
		(1, '1201', false, NULL, 'infinity', 0, 'idle', NULL),
		(1, '1300', true, now(), NULL, 1, 'success', NULL),
		(1, '1301', true, now(), NULL, 3, 'failure', NULL),
		(1, '1302', true, NULL, NULL, 0, 'idle', NULL),
		(1, '1400', false, now() + '1 h'::interval, NULL, 1,
			'trying', 'gone'),
		(1, '1401', false, now() + '1 h'::interval, NULL, 2,
			'answer', 'gone'),
		(1, '1402', true, now() + '1 h'::interval, NULL, 1,
			'success', 'gone'),
		(1, '1500', false, now() - '1 h'::interval, NULL, 1,
			'answer', 'dead'),
		(1, '1501', true, now() - '1 h'::interval, NULL, 1,
			'success', 'dead'),
		(2, '1600', false, NULL, NULL, 0, 'idle', NULL),
		(3, '1601', false, NULL, NULL, 0, 'idle', NULL),
		(4, '1602', false, NULL, NULL, 0, 'idle', NULL)
		) AS p(i, cld, done, expires, next_call, n, status,
			claimed_by), LATERAL (SELECT CASE WHEN n > 0
			THEN now() - '1 min'::interval END AS setup) AS s",
		"INSERT INTO campaign_phones (i_campaign, cld, status,
			finished, next_call)
		SELECT 2, '9' || n, (ARRAY['idle', 'failure', 'success'])
			[1 + n % 3], n % 3 = 2, CASE n % 7 WHEN 0 THEN NULL
			WHEN 6 THEN 'infinity'
			ELSE now() + (n - 500) * '1 min'::interval END
		FROM generate_series(1, 2000) AS n",
		"INSERT INTO call_attempts (i_call_attempt, i_campaign_phone,
			i_campaign, attempt, node, call_id, proxy, cli, cld,
			setup_time, played_msec, ended_by, sip_code,
			sip_reason, outcome)
		SELECT nextval('call_attempt_ids'), i_campaign_phone,
			i_campaign, n, 'old', 'id' || n, '127.0.0.1', '+1',
			cld, now() - n * '1 h'::interval, n * 111, 'remote',
			486, 'Busy \"Here\"', (ARRAY['success',
				'premature hangup', 'no answer', 'failure',
				'lost'])[1 + i_campaign_phone % 5]
		FROM campaign_phones, generate_series(1, call_count
			- (claimed_by IS NOT NULL)::integer) AS n";
}


# Kept counters against a count: what differs
sub miscounted
{
	return join "\n", sql("SELECT 'summary', s.i_campaign, k
		FROM (SELECT i_campaign, jsonb_build_object(
				'total', total, 'finished', finished,
				'idle', idle, 'trying', trying,
				'answer', answer, 'failure', failure,
				'premature_hangup', premature_hangup,
				'success', success, 'live', live,
				'attempts', attempts, 'heard', heard_sec * 1000)
			AS s FROM campaign_summary) AS s
		JOIN (SELECT i_campaign, jsonb_build_object(
				'total', count(*),
				'finished', count(*) FILTER (WHERE finished),
				'idle', count(*) FILTER
					(WHERE status = 'idle'),
				'trying', count(*) FILTER
					(WHERE status = 'trying'),
				'answer', count(*) FILTER
					(WHERE status = 'answer'),
				'failure', count(*) FILTER
					(WHERE status = 'failure'),
				'premature_hangup', count(*) FILTER
					(WHERE status = 'premature hangup'),
				'success', count(*) FILTER
					(WHERE status = 'success'),
				'live', count(claimed_by),
				'attempts', (SELECT count(*)
					FROM call_attempts a
					WHERE a.i_campaign = p.i_campaign),
				'heard', (SELECT coalesce(sum(played_msec), 0)
					FROM call_attempts a
					WHERE a.i_campaign = p.i_campaign)
			) AS c FROM campaign_phones p GROUP BY 1) AS c
			USING (i_campaign), jsonb_object_keys(c) AS k
		WHERE s->k IS NULL OR (s->>k)::numeric <> (c->>k)::numeric"),
		sql("SELECT 'due_now', i_campaign, due_now
		FROM campaign_summary s WHERE due_now <> (SELECT count(*)
			FROM campaign_phones p
			WHERE p.i_campaign = s.i_campaign AND NOT p.finished
			AND p.claimed_by IS NULL
			AND coalesce(p.next_call, '-infinity') <= now())"),
		sql("SELECT 'next_due', i_campaign, next_due
		FROM campaign_summary s WHERE next_due IS DISTINCT FROM (
			SELECT min(greatest(p.next_call, now()))
			FROM campaign_phones p
			WHERE p.i_campaign = s.i_campaign AND NOT p.finished
			AND p.claimed_by IS NULL)"),
		sql('SELECT i_campaign FROM campaign_summary
			WHERE i_campaign NOT IN (SELECT i_campaign
				FROM campaign_phones)');
}


sub init
{
	my ($status, $out, $err) = ringround(qw(db init -d), conninfo());

	return "$status $out$err";
}


database('fresh');
my $fresh = catalog();

for my $version (1 .. keys %released) {
	subtest "from version $version" => sub {
		of_version("from$version", $version);
		fill();
		my $columns = columns();
		my $before = contents($columns);

		like($before, qr/keep me/, 'there is something to lose');
		# Somebody's own
		my $own = $version > 2 ? 'campaign_summary'
			: 'campaign_counts';
		sql("CREATE VIEW mine AS SELECT * FROM $own");
		like(init(), qr/^0\ schema\ upgraded:
			\ version\ $version\ to\ $today\n$/x, 'it is upgraded');
		is(contents($columns), $before, 'nothing is lost or changed');
		is(sql("SELECT (SELECT count(*) FROM mine)
			= (SELECT count(*) FROM $own)"), 't',
			"nor is somebody's view");
		sql('DROP VIEW mine');
		is(catalog() eq $fresh, 1, 'it is as a new one');
		is(miscounted(), '', 'everything is counted');
		is(sql('SELECT sum(total) FROM campaign_summary'), 2016,
			'and all of it');
		like(init(), qr/^0 schema is up to date/, 'once is enough');

		my $engine = engine(node => 'today');
		wait_for('what is due is rung', 20, sub { sql("SELECT count(*)
			FROM campaign_phones WHERE cld LIKE '11__'
			AND status = 'success' AND claimed_by IS NULL") == 3 });
		wait_for('what was left behind is taken up', 30, sub {
			sql("SELECT count(*) FROM campaign_phones
			WHERE claimed_by = 'dead'") == 0 });
		is(engine_stop($engine), 0, 'the engine leaves');
		is(join(' ', sql("SELECT DISTINCT p.cld FROM call_attempts
			JOIN campaign_phones p USING (i_campaign_phone)
			WHERE node = 'today' AND outcome <> 'lost'
			ORDER BY 1")), '1100 1101 1102', 'nobody else is');
		is(join(' ', sql("SELECT cld || ' ' || status || CASE
				WHEN finished THEN '' ELSE ' again' END
			FROM campaign_phones WHERE cld LIKE '15__'
			ORDER BY 1")), '1500 premature hangup again 1501'
			. ' success', 'a success stays one');
		is(sql("SELECT count(*) FROM campaign_phones
			WHERE claimed_by = 'gone'"), 3,
			"another engine's calls are left to it");
		is(miscounted(), '', 'and is counted on');
	};
}


# Hold up an upgrade behind its first step
sub held_up
{
	my ($code) = @_;
	my $holder = spawn(name => 'psql', cmd => ['psql', '-Xqc',
		'BEGIN; LOCK TABLE schema_version IN SHARE MODE; '
		. "SELECT pg_sleep(1000)", conninfo()]);

	wait_for('the table is held', 10, sub { sql("SELECT count(*)
		FROM pg_locks WHERE relation = 'schema_version'::regclass
		AND mode = 'ShareLock' AND granted") });
	$code->();
	sql("SELECT pg_terminate_backend(pid) FROM pg_locks
		WHERE relation = 'schema_version'::regclass
		AND mode = 'ShareLock'");
	wait_for('it is let go', 10, sub { child_ended($holder) });
}


sub upgrade
{
	return spawn(name => 'init', cmd => [$ringround, qw(db init -d),
		conninfo()]);
}


sub waiting
{
	return sql("SELECT count(*) FROM pg_locks l JOIN pg_database d
		ON d.oid = l.database WHERE d.datname = current_database()
		AND NOT granted");
}


subtest 'killed in the middle' => sub {
	of_version('killed', 1);
	fill();
	my $columns = columns();
	my ($catalog, $contents) = (catalog(), contents($columns));

	held_up(sub {
		my $init = upgrade();

		wait_for('it is in the middle', 20, sub { waiting() });
		stop_child($init, 'KILL');
	});
	wait_for('its session ends', 20, sub { sql("SELECT count(*)
		FROM pg_stat_activity WHERE datname = current_database()")
		== 1 });
	is(catalog() eq $catalog, 1, 'there is no trace of it');
	is(contents($columns), $contents, 'in what it holds, either');
	is(sql('SELECT max(version) FROM schema_version'), 1,
		'it is what it was');
	like(init(), qr/^0 schema upgraded/, 'the next one goes through');
	is(catalog() eq $fresh, 1, 'to the end');
	is(miscounted(), '', 'and counts');
};

subtest 'two at once' => sub {
	of_version('twice', 1);
	fill();
	my @inits;

	held_up(sub {
		@inits = map { upgrade() } 1, 2;
		wait_for('both are at it', 20, sub { waiting() == 2 });
	});
	wait_for('both end', 60, sub { 2 == grep { child_ended($_) } @inits });
	is(join(' ', map { $_->{status} } @inits), '0 0', 'well');
	like(join(' ', sort map { slurp($_->{log}) } @inits),
		qr/^schema is up to date.*\n schema upgraded: version 1 to/,
		'one has done it, the other has found it done');
	is(catalog() eq $fresh, 1, 'it is as a new one');
	is(miscounted(), '', 'and everything is counted');

	# The same where there is nothing yet
	database('empty', empty => 1);
	sql('SELECT pg_advisory_lock(1918987877)');
	@inits = map { upgrade() } 1, 2;
	wait_for('both are at it', 20, sub { waiting() == 2 });
	sql('SELECT pg_advisory_unlock(1918987877)');
	wait_for('both end', 60, sub { 2 == grep { child_ended($_) } @inits });
	is(join(' ', map { $_->{status} } @inits), '0 0', 'well');
	like(join(' ', sort map { slurp($_->{log}) } @inits),
		qr/^schema created.*\n schema is up to date/, 'and once');
};

done_testing();
