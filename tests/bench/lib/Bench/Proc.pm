package Bench::Proc;

# What a process takes: CPU by thread, memory

use strict;
use warnings;

use Exporter qw(import);
use List::Util qw(sum0);
use RingTest;

our @EXPORT = qw(cpu_of cpu_since cpu_sum resident);


# Nanoseconds of each thread: { tid => [name, ns] }
sub cpu_of
{
	my ($pid) = @_;
	my %cpu;

	for (glob "/proc/$pid/task/*") {
		my ($tid) = m{(\d+)$};
		my ($ns) = slurp("$_/schedstat") =~ /^(\d+)/ or next;
		my ($name) = slurp("$_/comm") =~ /^(.*)$/m;

		$cpu{$tid} = [$name, $ns];
	}

	return \%cpu;
}


# What has been used since then, by name; the first thread is "loop".
sub cpu_since
{
	my ($pid, $before) = @_;
	my $now = cpu_of($pid);
	my %used;

	for (keys %$now) {
		my $name = $_ == $pid ? 'loop' : $now->{$_}[0];

		$used{$name} += $now->{$_}[1] - ($before->{$_}
			? $before->{$_}[1] : 0);
	}

	return \%used;
}


sub cpu_sum
{
	my ($used) = @_;

	return sum0(values %$used);
}


# kB that are in memory
sub resident
{
	my ($pid) = @_;

	return (slurp("/proc/$pid/status") =~ /^VmRSS:\s*(\d+)/m)[0];
}

1;
