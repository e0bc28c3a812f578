#!/usr/bin/perl

# Several engines on one database share the work by the room that each has, and
# engines may come and go.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Cluster;
use RingTest::Crowd;
use RingTest::Engine;
use RingTest::Exchange;
use RingTest::Wav;

cluster();
my $exchange = exchange();
proxy($exchange);
my $prompt = prompt(tone("$dir/tone.wav", 8000, 1));
my %quick = (i_ivr_prompt => $prompt, threshold_msec => 500,
	timeout_sec => 2, backoff_sec => 1);


sub by_node
{
	my ($campaign) = @_;

	return map { split /\|/ } sql("SELECT node, count(*)
		FROM call_attempts WHERE i_campaign = $campaign
		GROUP BY node ORDER BY node");
}


subtest '4 equal engines share the work' => sub {
	my @engines = engines('equal', 4);
	my $camp = campaign(%quick, max_concurrent_calls => 40);

	phones($camp, '14', 280);
	run_out($camp, 60);
	rung($exchange, $camp, '14', 280, 1);
	my $most = most_at_once($exchange, '14');
	my %by = by_node($camp);

	cmp_ok($most, '<=', 40, "never more than the cap: $most");
	is(scalar keys %by, 4, 'all had calls');
	for (sort keys %by) {
		cmp_ok($by{$_}, '>=', 35, "$_ had at least half its share");
		cmp_ok($by{$_}, '<=', 140, 'and not more than double');
	}
	leave(@engines);
};

# What an engine can carry is said by -c, or follows from the descriptors that
# it may open; root could raise the limit, without the capability it cannot.
subtest 'an engine that can carry less gets less' => sub {
	my @engines = (engines('large', 3, args => [qw(-c 120)]),
		engines('small', 1, args => [qw(-c 120)],
			wrap => [held_down(), qw(prlimit --nofile=144)]));
	my $camp = campaign(%quick, max_concurrent_calls => 150);

	is(sql("SELECT string_agg(max_calls::text, ' ' ORDER BY node)
		FROM engines"), '120 120 120 40', 'they know what they can');
	phones($camp, '15', 400);
	run_out($camp, 60);
	rung($exchange, $camp, '15', 400, 1);
	my %by = by_node($camp);

	cmp_ok($by{small1}, '<', 100, "the small one: $by{small1} of 400");
	cmp_ok($by{small1}, '>', 0, 'but not nothing');
	cmp_ok($by{small1}, '<', $by{"large$_"}, "less than large$_")
		for 1 .. 3;
	leave(@engines);
};

subtest 'one joins, and one leaves' => sub {
	my @engines = engines('stay', 2);
	my $camp = campaign(%quick, max_concurrent_calls => 20);

	phones($camp, '16', 240);
	wait_for('two are at it', 15,
		sub { happened($exchange, 'INVITE', '16') > 60 });
	push @engines, engines('late', 1);
	wait_for('the third is given work', 15, sub { sql("SELECT count(*)
		FROM campaign_phones WHERE claimed_by = 'late1'") > 0 });
	my $gone = shift @engines;

	is(engine_stop($gone, 20), 0, 'the first leaves when asked');
	is(sql("SELECT count(*) FROM campaign_phones
		WHERE claimed_by = 'stay1'"), 0, 'and leaves nothing behind');
	cmp_ok(scalar happened($exchange, 'INVITE', '16'), '<', 230,
		'in the middle of it all');
	run_out($camp, 60);
	rung($exchange, $camp, '16', 240, 1);
	is(sql("SELECT count(*) FROM call_attempts WHERE i_campaign = $camp
		AND outcome <> 'success'"), 0, 'no call was cut off');
	my $most = most_at_once($exchange, '16');
	cmp_ok($most, '<=', 20, "never more than the cap: $most");
	leave(@engines);
};

done_testing();
