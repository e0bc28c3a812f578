package Bench::Sheet;

# Figures of a program beside their targets and those of others, and how
# busy the machine was meanwhile

use strict;
use warnings;

use Exporter qw(import);
use List::Util qw(max min sum0);
use RingTest;

our @EXPORT = qw(phase row note middle sheet_text);

my ($text, $name, @before) = ('', '');


sub note
{
	my ($line) = @_;

	$line =~ s/\s+$//;
	$text .= "$line\n";
	print "$line\n";
}


sub sheet_text
{
	return $text;
}


sub middle
{
	my @v = sort { $a <=> $b } @_;

	return undef unless @v;
	return @v % 2 ? $v[$#v / 2] : ($v[@v / 2 - 1] + $v[@v / 2]) / 2;
}


sub _number
{
	my ($v) = @_;

	return '-' unless defined $v;
	return sprintf $v >= 100 || $v == int $v ? '%.0f' : $v >= 10 ? '%.1f'
		: $v >= 0.1 ? '%.2f' : '%.3f', $v;
}


sub _ticks
{
	my ($cpu) = slurp('/proc/stat') =~ /^cpu +(.*)/;
	my @t = split ' ', $cpu;

	return (sum0(@t[0 .. 7]), $t[3] + $t[4]);
}


# Another part begins: how busy the machine was in the last is printed.
sub phase
{
	my ($next) = @_;
	my @now = _ticks();

	note(sprintf '  (%s: machine %.0f %% busy, load %s)', $name,
		100 * (1 - ($now[1] - $before[1]) / max(1, $now[0] -
			$before[0])), (split ' ', slurp('/proc/loadavg'))[0])
		if length $name;
	@before = @now;
	$name = $next;
	return unless length $next;
	note('');
	note(sprintf '%-48s %8s %17s %8s  %-6s %s', "$next:", 'median',
		'range', 'target', '', '');
}


# A measure with its unit, its figures, the most that is wanted, and a text:
# more about it, or what others need
sub row
{
	my ($what, $v, $target, $others) = @_;
	my $m = middle(@$v);
	my $ok = !defined $target ? '' : !defined $m ? 'NONE'
		: $m <= $target ? 'ok' : 'MISSED';

	note(sprintf '%-48s %8s %17s %8s  %-6s %s', "  $what",
		_number($m), @$v > 1 ? _number(min(@$v)) . ' .. ' .
		_number(max(@$v)) : '', defined $target ?
		"<= $target" : '', $ok, $others // '');
}

1;
