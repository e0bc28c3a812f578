package RingTest::Clock;

# A wall clock that jumps, for single programs. Steady clocks go on, as they
# do on a machine whose time is set.

use strict;
use warnings;

use Exporter qw(import);
use RingTest;

our @EXPORT = qw(clock clock_set);


# A clock that is right so far. env in it is the environment for a program.
sub clock
{
	my ($name) = @_;
	my $library = "$dir/clock.so";
	my $clock = { file => "$dir/$name.clock" };

	unless (-e $library) {
		my ($status, $out, $err) = run_program(['gcc', '-O2',
			'-shared', '-fPIC', '-o', $library,
			"$tree/tests/system/lib/clock.c"]);

		die "gcc: $err" if $status;
	}
	$clock->{env} = { LD_PRELOAD => $library,
		CLOCK_FILE => $clock->{file} };
	spew($clock->{file}, pack 'q', 0);

	return $clock;
}


# Set it to be so many seconds off, for all who look at it
sub clock_set
{
	my ($clock, $seconds) = @_;

	open my $f, '+<:raw', $clock->{file} or die "$clock->{file}: $!";
	syswrite $f, pack 'q', $seconds;
	close $f;
}

1;
