package Bench::Screen;

# What a terminal of the kind xterm-256color would show: as much of it as
# curses makes use of, without attributes. ECMA-48 names the sequences.

use strict;
use warnings;

use List::Util qw(max min);

my %final = (
	A => sub { my ($s, $n) = @_; $s->{y} = max(0, $s->{y} - $n) },
	B => sub { my ($s, $n) = @_;
		$s->{y} = min($s->{height} - 1, $s->{y} + $n) },
	C => sub { my ($s, $n) = @_;
		$s->{x} = min($s->{width} - 1, $s->{x} + $n) },
	D => sub { my ($s, $n) = @_; $s->{x} = max(0, $s->{x} - $n) },
	G => sub { my ($s, $n) = @_; $s->{x} = min($s->{width}, $n) - 1 },
	d => sub { my ($s, $n) = @_; $s->{y} = min($s->{height}, $n) - 1 },
	H => sub { my ($s, $y, $x) = @_;
		$s->{y} = min($s->{height}, $y) - 1;
		$s->{x} = min($s->{width}, $x || 1) - 1 },
	J => sub { my ($s, undef, undef, $n) = @_; _erase_below($s, $n) },
	K => sub { my ($s, undef, undef, $n) = @_; _erase_line($s, $n) },
	X => sub { my ($s, $n) = @_; _blank($s, $s->{x}, $n) },
	P => sub { my ($s, $n) = @_; _shift($s, '', $n) },
	'@' => sub { my ($s, $n) = @_; _shift($s, ' ' x $n, 0) },
	L => sub { my ($s, $n) = @_; _scroll($s, $s->{y}, -$n) },
	M => sub { my ($s, $n) = @_; _scroll($s, $s->{y}, $n) },
	S => sub { my ($s, $n) = @_; _scroll($s, $s->{top}, $n) },
	T => sub { my ($s, $n) = @_; _scroll($s, $s->{top}, -$n) },
	b => sub { my ($s, $n) = @_; _write($s, $s->{last} x $n) },
	r => sub { my ($s, $top, $end) = @_;
		@$s{qw(top end x y)} = ($top - 1,
			($end || $s->{height}) - 1, 0, 0) },
);


sub new
{
	my ($class, $width, $height) = @_;

	return bless { width => $width, height => $height, x => 0, y => 0,
		top => 0, end => $height - 1, last => ' ', rest => '',
		rows => [(' ' x $width) x $height] }, $class;
}


sub _blank
{
	my ($s, $from, $n) = @_;

	$n = min($n, $s->{width} - $from);
	substr($s->{rows}[$s->{y}], $from, $n) = ' ' x $n if $n > 0;
}


sub _erase_line
{
	my ($s, $what) = @_;

	return _blank($s, 0, $s->{x} + 1) if $what == 1;
	return _blank($s, 0, $s->{width}) if $what == 2;
	_blank($s, $s->{x}, $s->{width});
}


sub _erase_below
{
	my ($s, $what) = @_;

	_erase_line($s, $what);
	for (0 .. $s->{height} - 1) {
		$s->{rows}[$_] = ' ' x $s->{width} if $what == 2
			|| $what == 0 && $_ > $s->{y}
			|| $what == 1 && $_ < $s->{y};
	}
}


# In the row of the cursor: characters come in, others go
sub _shift
{
	my ($s, $in, $out) = @_;
	my $row = \$s->{rows}[$s->{y}];

	$out = min($out, $s->{width} - $s->{x});
	substr($$row, $s->{x}, $out) = $in;
	$$row = substr $$row . ' ' x $out, 0, $s->{width};
}


# Move the rows from one down to the region's end up, or down when n < 0
sub _scroll
{
	my ($s, $from, $n) = @_;
	my @part = @{$s->{rows}}[$from .. $s->{end}];
	my @new = (' ' x $s->{width}) x min(abs $n, scalar @part);

	@part = $n > 0 ? (@part[@new .. $#part], @new)
		: (@new, @part[0 .. $#part - @new]);
	@{$s->{rows}}[$from .. $s->{end}] = @part;
}


sub _down
{
	my ($s) = @_;

	return _scroll($s, $s->{top}, 1) if $s->{y} == $s->{end};
	$s->{y}++ if $s->{y} < $s->{height} - 1;
}


# The cursor waits behind the last column until more is written.
sub _write
{
	my ($s, $text) = @_;

	$s->{last} = substr $text, -1;
	while (length $text) {
		if ($s->{x} >= $s->{width}) {
			$s->{x} = 0;
			_down($s);
		}
		my $part = substr $text, 0, $s->{width} - $s->{x}, '';

		substr($s->{rows}[$s->{y}], $s->{x}, length $part) = $part;
		$s->{x} += length $part;
	}
}


sub _control
{
	my ($s, $c) = @_;

	if ($c eq "\r") {
		$s->{x} = 0;
	} elsif ($c eq "\n") {
		_down($s);
	} elsif ($c eq "\b") {
		$s->{x} = max(0, min($s->{x}, $s->{width} - 1) - 1);
	} elsif ($c eq "\t") {
		$s->{x} = min($s->{width} - 1, ($s->{x} | 7) + 1);
	}
}


sub _sequence
{
	my ($s, $private, $numbers, $letter) = @_;
	my ($a, $b) = split /;/, $numbers;

	return if length $private || !$final{$letter};
	$s->{x} = min($s->{x}, $s->{width} - 1);
	$final{$letter}->($s, $a || 1, $b || 0, $a || 0);
}


# Take bytes as they came, be they cut where they may
sub feed
{
	my ($s, $bytes) = @_;
	my $in = $s->{rest} . $bytes;

	pos($in) = 0;
	while (pos($in) < length $in) {
		if ($in =~ /\G((?:[\x20-\x7e]|[\xc0-\xff][\x80-\xbf]+
				(?=[^\x80-\xbf]))+)/gcx) {
			my $text = $1;

			utf8::decode($text);
			_write($s, $text);
		} elsif ($in =~ /\G\e\[([<-?]?)([\d;]*)[ -\/]*([@-~])/gc) {
			_sequence($s, $1, $2, $3);
		} elsif ($in =~ /\G\e(?:\][^\a\e]*(?:\a|\e\\)|[ -\/].)/gcs) {
			# titles, colours, character sets
		} elsif ($in =~ /\G\eM/gc) {
			$s->{y} == $s->{top} ? _scroll($s, $s->{top}, -1)
				: $s->{y}--;
		} elsif ($in =~ /\G\e[0-9=>78cDEH]/gc) {
			# modes
		} elsif ($in =~ /\G([\xc0-\xff][\x80-\xbf]*)\z/
				|| $in =~ /\G\e[^@-Z\\^-~]*\z/
				|| $in =~ /\G\e\[[^@-~]*\z/) {
			my $text = $1;

			# A character that is whole is shown at once.
			last unless defined $text && utf8::decode($text);
			_write($s, $text);
			pos($in) = length $in;
		} elsif ($in =~ /\G(.)/gcs) {
			_control($s, $1);
		}
	}
	$s->{rest} = substr $in, pos($in) // length $in;
}


# The row of that number, from 0 on
sub row
{
	my ($s, $n) = @_;

	return $s->{rows}[$n];
}


# All rows, a line each
sub text
{
	my ($s) = @_;

	return join '', map { "$_\n" } @{$s->{rows}};
}

1;
