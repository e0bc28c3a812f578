package Bench::Rate;

# Calls a second: the whole way of many short ones, from an INSERT to an
# INVITE, and how evenly and fairly they are begun

use strict;
use warnings;

use Exporter qw(import);
use List::Util qw(max min);
use POSIX qw(ceil);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use Bench::Callees;
use Bench::Proc;
use Bench::Table;
use Bench::World;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(bench_cps bench_first bench_pace);

my $rate = $ENV{RATE} // 200;


# In percent, of sorted or unsorted values
sub _share
{
	my ($percent, @v) = @_;

	die "nothing was measured\n" unless @v;
	@v = sort { $a <=> $b } @v;
	return $v[min($#v, int @v * $percent / 100)];
}


# INVITEs that make one more than allowed within the second before them
sub _overshoot
{
	my ($allowed, @at) = @_;

	return scalar grep { $at[$_] - $at[$_ - $allowed] < 1 }
		$allowed .. $#at;
}


# The most in any sliding second
sub _most
{
	my @at = @_;
	my ($first, $most) = (0, 0);

	for my $last (0 .. $#at) {
		++$first while $at[$last] - $at[$first] >= 1;
		$most = max($most, $last - $first + 1);
	}

	return $most;
}


# INVITEs of numbers that begin so, by time
sub _invites
{
	my ($callees, $prefix) = @_;

	return map { $_->[1] } grep { $_->[2] =~ /^$prefix/ }
		events($callees, 'INVITE');
}


sub _committed
{
	my ($camp) = @_;

	return sql("SELECT count(*) FROM campaign_phones p
		WHERE i_campaign = $camp AND status = 'success' AND finished
		AND call_count = 1 AND EXISTS (SELECT FROM call_attempts a
			WHERE a.i_campaign_phone = p.i_campaign_phone
			AND outcome = 'success')");
}


# As fast as it may for so long. Returns calls a second.
sub _through
{
	my ($allowed, $seconds, $target) = @_;
	my $n = ceil($allowed * $seconds);
	my $callees = callees_start(ears => 5000);

	setting('maxcallspersecond', $allowed);
	my $engine = start_engine(4990, $callees);
	my $before = cpu_of($engine->{pid});
	my $start = time;
	my $camp = ring($n, 1, threshold_msec => 500,
		max_concurrent_calls => 4000);

	settled($camp, 30 + 4 * $seconds, 'finished AND claimed_by IS NULL');
	my $took = time - $start;
	my $used = cpu_since($engine->{pid}, $before);
	my $seen = report($callees);
	my @at = _invites($callees, '1');
	my $good = _committed($camp);

	engine_stop($engine);
	callees_stop($callees);
	heading("$n calls of a 1 s prompt, at most $allowed a second");
	figure('calls begun a second', '/s',
		[(@at - 1) / ($at[-1] - $at[0])], $target);

	figure('from the INSERT to the last status', 's', [$took]);
	fact('calls, answered, hung up by the engine', join ', ',
		@$seen{qw(invites answers byes)});
	fact('requests and answers sent again', "$seen->{again}, " .
		$seen->{repeats});
	figure('not a success, written and finished', '', [$n - $good],
		'<= 0');
	figure('CPU a call, all threads', 'us',
		[cpu_sum($used) / 1000 / max(1, $seen->{byes})]);
	figure("  thread $_", 'us', [$used->{$_} / 1000 /
		max(1, $seen->{byes})]) for sort keys %$used;
}


sub bench_cps
{
	my $seconds = $ENV{CPS_SECONDS} // 60;

	_through(int(1.05 * $rate), $seconds, '>= 200');
	_through(1000, 10);
	setting('maxcallspersecond', $rate);
}


# From before an INSERT is sent to its INVITE, with nothing else to do
sub bench_first
{
	my $samples = $ENV{SAMPLES} // 200;
	my $callees = callees_start();
	my $engine = start_engine(500, $callees);
	my $camp = ring(0, 1, max_concurrent_calls => 100,
		threshold_msec => 500);
	my %at;

	sleep 2;
	for (1 .. $samples) {
		sleep 0.1 + rand 0.2;
		$at{"3$_"} = time;
		phone($camp, "3$_");
	}
	sleep 1;
	report($callees);
	my @ms = map { 1000 * ($_->[1] - $at{$_->[2]}) }
		grep { $at{$_->[2]} } events($callees, 'INVITE');

	engine_stop($engine);
	callees_stop($callees);
	heading('from an INSERT to its INVITE, an idle engine');
	figure('not rung', '', [$samples - @ms], '<= 0');
	figure('p50', 'ms', [_share(50, @ms)], '<= 20');
	figure('p99', 'ms', [_share(99, @ms)], '<= 100');
	figure('most', 'ms', [max(@ms)]);
}


# How evenly: of the seconds of a run, and of its tenths of a second
sub _even
{
	my ($name, $allowed, @at) = @_;
	my @gaps = map { 1000 * ($at[$_] - $at[$_ - 1]) } 1 .. $#at;
	my %bins;

	++$bins{int(10 * ($_ - $at[0]))} for @at;
	my @tenths = map { $bins{$_} // 0 }
		0 .. max(0, int(10 * ($at[-1] - $at[0])) - 1);

	fact($name, sprintf '%d INVITEs in %.1f s', scalar @at,
		$at[-1] - $at[0]);
	figure('  a second', '/s', [(@at - 1) / ($at[-1] - $at[0])]);
	figure('  the most in any sliding second', '', [_most(@at)],
		"<= $allowed");
	figure('  INVITEs above that', '', [_overshoot($allowed, @at)],
		'<= 0');
	figure('  between two, p1', 'ms', [_share(1, @gaps)]);
	figure('  between two', 'ms', \@gaps);
	figure('  between two, p99', 'ms', [_share(99, @gaps)]);
	figure('  in a tenth of a second', '', \@tenths);
}


# A campaign with a rate of its own
sub _of_campaign
{
	my ($callees, $rate, $seconds) = @_;
	my $camp = ring(ceil($rate * $seconds), 1, threshold_msec => 500,
		max_concurrent_calls => 1000, max_calls_per_second => $rate);

	settled($camp, 30 + 2 * $seconds, 'finished AND claimed_by IS NULL');
	report($callees);
	_even("a campaign with $rate a second", $rate,
		_invites($callees, '1'));
}


# Half a minute into a huge campaign comes a small one.
sub _beside
{
	my ($callees, $allowed, $seconds) = @_;
	my $huge = ring(20_000, 1, threshold_msec => 500,
		max_concurrent_calls => 2000);
	my $small;

	sleep $seconds;
	$small = campaign(i_ivr_prompt => sound(1), threshold_msec => 500,
		max_concurrent_calls => 1000, max_attempts => 1);
	my $start = time;

	phones($small, '4', $allowed);
	settled($small, 60, 'call_count > 0');
	hang_up($huge);
	settled($small, 60, 'finished AND claimed_by IS NULL');
	report($callees);
	my @huge = _invites($callees, '1');
	my @small = _invites($callees, '4');
	my @during = grep { $_ > $small[0] && $_ < $small[-1] } @huge;

	_even("a campaign of 20000, engine at $allowed a second", $allowed,
		grep { $_ < $start } @huge);
	figure('a small one beside it: its first INVITE after', 'ms',
		[1000 * ($small[0] - $start)]);
	figure('  its share until all its phones are rung', '%',
		[100 * @small / (@small + @during)]);
	_even('  both', $allowed, sort { $a <=> $b }
		@during, @small);
}


sub bench_pace
{
	my ($seconds) = @_;

	for my $what (sub { _of_campaign($_[0], 20, $seconds) },
			sub { _beside($_[0], int($rate / 2), $seconds) }) {
		my $callees = callees_start(ears => 3000);

		setting('maxcallspersecond', int($rate / 2));
		my $engine = start_engine(2990, $callees);

		heading('pace of calls');
		report($callees);
		$what->($callees);
		engine_stop($engine);
		callees_stop($callees);
	}
	setting('maxcallspersecond', $rate);
}

1;
