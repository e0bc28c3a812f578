#!/usr/bin/perl

# Other writers are in the way: a serialization failure, a deadlock or a lock
# that is not let go fails a statement. Whatever it was, it is tried again,
# nothing is lost, nothing counts twice, and the log stays readable.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Count;
use RingTest::Engine;
use RingTest::Wav;

my @kinds = qw(claim report extend recover release);
my $server = cluster(args => [qw(-c deadlock_timeout=10ms)]);
my $callee = callees();
my $prompt = prompt(tone("$dir/tone.wav", 8000, 2));
my $long = prompt(tone("$dir/long.wav", 8000, 9));
my %set = (i_ivr_prompt => $prompt, threshold_msec => 1900,
	timeout_sec => 5, backoff_sec => 1, max_attempts => 2,
	max_concurrent_calls => 50);

proxy($callee);

# Sequences count what was rolled back, too.
sql("CREATE SEQUENCE failed_$_") for @kinds;
sql(q{CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	text text := current_query();
	kind text := CASE
		WHEN text LIKE '%claim_phones(%' THEN 'claim'
		WHEN text LIKE '%INSERT INTO call_attempts%' THEN 'report'
		WHEN text LIKE '%SET expires = greatest%' THEN 'extend'
		WHEN text LIKE '%recover_phones(%' THEN 'recover'
		WHEN text LIKE '%last_attempt(%' THEN 'release' END;
BEGIN
	IF random() < TG_ARGV[0]::float
	AND kind = coalesce(TG_ARGV[1], kind) THEN
		PERFORM nextval('failed_' || kind);
		RAISE 'could not serialize access' USING ERRCODE = '40001';
	END IF;
	RETURN CASE TG_LEVEL WHEN 'ROW' THEN NEW END;
END $$});


sub failures
{
	my ($kind) = @_;

	return sql("SELECT CASE WHEN is_called THEN last_value ELSE 0 END
		FROM failed_$kind");
}


# Updates of engines fail with this probability, those of one kind when it is
# given.
sub disturb
{
	my ($level, @how) = @_;

	sql("SELECT setval('failed_$_', 1, false)") for @kinds;
	sql("CREATE TRIGGER a_disturber BEFORE UPDATE ON campaign_phones
		FOR EACH $level EXECUTE FUNCTION
		fail(" . join(', ', map { "'$_'" } @how) . ")");
}


sub calm
{
	sql("DROP TRIGGER a_disturber ON campaign_phones");
}


sub few_warnings
{
	my ($most, @engines) = @_;
	my @lines = map { grep { /warning: / } split /\n/,
		slurp($_->{log}) } @engines;

	cmp_ok(scalar @lines, '<=', $most, "the log has $most warnings at " .
		'the most') or diag(join "\n", @lines);
}


subtest 'serialization failures of statements' => sub {
	my $campaign = campaign(%set, max_concurrent_calls => 8);
	my $engine = engine(node => 'again');

	disturb('STATEMENT', 0.4);
	add_phones($campaign, 1, 25);
	add_phones($campaign, $_, 5) for 2, 5;
	wait_for('a claim and a report have failed', 20,
		sub { failures('claim') && failures('report') });

	wait_for('all are done', 60, sub { over($campaign) });
	is(engine_stop($engine), 0, 'the engine leaves');
	rules_ok($campaign, $callee, 2);
	counters_ok();
	few_warnings(6, $engine);
	calm();
};


# A new connection looks for rows that it does not know, and extends the
# leases of those that it does.
subtest 'serialization failures after a reconnect' => sub {
	my $campaign = campaign(%set, i_ivr_prompt => $long);
	my $engine = engine();
	my $cut = sub { sql("SELECT pg_terminate_backend(pid)
		FROM pg_stat_activity WHERE application_name = 'ringround'") };

	add_phones($campaign, 1, 8);
	wait_for('eight talk', 10, sub { sql("SELECT count(*) = 8
		FROM campaign_phones WHERE i_campaign = $campaign
		AND status = 'success'") eq 't' });
	disturb('STATEMENT', 1, 'release');
	$cut->();
	wait_for('no release passes', 10, sub { failures('release') >= 3 });
	calm();
	disturb('STATEMENT', 1, 'extend');
	by_engine {
		sql("UPDATE campaign_phones
			SET expires = now() + interval '20 s'
			WHERE i_campaign = $campaign");
	};
	wait_for('no extension passes', 10, sub { failures('extend') });
	calm();
	wait_for('one that is tried again does', 10, sub { sql("SELECT
		count(*) = 8 FROM campaign_phones WHERE i_campaign = $campaign
		AND expires > now() + interval '60 s'") eq 't' });
	wait_for('all are done', 20, sub { over($campaign) });
	is(engine_stop($engine), 0, 'the engine leaves');
	rules_ok($campaign, $callee, 2);
	counters_ok();
	few_warnings(6, $engine);
};


subtest 'serialization failures while calls are taken up' => sub {
	my $campaign = campaign(%set);
	my $engine = engine(node => 'again');

	add_phones($campaign, 1, 8);
	wait_for('eight talk', 10, sub { sql("SELECT count(*) = 8
		FROM campaign_phones WHERE i_campaign = $campaign
		AND status = 'answer'") eq 't' });
	stop_child($engine, 'KILL');
	disturb('STATEMENT', 1);
	my $heir = engine(node => 'again');
	wait_for('a recovery has failed', 10,
		sub { failures('recover') >= 3 });
	calm();
	wait_for('all are done', 20, sub { over($campaign) });
	is(engine_stop($heir), 0, 'the engine leaves');
	is(sql("SELECT string_agg(DISTINCT t, ';') FROM (SELECT
		concat_ws(' ', p.call_count, p.status,
		string_agg(outcome, ' ' ORDER BY attempt)) AS t
		FROM call_attempts a JOIN campaign_phones p
		USING (i_campaign_phone) WHERE p.i_campaign = $campaign
		GROUP BY p.i_campaign_phone) AS x"),
		'2 success lost success', 'one attempt lost, one heard');
	counters_ok();
	few_warnings(10, $heir);
};


# A batch of many never passes as a whole.
subtest 'failures of single rows' => sub {
	my $campaign = campaign(%set);
	my $engine = engine();

	add_phones($campaign, 1, 40);
	wait_for('forty talk', 10, sub { sql("SELECT count(*) = 40
		FROM campaign_phones WHERE i_campaign = $campaign
		AND status = 'answer'") eq 't' });
	disturb('ROW', 0.15);
	wait_for('all are done', 20, sub { over($campaign) });
	calm();
	is(engine_stop($engine), 0, 'the engine leaves');
	cmp_ok(failures('report'), '>', 1, 'reports have failed');
	rules_ok($campaign, $callee, 2);
	counters_ok();
	few_warnings(6, $engine);
};


# Engines take two locks, and somebody takes them the other way round: as he is
# the more patient, it is always the engine that finds the deadlock. Now and
# then he holds all live rows for longer than an engine waits, too.
sql(q{CREATE FUNCTION cross_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('ringround.node', true) <> '' THEN
		PERFORM pg_advisory_xact_lock(7, 1);
		PERFORM pg_sleep(0.03);
		PERFORM pg_advisory_xact_lock(7, 2);
	END IF;
	RETURN NULL;
END $$});

my $locker = q{DO $$
BEGIN
LOOP
	PERFORM pg_advisory_xact_lock(7, 2);
	FOR i IN 1 .. 100 LOOP
		EXIT WHEN EXISTS (SELECT 1 FROM pg_locks
			WHERE locktype = 'advisory' AND classid = 7
			AND objid = 1 AND granted);
		PERFORM pg_sleep(0.005);
	END LOOP;
	PERFORM pg_advisory_xact_lock(7, 1);
	COMMIT;
	PERFORM 1 FROM campaign_phones WHERE claimed_by IS NOT NULL
	FOR UPDATE SKIP LOCKED;
	PERFORM pg_sleep(0.2);
	COMMIT;
	PERFORM pg_sleep(0.2);
END LOOP;
END $$};

subtest 'deadlocks and locks' => sub {
	my $campaign = campaign(%set);
	my $engine = engine();

	sql("CREATE TRIGGER a_disturber BEFORE UPDATE ON campaign_phones
		FOR EACH STATEMENT EXECUTE FUNCTION cross_over()");
	my $other = spawn(name => 'psql', cmd => ['psql', '-Xqc',
		"SET deadlock_timeout = '60 s'", '-c', $locker, conninfo()]);
	add_phones($campaign, 1, 50);
	add_phones($campaign, 2, 20);
	my $found = sub { scalar(() = slurp($server->{log}) =~ /$_[0]/g) };
	wait_for('deadlocks were found', 20,
		sub { $found->('deadlock detected') >= 4 });
	wait_for('a lock was not let go in time', 20,
		sub { $found->('lock timeout') >= 1 });
	ok(!child_ended($other), 'the other one was never the victim');
	sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE query LIKE 'DO %'");
	calm();
	wait_for('all are done', 30, sub { over($campaign) });
	is(engine_stop($engine), 0, 'the engine leaves');
	rules_ok($campaign, $callee, 2);
	counters_ok();
	few_warnings(8, $engine);
};

done_testing();
