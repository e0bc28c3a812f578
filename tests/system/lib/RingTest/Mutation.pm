package RingTest::Mutation;

# A message, changed by chance: the same seed gives the same changes.

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT = qw(mutated);

my @numbers = (0, 1, -1, 100, 199, 255, 65535, 65536, 2147483648, 4294967295,
	4294967296, '18446744073709551616', '9' x 40, '00', '1e9', '0x10');
my @pieces = ("\r\n", "\n", "\r", ' ', "\t", "\0", ';', ',', ':', '"', '<',
	'>', '=', '@', '%00', '%', '[', ']', '/', '\\', "\xff\xfe", 'a' x 300,
	';tag=', ';branch=', ';lr', ' ' x 200, "\r\n ", "\r\n\r\n",
	"\r\nContent-Length: 0", '(', '*', '-');


sub _at
{
	return int rand 1 + length $_[0];
}


sub _lines
{
	return split /(?<=\n)/, $_[0];
}


my @ways = (
	# A byte of any value, or without one of its bits
	sub { substr($_[0], rand length $_[0], 1) = chr rand 256 },
	sub { my $at = rand length $_[0];
		substr($_[0], $at, 1) ^= chr 1 << rand 8 },
	# Something put in, or taken out
	sub { substr($_[0], _at($_[0]), 0) = $pieces[rand @pieces] },
	sub { substr($_[0], _at($_[0]), rand 30) = '' },
	sub { $_[0] = substr $_[0], 0, _at($_[0]) },
	# Another number
	sub { my @at; push @at, [$-[0], $+[0] - $-[0]] while $_[0] =~ /\d+/g;
		my $n = $at[rand @at] or return;
		substr($_[0], $n->[0], $n->[1]) = $numbers[rand @numbers] },
	# Lines that are missing, doubled, in another place, or too many
	sub { my @l = _lines($_[0]); splice @l, rand @l, 1;
		$_[0] = join '', @l },
	sub { my @l = _lines($_[0]); splice @l, rand @l, 0, $l[rand @l];
		$_[0] = join '', @l },
	sub { my @l = _lines($_[0]); my $l = splice @l, rand @l, 1;
		splice @l, rand @l, 0, $l; $_[0] = join '', @l },
	sub { my @l = _lines($_[0]); my $l = rand @l;
		splice @l, $l, 1, ($l[$l]) x 40; $_[0] = join '', @l },
	# A value that is empty, or another line's
	sub { my @l = _lines($_[0]); $l[rand @l] =~ s/^([^:=]*[:=]).*?(\r?\n)/
		$1$2/s; $_[0] = join '', @l },
	sub { my @l = _lines($_[0]); my ($v) = $l[rand @l] =~
		/^[^:=]*[:=](.*?)\r?\n/s or return;
		$l[rand @l] =~ s/^([^:=]*[:=]).*?(\r?\n)/$1$v$2/s;
		$_[0] = join '', @l },
);


# One to four changes. The message may be empty in the end.
sub mutated
{
	my ($text) = @_;

	for (0 .. rand 4) {
		$ways[rand @ways]->($text) if length $text;
	}

	return $text;
}

1;
