package Bench::Stall;

# A terminal that takes nothing for a minute, and what the callees of its
# engine hear meanwhile

use strict;
use warnings;

use Exporter qw(import);
use Bench::Pty;
use Bench::Sheet;
use POSIX qw(strftime);
use RingTest;
use RingTest::Callee;
use Time::HiRes qw(time);

our @EXPORT = qw(ear stall stall_end);

use constant { MINUTE => 60, LATE => 0.04, PAUSE => 1 };


# One that notes when each packet comes
sub ear
{
	my $port = free_port();
	my $hex = sprintf ':%04X ', $port;
	my $child = spawn(name => 'ear', cmd => [$^X,
		"$tree/tests/system/lib/ear.pl", $port, "$dir/rtp"]);

	until_true(10, sub { slurp('/proc/net/udp') =~ /$hex/ })
		or die "nobody listens to RTP\n";
	$child->{port} = $port;
	return $child;
}


# Of the packets that came in a span of time: how many, how many the sender
# left out, how many came late
sub _heard
{
	my ($from, $to) = @_;
	my ($n, $lost, $late, %last) = (0, 0, 0);

	open my $f, '<:raw', "$dir/rtp" or die "$dir/rtp: $!";
	while (read($f, my $record, 16) == 16) {
		my ($at, $port, $seq) = unpack 'd n n', $record;
		my $last = $last{$port};

		$last{$port} = [$at, $seq];
		next if $at < $from || $at > $to;
		$n++;
		# Another call may have got the port.
		next if !$last || $at - $last->[0] > PAUSE;
		my $step = ($seq - $last->[1]) & 0xffff;

		next if !$step || $step > 50 * PAUSE;
		$lost += $step - 1;
		$late++ if $at - $last->[0] > LATE;
	}

	return { packets => $n, lost => $lost, late => $late,
		rate => $n / ($to - $from) };
}


sub stall
{
	my ($terminal) = @_;

	$terminal->stall;
	return { terminal => $terminal, at => time };
}


# Seconds of the day that the title shows
sub _clock
{
	my ($terminal) = @_;
	my ($h, $m, $s) = $terminal->{screen}->row(0)
		=~ /(\d\d):(\d\d):(\d\d) *$/ or return undef;

	return 3600 * $h + 60 * $m + $s;
}


sub _behind
{
	my ($terminal) = @_;
	my ($s, $m, $h) = localtime;
	my $shown = _clock($terminal) // return 9e9;

	return 3600 * $h + 60 * $m + $s - $shown;
}


sub stall_end
{
	my ($stall) = @_;
	my $p = $stall->{terminal};
	my $left = $stall->{at} + MINUTE - time;

	Bench::Pty::pump($left) if $left > 0;
	my $end = time;
	my $bytes = $p->bytes($stall->{at});
	my $old = _behind($p);

	$p->go_on;
	my $at = Bench::Pty::pump(5, sub { _behind($p) <= 1 })
		// die "the terminal does not recover\n";
	my $now = _heard($stall->{at}, $end);
	my $was = _heard($stall->{at} - 5, $stall->{at});

	note(sprintf '  a terminal stalled for %.0f s: %d bytes came, it ' .
		'was %d s behind', $end - $stall->{at}, $bytes, $old);
	row('stalled: newest frame after it, ms', [1000 * ($at - $end)],
		1000, $p->bytes($end) . ' bytes');
	die "no call was heard\n" unless $now->{packets} && $was->{packets};
	row('stalled: packets left out', [$now->{lost}], 0, sprintf
		'of %d: %.0f a second, %.0f before it; %.2f %% late, ' .
		'%.2f %% before it', $now->{packets}, $now->{rate}, $was->{rate},
		map { 100 * $_->{late} / $_->{packets} } $now, $was);
}

1;
