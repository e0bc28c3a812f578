package Bench::Anchors;

# Others that watch something in a terminal, where they are installed

use strict;
use warnings;

use Exporter qw(import);
use Bench::Pty;
use Bench::Sheet;
use RingTest;
use RingTest::Cluster;

our @EXPORT = qw(others_start others_bytes others_cpu others_memory
	others_end);

my %command = (
	htop => sub { ['htop'] },
	pg_activity => sub { ['pg_activity', '-h', "$dir/pg", '-U',
		'ringround', '-d', 'rr'] },
);


# Each as { its name => terminal }, and htop frozen
sub others_start
{
	my %of;

	for my $name (sort keys %command) {
		next unless grep { -x "$_/$name" } split /:/, $ENV{PATH};
		$of{$name} = Bench::Pty->new($command{$name}->());
	}
	if ($of{htop}) {
		$of{'htop frozen'} = Bench::Pty->new($command{htop}->());
		Bench::Pty::pump(2);
		$of{'htop frozen'}->keys('Z');
	}

	return %of;
}


sub _each
{
	my ($format, $figure, @names) = @_;

	return join ', ', map { my $v = $figure->($_);
		defined $v ? sprintf "%s $format", $_, $v : "$_ -" } @names;
}


# What they wrote: those that are frozen, or those that are not
sub others_bytes
{
	my ($seen, $which) = @_;

	return _each('%.0f', sub { middle(@{$seen->{$_[0]}{sizes}}) },
		$which eq 'frozen' ? grep({ $seen->{$_} } 'htop frozen')
		: grep { $seen->{$_} } sort keys %command);
}


sub others_cpu
{
	my ($seen) = @_;

	return _each('%.2f', sub { $seen->{$_[0]}{cpu} },
		grep { $seen->{$_} } sort keys %command);
}


sub others_memory
{
	my ($of) = @_;

	return _each('%.1f', sub { ($of->{$_[0]}->memory)[0] },
		grep { $of->{$_} } sort keys %command);
}


sub others_end
{
	my ($of) = @_;

	for (grep { $of->{$_} } sort(keys %command), 'htop frozen') {
		$of->{$_}->leave('q');
		delete $of->{$_};
	}
}

1;
