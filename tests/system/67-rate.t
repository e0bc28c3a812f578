#!/usr/bin/perl

# max_calls_per_second, counted where the calls arrive: within no second are
# there more INVITEs of a campaign, however many engines there are; and not
# many fewer. And maxcallspersecond, which is an engine's.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use POSIX qw(ceil);
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Exchange;
use RingTest::Wav;

cluster();
my $exchange = exchange();
proxy($exchange);
my $prompt = prompt(tone("$dir/tone.wav", 8000, 1));


# A campaign of n phones that are busy and tried so many times
sub slow
{
	my ($prefix, $rate, $n, %set) = @_;
	my $camp = campaign(i_ivr_prompt => $prompt, timeout_sec => 5,
		max_attempts => 1, max_concurrent_calls => 50,
		max_calls_per_second => $rate, backoff_sec => 0, %set);

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $camp, '$prefix' || n FROM generate_series(1, $n) n");
	return $camp;
}


sub run_out
{
	my ($seconds, $prefix) = @_;

	wait_for('all phones are finished', $seconds, sub {
		sql("SELECT count(*) FROM campaign_phones WHERE cld LIKE
			'$prefix%' AND NOT (finished
			AND claimed_by IS NULL)") == 0 });
}


# The rate held, and was made use of: n calls in all
sub held
{
	my ($prefix, $rate, $n) = @_;
	my @at = map { $_->{at} } happened($exchange, 'INVITE', $prefix);
	my $most = most_within($exchange, $prefix, 1);
	my $got = @at > 1 && $at[-1] > $at[0]
		? (@at - 1) / ($at[-1] - $at[0]) : 0;

	is(scalar @at, $n, "$prefix: $n calls");
	cmp_ok($most, '<=', ceil($rate), "at most $rate a second: $most");
	cmp_ok($got, '>=', 0.8 * $rate, sprintf 'and not many fewer: %.2f',
		$got);
}


# Rates of all sorts at once, and then one campaign without any. An engine
# starts fifty calls a second at the most.
sub rates_hold
{
	my ($engines, $d, $fast) = @_;
	my @engines = map { engine(node => "n$engines-$_") } 1 .. $engines;

	slow("2${d}1", 20, 80, max_attempts => 2);
	slow("2${d}2", 2.5, 20);
	slow("2${d}3", 0.5, 4);
	slow("2${d}4", $fast, 9 * $fast);
	run_out(40, "2$d");
	held("2${d}1", 20, 160);
	held("2${d}2", 2.5, 20);
	held("2${d}3", 0.5, 4);
	held("2${d}4", $fast, 9 * $fast);

	slow("2${d}5", 'NULL', 100);
	run_out(20, "2$d");
	cmp_ok(most_within($exchange, "2${d}5", 1), '>', 30,
		'without a rate it is faster');
	is(engine_stop($_), 0, 'the engine leaves') for @engines;
}

subtest 'one engine' => sub { rates_hold(1, 1, 12) };
subtest 'four engines' => sub { rates_hold(4, 4, 60) };

# What was not used is not saved up; and no engine knows what one has sent
# that is gone.
subtest 'pauses, changes and a death' => sub {
	my @engines = map { engine(node => "x$_") } 1 .. 3;
	my $camp = slow('26', 20, 260);
	my $sent = sub { scalar happened($exchange, 'INVITE', '26') };

	wait_for('it is under way', 15, sub { $sent->() > 40 });
	sql("UPDATE campaigns SET paused = true WHERE i_campaign = $camp");
	sleep 2;
	my $at = $sent->();
	sql("UPDATE campaigns SET paused = false WHERE i_campaign = $camp");
	wait_for('it goes on after a pause', 10,
		sub { $sent->() > $at + 40 });
	cmp_ok(most_within($exchange, '26', 1), '<=', 20,
		'nothing was saved up');

	stop_child($engines[0], 'KILL');
	$at = $sent->();
	wait_for('it goes on without an engine that died', 10,
		sub { $sent->() > $at + 40 });
	cmp_ok(most_within($exchange, '26', 1), '<=', 20, 'no faster');

	sql("UPDATE campaigns SET max_calls_per_second = 5
		WHERE i_campaign = $camp");
	sleep 2;
	my $from = (happened($exchange, 'INVITE', '26'))[-1]{at};
	sleep 3;
	my @late = grep { $_->{at} > $from }
		happened($exchange, 'INVITE', '26');
	cmp_ok(scalar @late, '<=', 16, 'a lower rate holds soon');
	cmp_ok(scalar @late, '>=', 8, 'and it goes on');
	is(engine_stop($_), 0, 'the engine leaves') for @engines[1, 2];
};

sub engine_rate
{
	sql("INSERT INTO config VALUES ('campaign', 'maxcallspersecond',
		'$_[0]') ON CONFLICT (section, option)
		DO UPDATE SET value = excluded.value");
}


# The rate of an engine is that of all its campaigns together, with rates of
# their own or without, and it can be changed while the engine is at work.
subtest 'the rate of an engine' => sub {
	sql('UPDATE campaigns SET paused = true');
	engine_rate(30);
	my $engine = engine(node => 'r1');
	slow('271', 'NULL', 200);
	slow('272', 'NULL', 80);
	slow('273', 5, 30);
	run_out(40, '27');
	held('27', 30, 310);
	held('273', 5, 30);

	engine_rate(100);
	slow('28', 'NULL', 600);
	run_out(30, '28');
	held('28', 100, 600);

	engine_rate('many');
	wait_for('what is no number is reported', 10, sub {
		slurp($engine->{log}) =~ /maxcallspersecond: "many" is no/ });
	engine_rate(4);
	sleep 1.5;
	slow('29', 'NULL', 20);
	run_out(30, '29');
	held('29', 4, 20);
	is(engine_stop($engine), 0, 'the engine leaves');
};


# The calls before the first one of a campaign that is new, and those up to
# its last one
subtest 'a small campaign beside a huge one' => sub {
	engine_rate(10);
	my $engine = engine(node => 'r2');
	my $huge = slow('251', 'NULL', 100_000);

	wait_for('the huge one is under way', 15,
		sub { happened($exchange, 'INVITE', '251') > 30 });
	slow('252', 'NULL', 5);
	my $from = (happened($exchange, 'INVITE', '25'))[-1]{at};
	wait_for('the small one is rung', 30,
		sub { happened($exchange, 'INVITE', '252') == 5 });
	my $all = join '', map { substr $_->{number}, 2, 1 }
		grep { $_->{at} > $from } happened($exchange, 'INVITE', '25');

	like($all, qr/^1{0,4}2(12|112){4}/, 'at once, and in turns');
	cmp_ok(most_within($exchange, '25', 1), '<=', 10,
		'and the rate is kept');
	is(engine_stop($engine), 0, 'the engine leaves');
};

done_testing();
