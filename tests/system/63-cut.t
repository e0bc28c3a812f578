#!/usr/bin/perl

# The connection to the database is cut between a commit and its answer: what
# was written counts once, and what nobody heard of is taken back.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep time);
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Count;
use RingTest::Cut;
use RingTest::Engine;
use RingTest::Wav;

my $claim = 'claim_phones\(';
my $report = 'INSERT INTO call_attempts';
my $extend = 'SET expires = greatest';
my $hello = 'pg_try_advisory_lock';
my $recover = 'recover_phones\(';

cluster();
my $callee = callees();
my $short = prompt(tone("$dir/short.wav", 8000, 1));
my $long = prompt(tone("$dir/long.wav", 8000, 4));
my %quick = (i_ivr_prompt => $short, threshold_msec => 800,
	timeout_sec => 5, backoff_sec => 1, max_attempts => 2,
	max_concurrent_calls => 50);
my $cutter = cutter();

proxy($callee);


sub there
{
	my ($engine, $times) = @_;

	wait_for('the engine is back', 15, sub { ($times // 2) <= (() =
		slurp($engine->{log}) =~ /the database is there/g) });
}


subtest 'at a claim' => sub {
	my $campaign = campaign(%quick, paused => 'true');
	my $engine = engine(conninfo => $cutter->{conninfo});

	add_phones($campaign, 1, 10);
	cut($cutter, 'answer', $claim, times => 2);
	sql("UPDATE campaigns SET paused = false");
	there($engine, 3);
	wait_for('all are heard', 15, sub { heard($campaign) == 10 });
	is(engine_stop($engine), 0, 'the engine leaves');

	is(cuts($cutter, $claim), 2, 'two claims were cut');
	cmp_ok(sql("SELECT last_value FROM call_attempt_ids"), '>=', 12,
		'and had been committed');
	rules_ok($campaign, $callee, 2);
	counters_ok();
};


# The last one claimed goes back to where it was: after a first attempt
subtest 'at the claim of a second attempt' => sub {
	my $campaign = campaign(%quick, paused => 'true');
	my $engine = engine(conninfo => $cutter->{conninfo});

	add_phones($campaign, 2, 3);
	sql("UPDATE campaigns SET paused = false");
	wait_for('all are busy', 10, sub { sql("SELECT count(*) = 3
		FROM campaign_phones WHERE i_campaign = $campaign
		AND status = 'failure' AND call_count = 1
		AND claimed_by IS NULL") eq 't' });
	cut($cutter, 'middle', $claim);
	there($engine);
	wait_for('all are spent', 15, sub { over($campaign) });
	is(engine_stop($engine), 0, 'the engine leaves');
	rules_ok($campaign, $callee, 2);
	counters_ok();
};


subtest 'at a report' => sub {
	my $campaign = campaign(%quick);
	my $engine = engine(conninfo => $cutter->{conninfo});
	my $before = cuts($cutter, $report);

	cut($cutter, 'answer', $report, times => 4);
	add_phones($campaign, $_, 4) for 1, 2, 5;
	there($engine, 5);
	wait_for('all are done', 20, sub { over($campaign) });
	is(engine_stop($engine), 0, 'the engine leaves');

	is(cuts($cutter, $report) - $before, 4, 'four reports were cut');
	rules_ok($campaign, $callee, 2);
	counters_ok();
};


# Calls that nobody had answered when the engine was stopped do not count.
subtest 'at the report of a call that is undone' => sub {
	my $campaign = campaign(%quick, timeout_sec => 60, max_attempts => 3);
	my $engine = engine(conninfo => $cutter->{conninfo});

	sql("UPDATE campaigns SET paused = true");
	add_phones($campaign, 4, 4);
	sql("UPDATE campaign_phones SET call_count = 1
		WHERE i_campaign = $campaign");
	sql("UPDATE campaigns SET paused = false");
	wait_for('four ring', 10, sub {
		grep({ $_->[1] =~ /^4/ } events($callee, 'INVITE')) == 4 });
	cut($cutter, 'answer', $report, times => 2);
	signal_child($engine, 'TERM');
	sleep 0.5;
	is(engine_stop($engine), 0, 'the engine leaves');
	is(sql("SELECT count(*) FROM campaign_phones WHERE i_campaign =
		$campaign AND claimed_by IS NULL AND NOT finished
		AND call_count = 1"), 4, 'no attempt was spent or forgotten');
	is(sql("SELECT count(*) FROM call_attempts
		WHERE i_campaign = $campaign AND outcome = 'lost'"), 4,
		'four are written down');
	sql("UPDATE campaigns SET paused = true
		WHERE i_campaign = $campaign");
	counters_ok();
};


# A new connection extends all leases at once: that one breaks, too.
subtest 'at the extension of a lease' => sub {
	my $campaign = campaign(%quick, i_ivr_prompt => $long);
	my $engine = engine(conninfo => $cutter->{conninfo});

	add_phones($campaign, 1, 3);
	wait_for('three are heard', 10, sub { heard($campaign) == 3 });
	by_engine {
		sql("UPDATE campaign_phones
			SET expires = now() + interval '5 s'
			WHERE claimed_by IS NOT NULL");
	};
	cut($cutter, 'answer', $extend, times => 2);
	cut($cutter, 'request', 'FROM campaigns');
	sql("UPDATE campaigns SET description = 'news'");
	there($engine, 4);
	is(cuts($cutter, $extend), 2, 'two extensions were cut');
	is(sql("SELECT count(*) FROM campaign_phones
		WHERE i_campaign = $campaign AND claimed_by IS NOT NULL
		AND expires > now() + interval '60 s'"), 3,
		'the calls are live, their leases are long');
	wait_for('they end', 15, sub { over($campaign) });
	is(engine_stop($engine), 0, 'the engine leaves');
	rules_ok($campaign, $callee, 2);
	counters_ok();
};


# What the dead engine left is taken up once: lost, and rung once more.
subtest 'at the hello and the recovery of a new start' => sub {
	my $campaign = campaign(%quick, i_ivr_prompt => $long,
		threshold_msec => 3900);
	my $engine = engine(conninfo => $cutter->{conninfo},
		node => 'phoenix');

	add_phones($campaign, 1, 5);
	wait_for('five are answered', 10, sub { sql("SELECT count(*) = 5
		FROM campaign_phones WHERE i_campaign = $campaign
		AND status = 'answer'") eq 't' });
	stop_child($engine, 'KILL');

	cut($cutter, 'request', $hello);
	cut($cutter, 'answer', $hello);
	cut($cutter, 'answer', $recover, times => 2);
	$engine = engine(conninfo => $cutter->{conninfo},
		node => 'phoenix');
	wait_for('all are done', 30, sub { over($campaign) });
	is(engine_stop($engine), 0, 'the engine leaves');
	is(cuts($cutter, $recover), 2, 'two recoveries were cut');
	is(sql("SELECT string_agg(DISTINCT t, ';') FROM (SELECT concat_ws(
		' ', p.call_count, string_agg(outcome, ' ' ORDER BY attempt))
		AS t FROM call_attempts a JOIN campaign_phones p
		USING (i_campaign_phone) WHERE p.i_campaign = $campaign
		GROUP BY p.i_campaign_phone, p.call_count) AS x"),
		'2 lost success', 'each: one attempt lost, one heard');
	my $rung = rung($callee);
	is(join(' ', map { $rung->{$_} } sql("SELECT cld FROM campaign_phones
		WHERE i_campaign = $campaign")), '2 2 2 2 2',
		'and rung so often');
	counters_ok();
};


# The client's side gives up after ten seconds, the server's after twenty.
subtest 'nothing comes through, and nobody hangs up' => sub {
	my $campaign = campaign(%quick);
	my $engine = engine(conninfo => $cutter->{conninfo});

	cut($cutter, 'hole', $claim, seconds => 4);
	add_phones($campaign, 1, 5);
	wait_for('after a while it comes', 15,
		sub { heard($campaign) == 5 });
	unlike(slurp($engine->{log}), qr/no database/, 'nobody noticed');

	cut($cutter, 'hole', $report, seconds => 60);
	add_phones($campaign, 6, 5);
	wait_for('it is missed', 20, sub { slurp($engine->{log})
		=~ /no database, [^\n]*no answer to a statement/ });
	add_phones($campaign, 3, 5);
	there($engine);
	wait_for('all are done', 40, sub { over($campaign) });
	is(engine_stop($engine), 0, 'the engine leaves');
	rules_ok($campaign, $callee, 2);
	counters_ok();
};


subtest 'anywhere' => sub {
	my $seed = $ENV{RINGROUND_SEED} // time ^ $$;
	my $campaign = campaign(%quick, max_concurrent_calls => 15);
	my $engine = engine(conninfo => $cutter->{conninfo});
	my $before = cuts($cutter, '.');

	diag("RINGROUND_SEED=$seed");
	cut_at_random($cutter, $seed, 0.25);
	add_phones($campaign, 1, 40);
	add_phones($campaign, 2, 15);
	add_phones($campaign, 5, 15);
	until_true(8, sub { over($campaign) });
	calm($cutter);
	# The server may need its twenty seconds to see that a session is gone.
	wait_for('all are done', 60, sub { over($campaign) });
	is(engine_stop($engine), 0, 'the engine leaves');
	cmp_ok(cuts($cutter, '.') - $before, '>=', 5, 'there were many cuts');
	rules_ok($campaign, $callee, 2);
	counters_ok();
};

done_testing();
