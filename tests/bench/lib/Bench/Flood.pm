package Bench::Flood;

# Live calls while a stranger floods SIP

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use Bench::Callees;
use Bench::Table;
use Bench::World;

our @EXPORT = qw(bench_flood);

use constant { CALLS => 500, RATE => 5000, LONG => 300 };

my @floods = (
	[undef, 'without a flood'],
	['INVITE', 'INVITEs'],
	['INVITE,OPTIONS,REGISTER,reply,junk', 'of all kinds'],
	['INVITE', 'INVITEs by TCP', 'tcp'],
);


sub _flood
{
	my ($engine, $kinds, $proto, $seconds) = @_;

	return spawn(name => 'flood', cmd => [$^X,
		"$tree/tests/system/lib/flood.pl", '127.0.0.2', '127.0.0.1',
		$engine->{port}, RATE, $seconds, $kinds, $proto // 'udp']);
}


sub _figures
{
	my ($seconds, $sent, @windows) = @_;
	my %target = (late_p99 => '<= 3', late_max => '<= 15');

	figure('messages a second', '', [map { $_ / $seconds } @$sent])
		if @$sent;
	figure('thread loop, of a core', '%', [map { ($_->{cpu}{loop} // 0) /
		$_->{seconds} / 1e7 } @windows]);
	for my $k (qw(late_p50 late_p99 late_max)) {
		figure('lateness, ' . $k =~ s/late_//r, 'ms',
			[map { $_->{$k} } @windows], $target{$k});
	}
	my $sum = reported(@windows);

	fact('gaps, lost, twice', join ', ', @$sum{qw(gaps lost twice)});
}


sub bench_flood
{
	my ($seconds, $runs) = @_;
	my $callees = callees_start(ears => CALLS + 20);
	my $engine = start_engine(CALLS + 10, $callees, LONG);
	my $camp = ring(CALLS, LONG);

	settled($camp, 60, "status = 'success' AND claimed_by IS NOT NULL");
	for (@floods) {
		my ($kinds, $what, $proto) = @$_;
		my (@windows, @sent);

		heading(CALLS . ' live calls, ' . (defined $kinds
			? RATE . " messages a second: $what" : $what));
		for (1 .. $runs) {
			my $flood = $kinds && _flood($engine, $kinds, $proto,
				$seconds + 1);

			push @windows, window($engine->{pid}, $callees,
				$seconds);
			next unless $flood;
			until_true(10, sub { child_ended($flood) });
			push @sent, slurp($flood->{log});
		}
		_figures($seconds + 1, \@sent, @windows);
	}
	hang_up($camp);
	engine_stop($engine);
	callees_stop($callees);
}

1;
