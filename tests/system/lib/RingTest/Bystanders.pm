package RingTest::Bystanders;

# Live calls beside which something hostile happens, and whether they notice;
# what an engine takes of its machine

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Traffic;
use RingTest::Wav;
use Test::More;
use Time::HiRes qw(sleep);

our @EXPORT = qw(bystanders undisturbed resident descriptors at_rest);


# n calls to callees of traffic(), whose prompt takes so many seconds. Returns
# once all are up.
sub bystanders
{
	my ($callees, $n, $seconds) = @_;
	my $prompt = prompt(tone("$dir/stand$seconds.wav", 8000, $seconds),
		"$seconds s");

	proxy($callees);
	my $campaign = campaign(i_ivr_prompt => $prompt, max_attempts => 1,
		threshold_msec => 1000 * $seconds, timeout_sec => 10,
		max_concurrent_calls => $n);
	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $campaign, (10000 + n)::text
		FROM generate_series(1, $n) n");
	until_true(20, sub { sql("SELECT count(*) FROM campaign_phones
		WHERE i_campaign = $campaign AND status = 'answer'") == $n })
		or die "the bystanders' calls do not begin\n";

	return { campaign => $campaign, n => $n, seconds => $seconds };
}


# A test: all these calls went on to their end, and no packet is missing,
# doubled or out of order.
sub undisturbed
{
	my ($callees, $stand) = @_;
	my ($camp, $n) = @$stand{qw(campaign n)};

	wait_for('the live calls end', $stand->{seconds} + 20, sub {
		sql("SELECT count(*) FROM call_attempts
			WHERE i_campaign = $camp") == $n });
	is(sql("SELECT count(*) FROM call_attempts WHERE i_campaign = $camp
		AND outcome = 'success' AND ended_by = 'local'
		AND played_msec = 1000 * $stand->{seconds}"), $n,
		'each has played all of its prompt');
	# The one who listens writes it down a moment later.
	sleep 0.2;

	my @odd;

	for my $call (grep { $_->{number} =~ /^10\d{3}$/ } calls($callees)) {
		my @seq = map { $_->[1] } @{$call->{rtp}};
		my $gaps = grep { ($seq[$_] - $seq[$_ - 1] & 0xffff) != 1 }
			1 .. $#seq;

		push @odd, "$call->{number}: " . @seq . " packets, $gaps gaps"
			if $gaps || @seq != 50 * $stand->{seconds};
	}
	is(join("\n", @odd), '', 'no packet is missing, or out of order');
}


# Resident memory of an engine, kB
sub resident
{
	my ($engine) = @_;

	return slurp("/proc/$engine->{pid}/status") =~ /^VmRSS:\s+(\d+)/m
		? $1 : 0;
}


sub descriptors
{
	my ($engine) = @_;

	return scalar(() = glob "/proc/$engine->{pid}/fd/*");
}


sub _cpu
{
	my ($engine) = @_;
	my @stat = split / /, slurp("/proc/$engine->{pid}/stat")
		=~ s/.*\) //r;

	return ($stat[11] + $stat[12]) / 100;
}


# A test: the engine uses less than a tenth of a core again
sub at_rest
{
	my ($engine) = @_;

	wait_for('the processor is at rest', 20, sub {
		my $before = _cpu($engine);

		sleep 1;
		return _cpu($engine) - $before < 0.1;
	});
}

1;
