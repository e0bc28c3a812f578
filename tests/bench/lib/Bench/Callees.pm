package Bench::Callees;

# The callees (callee.c), what they report, and the bare sender

use strict;
use warnings;

use Exporter qw(import);
use RingTest;

our @EXPORT = qw(callees_start callees_stop report reported events bare_send);

my $bin = "$build/tests/bench";


# Options: ears (calls at a time), args. A callee has a port, as proxy() wants.
sub callees_start
{
	my (%o) = @_;
	my $port = free_port();
	my $events = "$dir/events-$port";
	my $callees = spawn(name => 'callee', cmd => ["$bin/callee", '-n',
		$o{ears} // 1000, '-w', "$dir/ears-$port", '-e', $events,
		@{$o{args} || []}, $port]);

	until_true(10, sub { slurp($callees->{log}) =~ /^ready/
		|| child_ended($callees) }) && !child_ended($callees)
		or die "the callees do not start:\n" .
			slurp($callees->{log});
	@$callees{qw(port events ears reports)} = ($port, $events,
		"$dir/ears-$port", 0);
	return $callees;
}


sub callees_stop
{
	my ($callees) = @_;

	stop_child($callees, 'TERM', 10);
	unlink $callees->{events};
}


# What has happened since the last report: a hash
sub report
{
	my ($callees) = @_;
	my $was = $callees->{reports}++;
	my $n = $callees->{reports};
	my $begin = $was ? "end $was" : 'ready';
	my $text;

	signal_child($callees, 'USR1') or die "the callees are gone\n";
	until_true(10, sub { ($text) = slurp($callees->{log}) =~
		/^$begin\n(.*?)^end $n\n/ms })
		or die "the callees do not report\n";
	return { map { split } split /\n/, $text };
}


# Add reports: counts are summed, of the rest the worst is kept.
sub reported
{
	my %sum;

	for my $one (@_) {
		for (keys %$one) {
			my $v = $one->{$_};

			$sum{$_} = /^late_|_max$/ ? $v > ($sum{$_} // 0)
				? $v : $sum{$_} : ($sum{$_} // 0) + $v;
		}
	}

	return \%sum;
}


# What the callees saw of SIP: [what, seconds, number, Call-ID]. Written
# when they report.
sub events
{
	my ($callees, $what) = @_;
	my @all = map { [split] } split /\n/, slurp($callees->{events});

	@all = grep { $_->[0] eq $what } @all if defined $what;
	$_->[1] /= 1e9 for @all;
	return sort { $a->[1] <=> $b->[1] } @all;
}


# Send as so many calls would, and nothing else: { packets, failed, cpu_ns }
sub bare_send
{
	my ($callees, $calls, $seconds) = @_;
	my ($status, $out, $err) = run_program(["$bin/bare_send",
		$callees->{ears}, $calls, $seconds], seconds => $seconds + 30);

	die "bare_send: $err" if $status;
	return { map { split } split /\n/, $out };
}

1;
