package Bench::Table;

# Figures as a table: several runs of each, a target where there is one

use strict;
use warnings;

use Exporter qw(import);
use List::Util qw(min max);

our @EXPORT = qw(heading figure fact verdict median table_text);

my $text = '';


sub _print
{
	my ($line) = @_;

	$line =~ s/\s+$//;
	$text .= "$line\n";
	print "$line\n";
}


sub table_text
{
	return $text;
}


sub median
{
	my @v = sort { $a <=> $b } @_;

	die "nothing was measured\n" unless @v;
	return @v % 2 ? $v[$#v / 2] : ($v[@v / 2 - 1] + $v[@v / 2]) / 2;
}


sub _number
{
	my ($v) = @_;

	return sprintf $v >= 1000 ? '%.0f' : $v >= 100 ? '%.1f'
		: $v >= 10 ? '%.2f' : '%.3f', $v;
}


sub _row
{
	my ($name, @cells) = @_;

	_print(sprintf '%-54s %8s %8s %8s %8s %-4s %-6s %s', $name,
		map { $_ // '' } @cells[0 .. 6]);
}


sub heading
{
	_print('');
	_row($_[0], qw(median min max server unit target));
}


# Is a value as it should be? target: "<= 5", ">= 3"
sub verdict
{
	my ($value, $target) = @_;

	return '' unless defined $target;
	my ($op, $limit) = $target =~ /^([<>]=) ([\d.]+)$/
		or die "no target: $target\n";

	return ($op eq '<=' ? $value <= $limit : $value >= $limit)
		? 'ok' : 'MISSED';
}


# A row of several runs, each a number, or [number, what of it the server's
# processor took]. Returns the median.
sub figure
{
	my ($name, $unit, $values, $target) = @_;
	my @wall = map { ref ? $_->[0] : $_ } @$values;
	my @server = map { $_->[1] } grep { ref } @$values;
	my $median = median(@wall);

	_row($name, map({ _number($_) } $median, min(@wall), max(@wall)),
		@server ? _number(median(@server)) : '', $unit, $target,
		verdict($median, $target));
	return $median;
}


# A row of words
sub fact
{
	my ($name, $words) = @_;

	_print(sprintf '%-54s %s', $name, $words);
}

1;
