#!/usr/bin/perl

# max_concurrent_calls holds over all engines, counted where the calls arrive;
# and nobody is rung twice in an attempt.

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
	rung($exchange, $camp, $prefix[0], 60, 1);
	rung($exchange, $camp, $_, 20, 2) for @prefix[1, 2];
	leave(@engines);
}


subtest '2 engines' => sub { cap_holds(2, 2) };
subtest '8 engines' => sub { cap_holds(8, 8) };

done_testing();
