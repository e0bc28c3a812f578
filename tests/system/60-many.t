#!/usr/bin/perl

# Many calls: the cap holds, and one engine carries more than 255 at a time.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use List::Util qw(max);
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

cluster();
my $callees = callees();
proxy($callees);
my $short = prompt(tone("$dir/short.wav", 8000, 2));
my $long = prompt(tone("$dir/long.wav", 8000, 12));
my $engine = engine();


# Phones of a campaign whose numbers begin with a text and end with 1 to n
sub phones
{
	my ($campaign, $prefix, $n) = @_;

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $campaign, '$prefix' || n
		FROM generate_series(1, $n) n");
}


# The most calls of a prefix that were up at the callees at the same time,
# from the INVITE until either side has ended it
sub most_live
{
	my ($prefix) = @_;
	my ($live, $most) = (0, 0);

	for my $event (grep { $_->[1] =~ /^$prefix/ } events($callees)) {
		$live += { INVITE => 1, REFUSED => -1, BYE => -1,
			HANGUP => -1, CANCELLED => -1 }->{$event->[0]} // 0;
		$most = max($most, $live);
	}

	return $most;
}


# Wait for the end of a campaign; the most rows that were claimed meanwhile
sub run_out
{
	my ($campaign, $seconds) = @_;
	my $most = 0;

	wait_for('all phones are finished', $seconds, sub {
		my ($open, $live) = split /\|/, sql("SELECT
			count(*) FILTER (WHERE NOT finished
				OR claimed_by IS NOT NULL),
			count(*) FILTER (WHERE claimed_by IS NOT NULL)
			FROM campaign_phones WHERE i_campaign = $campaign");

		$most = max($most, $live);
		return !$open;
	});

	return $most;
}


sub all_heard
{
	my ($campaign, $prefix, $n) = @_;
	my $of = "FROM call_attempts WHERE i_campaign = $campaign";

	is(sql("SELECT count(*) FROM campaign_phones
		WHERE i_campaign = $campaign AND status = 'success'
		AND call_count = 1"), $n, 'all were heard at once');
	is(sql("SELECT count(*) $of AND outcome = 'success'"), $n,
		'one attempt for each');
	is(sql("SELECT count(DISTINCT call_id) $of"), $n,
		'each in a call of its own');
	is(scalar(grep { $_->[1] =~ /^$prefix/ }
		events($callees, 'INVITE')), $n, 'as many INVITEs');
}


subtest '300 phones, 100 at a time' => sub {
	my $camp = campaign(i_ivr_prompt => $short, timeout_sec => 10,
		threshold_msec => 1000, max_concurrent_calls => 100);

	phones($camp, '1', 300);
	my $claimed = run_out($camp, 60);

	all_heard($camp, '1', 300);
	cmp_ok($claimed, '<=', 100, "never more claimed: $claimed");
	my $live = most_live('1');

	cmp_ok($live, '<=', 100, "never more at the callees: $live");
	cmp_ok($live, '>=', 60, 'but many');
};

subtest 'more than 255 at a time' => sub {
	my $camp = campaign(i_ivr_prompt => $long, timeout_sec => 20,
		threshold_msec => 1000, max_concurrent_calls => 300);

	phones($camp, '9', 280);
	run_out($camp, 60);
	all_heard($camp, '9', 280);
	my $live = most_live('9');

	cmp_ok($live, '>', 255, "at the callees: $live");
	is(sql("SELECT min(played_msec) FROM call_attempts
		WHERE i_campaign = $camp"), 12000, 'all heard all of it');
};

# The engine hangs up when the prompt has been played, which began after the
# answer. A millisecond is lost where times are rounded.
is(sql("SELECT count(*) FROM call_attempts WHERE ended_by = 'local' AND
		disconnect_time - connect_time <
		(played_msec - 2) * interval '1 ms'"), 0,
	'no call was shorter than what was played');

is(engine_stop($engine), 0, 'the engine leaves cleanly');
is(slurp("$callees->{events}") =~ tr/\n//, 3 * 580,
	'INVITE, ACK and BYE of each, and nothing else');
done_testing();
