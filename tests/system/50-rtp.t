#!/usr/bin/perl

# RTP as it comes to the callee's machine

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Phone;
use RingTest::Wav;

cluster();
my $phone = RingTest::Phone->new;
proxy($phone);
my $prompt = prompt(tone("$dir/tone.wav", 8000, 3.99));
my $camp = campaign(i_ivr_prompt => $prompt, timeout_sec => 10,
	max_attempts => 1, threshold_msec => 1000);
my $engine = engine();


# Differences of neighbours
sub steps
{
	return map { $_[$_] - $_[$_ - 1] } 1 .. $#_;
}


sub median
{
	return (sort { $a <=> $b } @_)[@_ / 2];
}


sub distinct
{
	my %seen = map { $_ => 1 } @_;

	return sort keys %seen;
}


sub well_formed
{
	my ($call) = @_;
	my @p = @{$call->{packets}};

	is(scalar @p, 200, 'as many packets as the prompt takes');
	is_deeply([distinct(map { $_ & 0xffff } steps(map { $_->{seq} }
		@p))], [1], 'no gap in the sequence, and its order');
	my @ssrc = distinct(map { $_->{ssrc} } @p);

	is(scalar @ssrc, 1, 'one SSRC');
	is_deeply([distinct(map { $_->{type} } @p)], [0], 'all are PCMU');
	is_deeply([distinct(map { $_->{size} } @p)], [160],
		'all carry 20 ms');
	is(join('', map { $_->{marker} } @p), '1' . '0' x $#p,
		'the marker is on the first packet alone');
	is_deeply([distinct(map { $_ & 0xffffffff } steps(map { $_->{ts} }
		@p))], [160], 'time stamps go by 160');
}


# Their places on the grid are counted: one late packet is the machine's.
sub paced
{
	my ($call) = @_;
	my @at = map { 1000 * $_->{at} } @{$call->{packets}};
	my @gaps = steps(@at);
	my $median = median(@gaps);

	cmp_ok(abs($median - 20), '<', 1, "the median gap is $median ms");
	my @shift = map { $at[$_] - $at[0] - 20 * $_ } 0 .. $#at;
	my $middle = median(@shift);
	my $off = grep { abs($_ - $middle) > 10 } @shift;

	cmp_ok($off, '<=', @at / 20,
		"packets off their place on one grid of 20 ms: $off");
	my $early = grep { $_ - $middle < -3 } @shift;

	is($early, 0, 'no packet is before its time');
}


for my $early (0, 1) {
	subtest $early ? 'after early media' : 'after ringing' => sub {
		phone($camp, "70$early");
		my $call = $phone->take(20, ring => 0.6, early => $early);

		ok($call->{bye}, 'the call was made and ended') or return;
		my $first = $call->{packets}[0]{at};

		is(scalar(grep { $_->{at} < $call->{ack} }
			@{$call->{packets}}), 0, 'no packet before the ACK');
		cmp_ok($first - $call->{ack}, '<', 1,
			'the prompt begins soon after it');
		well_formed($call);
		paced($call);
		is(scalar(grep { $_->{at} > $call->{bye} }
			@{$call->{packets}}), 0, 'no packet after the BYE');
	};
}

is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
