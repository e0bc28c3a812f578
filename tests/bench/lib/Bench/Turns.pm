package Bench::Turns;

# What one kind of callees costs beside another: two sets of calls are live
# in one engine in turn, so that a machine that changes its speed changes both

use strict;
use warnings;

use Exporter qw(import);
use List::Util qw(max);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use Bench::Callees;
use Bench::Proc;
use Bench::Table;
use Bench::World;

our @EXPORT = qw(bench_codecs bench_ptime bench_talk);

use constant LONG => 120;

my $n = $ENV{TURN_CALLS} // 400;


# Callees of a kind, rung by an engine of their own: CPU in the windows
sub _kind
{
	my ($args, $seconds) = @_;
	my $callees = callees_start(ears => $n + 20, args => $args);
	my $engine = start_engine($n + 10, $callees, LONG);
	my $camp = ring($n, LONG);
	my $up = settled($camp, 30 + $n / 20,
		"status = 'success' AND claimed_by IS NOT NULL");
	my $seen = window($engine->{pid}, $callees, $seconds);

	hang_up($camp);
	engine_stop($engine);
	callees_stop($callees);
	die "$up of $n calls are up\n" if $up != $n;
	return $seen;
}


# Each kind as often as wanted, in turn: { name => [windows] }
sub _turns
{
	my ($seconds, $runs, %args) = @_;
	my %seen;

	for (1 .. $runs) {
		push @{$seen{$_}}, _kind($args{$_}, $seconds)
			for sort keys %args;
	}

	return %seen;
}


sub _rows
{
	my ($first, $target, %seen) = @_;
	my @packet = map { $_->{cpu_packet} } @{$seen{$first}};

	for my $name ($first, grep { $_ ne $first } sort keys %seen) {
		my @us = map { $_->{cpu_packet} } @{$seen{$name}};
		my $sum = reported(@{$seen{$name}});

		figure("$name, CPU a packet sent", 'us', \@us);
		figure("  ratio to $first", '', [map { $us[$_] / $packet[$_] }
			0 .. $#us], $target) if $name ne $first;
		figure('  CPU a second of a call', 'us', [map {
			cpu_sum($_->{cpu}) / 1000 / $_->{seconds} / $n }
			@{$seen{$name}}]);
		fact('  gaps, jumps, sent back', join ', ',
			@$sum{qw(gaps jumps talked)});
	}
}


sub bench_codecs
{
	my ($seconds, $runs) = @_;
	my %seen = _turns($seconds, $runs, PCMU => ['-c', 'PCMU'],
		G722 => ['-c', 'G722'], Opus => ['-c', 'opus']);

	heading("codecs, $n live calls");
	_rows('PCMU', '<= 1.15', %seen);
}


# Callees that would rather have longer packets
sub bench_ptime
{
	my ($seconds, $runs) = @_;
	my %seen = _turns($seconds, $runs, '20 ms' => [],
		map { ("$_ ms" => ['-p', $_, '-x', $_]) } 40, 60);

	heading("packet times wanted by the callee, $n live calls");
	_rows('20 ms', undef, %seen);
}


sub bench_talk
{
	my ($seconds, $runs) = @_;
	my %seen = _turns($seconds, $runs, silent => [], talking => ['-t']);

	heading("callees that talk, $n live calls");
	_rows('silent', '<= 1.2', %seen);
}

1;
