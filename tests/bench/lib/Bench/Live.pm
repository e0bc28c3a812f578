package Bench::Live;

# Live calls that listen: more and more of them, until it fails

use strict;
use warnings;

use Exporter qw(import);
use List::Util qw(max min);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use Bench::Callees;
use Bench::Peer;
use Bench::Proc;
use Bench::Table;
use Bench::World;

our @EXPORT = qw(bench_live);

use constant LONG => 300;       # seconds of a prompt that outlasts all

my @sizes = split /,/, $ENV{CALLS} // '100,500,1000,2000,4000';


# CPU of a thread in us a packet, and in percent of a core
sub _threads
{
	my (@windows) = @_;
	my %names = map { $_ => 1 } map { keys %{$_->{cpu}} } @windows;

	for my $name (sort keys %names) {
		my @ns = map { $_->{cpu}{$name} // 0 } @windows;

		next if max(@ns) < 1e6;
		figure("  thread $name", 'us', [map { $ns[$_] /
			max(1, $windows[$_]{packets}) / 1000 } 0 .. $#ns]);
		figure('    of a core', '%', [map { $ns[$_] /
			$windows[$_]{seconds} / 1e7 } 0 .. $#ns],
			$name eq 'loop' && $_[0]{live} == 1000
				? '<= 3' : undef);
	}
}


sub _lateness
{
	my ($n, @windows) = @_;
	my %target = $n == 1000 ? (late_p99 => '<= 3', late_max => '<= 15')
		: ();

	figure("lateness, " . s/late_//r, 'ms', do { my $k = $_;
		[map { $_->{$k} } @windows] }, $target{$_})
		for qw(late_p50 late_p99 late_max);
}


# Nothing else is to be seen where all is well.
sub _trouble
{
	my ($n, $bad, @windows) = @_;
	my $sum = reported(@windows);
	my $want = $n * 50 * $sum->{seconds};

	fact('packets', sprintf '%d, %.2f %% of the grid\'s', $sum->{packets},
		100 * $sum->{packets} / $want);
	fact('gaps, lost, twice, jumps of time stamps', join ', ',
		@$sum{qw(gaps lost twice jumps)});
	fact('failed', $bad);
	return $bad || $sum->{gaps} || $sum->{jumps} || $sum->{twice}
		|| $sum->{packets} < 0.98 * $want;
}


sub _bare
{
	my ($callees, $n, $seconds) = @_;

	report($callees);
	my $bare = bare_send($callees, $n, $seconds);

	return { %{report($callees)}, us => $bare->{cpu_ns} /
		$bare->{packets} / 1000 };
}


sub _figures
{
	my ($n, $bare, $grown, @windows) = @_;
	my $us = figure('CPU a packet, all threads', 'us',
		[map { $_->{cpu_packet} } @windows]);

	_threads(@windows);
	my $plain = figure('  a bare sendto()', 'us',
		[map { $_->{us} } @$bare]);

	figure('  ratio', '', [$us / $plain], $n == 1000 ? '<= 1.5' : undef);
	figure("  ratio to SIPp's best", '', [$us / peer_best()],
		$n == 1000 ? '<= 0.6' : undef) if peer_best();
	_lateness($n, @windows);
	figure("  a bare sendto()'s, $_->[0]", 'ms', do { my $k = $_->[1];
		[map { $_->{$k} } @$bare] })
		for ['p99', 'late_p99'], ['max', 'late_max'];
	figure('memory a call', 'kB', [$grown], '<= 35');
}


# One engine with so many calls. Returns false where it fails.
sub _size
{
	my ($n, $seconds, $runs) = @_;
	my $callees = callees_start(ears => $n + 20);
	my $engine = start_engine($n + 10, $callees, LONG);
	my $idle = resident($engine->{pid});
	my @bare = map { _bare($callees, $n, $seconds) } 1 .. $runs;
	my $camp = ring($n, LONG);
	my $up = settled($camp, 30 + $n / 20,
		"status = 'success' AND claimed_by IS NOT NULL");

	heading("$n live calls");
	my @windows = map { window($engine->{pid}, $callees, $seconds) }
		1 .. $runs;
	my $grown = (resident($engine->{pid}) - $idle) / max(1, $up);
	my $bad = _trouble($n, $n - $windows[-1]{live}, @windows);

	_figures($n, \@bare, $grown, @windows);
	hang_up($camp);
	engine_stop($engine);
	callees_stop($callees);
	return !$bad;
}


# Between what went and what did not, until they are near each other
sub _limit
{
	my ($most, $fails, @args) = @_;

	while ($fails - $most > 250) {
		my $n = int(($most + $fails) / 2);

		_size($n, @args) ? $most = $n : ($fails = $n);
	}

	return $most;
}


sub bench_live
{
	my ($seconds, $runs) = @_;
	my ($most, $fails) = (0, 0);

	for my $n (@sizes) {
		$fails = $n;
		last unless _size($n, $seconds, $runs);
		($most, $fails) = ($n, 0);
	}
	$most = _limit($most, $fails, $seconds, 1) if $fails && $most;
	heading('in all');
	figure('live calls without a gap, none failed', '', [$most],
		'>= 2000');
}

1;
