#!/usr/bin/perl

# Several engines on one database: what a campaign allows holds over all of
# them, counted where the calls arrive, and the work is shared.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Exchange;
use RingTest::Wav;

cluster();
my $exchange = exchange();
proxy($exchange);
my $prompt = prompt(tone("$dir/tone.wav", 8000, 1));
my %quick = (i_ivr_prompt => $prompt, threshold_msec => 500,
	timeout_sec => 2, backoff_sec => 1);


# n engines, named by the prefix
sub engines
{
	my ($prefix, $n, %o) = @_;
	my @all = map { engine(node => "$prefix$_", late => 1, %o) } 1 .. $n;

	until_true(30, sub { sql("SELECT count(*) FROM engines
		WHERE node LIKE '$prefix%'") == $n })
		or die "$n engines do not start\n";
	return @all;
}


sub leave
{
	my @engines = @_;

	signal_child($_, 'TERM') for @engines;
	is(join(' ', map { stop_child($_, 'TERM', 20) } @engines),
		join(' ', map { 0 } @engines), 'the engines leave');
}


sub phones
{
	my ($campaign, $prefix, $n) = @_;

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $campaign, '$prefix' || n
		FROM generate_series(1, $n) n");
}


sub run_out
{
	my ($campaign, $seconds) = @_;

	return wait_for('all phones are finished', $seconds, sub {
		sql("SELECT count(*) FROM campaign_phones
			WHERE i_campaign = $campaign AND (NOT finished
				OR claimed_by IS NOT NULL)") == 0 });
}


# Each phone of a prefix has so many attempts, and each attempt one call
sub rung
{
	my ($campaign, $prefix, $phones, $attempts) = @_;
	my $of = "FROM campaign_phones WHERE i_campaign = $campaign
		AND cld LIKE '$prefix%'";
	my (%invites, %calls);

	$invites{$_->{number}}++, $calls{$_->{call}}++
		for happened($exchange, 'INVITE', $prefix);
	is(sql("SELECT count(*) $of AND call_count = $attempts"), $phones,
		"$prefix: $attempts attempts each");
	is(sql("SELECT count(DISTINCT (i_campaign_phone, a.attempt)) || ' ' ||
			count(DISTINCT call_id)
		FROM call_attempts a WHERE i_campaign = $campaign
		AND cld LIKE '$prefix%'"), join(' ', ($phones * $attempts) x 2),
		'each written, with a call of its own');
	is(scalar(grep { $_ == $attempts } values %invites), $phones,
		'as many INVITEs for each');
	is(scalar keys %calls, $phones * $attempts, 'no more calls');
}


sub by_node
{
	my ($campaign) = @_;

	return map { split /\|/ } sql("SELECT node, count(*)
		FROM call_attempts WHERE i_campaign = $campaign
		GROUP BY node ORDER BY node");
}


# A cap, with numbers that answer, are busy, and ring out
sub cap_holds
{
	my ($n, $digit) = @_;
	my @engines = engines("cap$n-", $n);
	my $camp = campaign(%quick, max_concurrent_calls => 30,
		max_attempts => 2);
	my @prefix = map { "$_$digit" } 1, 2, 4;

	phones($camp, $prefix[0], 60);
	phones($camp, $_, 20) for @prefix[1, 2];
	run_out($camp, 60);
	my $most = most_at_once($exchange, ".$digit");

	cmp_ok($most, '<=', 30, "never more than the cap: $most");
	cmp_ok($most, '>=', 20, 'but it was made use of');
	rung($camp, $prefix[0], 60, 1);
	rung($camp, $_, 20, 2) for @prefix[1, 2];
	leave(@engines);
}


subtest '2 engines' => sub { cap_holds(2, 2) };
subtest '8 engines' => sub { cap_holds(8, 8) };

subtest '4 equal engines share the work' => sub {
	my @engines = engines('equal', 4);
	my $camp = campaign(%quick, max_concurrent_calls => 40);

	phones($camp, '14', 280);
	run_out($camp, 60);
	rung($camp, '14', 280, 1);
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
# it may open.
subtest 'an engine that can carry less gets less' => sub {
	my @engines = (engines('large', 3, args => [qw(-c 120)]),
		engines('small', 1, args => [qw(-c 120)],
			wrap => [qw(prlimit --nofile=144)]));
	my $camp = campaign(%quick, max_concurrent_calls => 150);

	is(sql("SELECT string_agg(max_calls::text, ' ' ORDER BY node)
		FROM engines"), '120 120 120 40', 'they know what they can');
	phones($camp, '15', 400);
	run_out($camp, 60);
	rung($camp, '15', 400, 1);
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
	rung($camp, '16', 240, 1);
	is(sql("SELECT count(*) FROM call_attempts WHERE i_campaign = $camp
		AND outcome <> 'success'"), 0, 'no call was cut off');
	my $most = most_at_once($exchange, '16');
	cmp_ok($most, '<=', 20, "never more than the cap: $most");
	leave(@engines);
};

is(scalar happened($exchange, 'AGAIN'), 0, 'no INVITE was sent twice')
	or diag('the machine was slow');
done_testing();
