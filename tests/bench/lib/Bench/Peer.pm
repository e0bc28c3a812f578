package Bench::Peer;

# SIPp as the caller (caller.xml): the same callees, the same prompt

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use RingTest::Wav;
use Bench::Callees;
use Bench::Proc;
use Bench::Table;
use Bench::World;
use Time::HiRes qw(sleep);

our @EXPORT = qw(bench_peer peer_best);

my @sizes = split /,/, $ENV{PEER_CALLS} // '100,200,300,500,1000,1500,2000';
my $best;


# Microseconds a packet where SIPp was at its best, or undef
sub peer_best
{
	return $best;
}


# A place with the prompt, as it is sent
sub _place
{
	my $place = "$dir/caller";

	return $place if -d $place;
	mkdir $place;
	my ($status, $out, $err) = run_program(['sox', '-V1',
		tone("$dir/caller.wav", 8000, 20), '-t', 'ul',
		"$place/prompt.ul"]);
	die "sox: $err" if $status;
	return $place;
}


sub _start
{
	my ($n, $callees) = @_;

	return spawn(name => 'sipp', cwd => _place(), cmd => ['sipp', '-sf',
		"$tree/tests/bench/caller.xml", qw(-i 127.0.0.1 -bind_local
		-mi 127.0.0.1 -mp 20000 -nostdin -p), free_port(), '-l', $n,
		'-m', $n, qw(-r 100 -s 100), "127.0.0.1:$callees->{port}"]);
}


# Returns false where not all calls are up, or a packet is missing.
sub _size
{
	my ($n, $seconds, $runs) = @_;
	my $callees = callees_start(ears => $n + 20);
	my $sipp = _start($n, $callees);

	report($callees);
	sleep 3 + $n / 100;
	my @windows = map { window($sipp->{pid}, $callees, $seconds) }
		1 .. $runs;
	my $sum = reported(@windows);
	my $part = $sum->{packets} / $n / 50 / $sum->{seconds};

	heading("SIPp with $n calls");
	fact('live, gaps, jumps', join ', ', $windows[-1]{live},
		@$sum{qw(gaps jumps)});
	fact('packets', sprintf '%d, %.2f %% of the grid\'s',
		$sum->{packets}, 100 * $part);
	my $us = figure('CPU a packet', 'us',
		[map { $_->{cpu_packet} } @windows]);

	figure('lateness, ' . s/late_//r, 'ms', do { my $k = $_;
		[map { $_->{$k} } @windows] }) for qw(late_p99 late_max);
	stop_child($sipp, 'KILL');
	callees_stop($callees);
	my $ok = $windows[-1]{live} == $n && $part >= 0.98
		&& !$sum->{gaps} && !$sum->{jumps};

	$best = $us if $ok && (!$best || $us < $best);
	return $ok;
}


sub bench_peer
{
	my ($seconds, $runs) = @_;

	for my $n (@sizes) {
		next if _size($n, $seconds, $runs);
		fact('', "SIPp fails with $n calls");
		last;
	}
}

1;
