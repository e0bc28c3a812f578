package RingTest::Cut;

# A connection to the database that breaks when a test wants it to

use strict;
use warnings;

use Exporter qw(import);
use IO::Socket::UNIX;
use RingTest;
use RingTest::Cluster;

our @EXPORT = qw(cutter cut cut_at_random calm cuts);


# Start the proxy before the test's cluster. conninfo in it leads through it.
sub cutter
{
	my $place = "$dir/cut";
	my $name = '.s.PGSQL.5432';

	mkdir $place;
	my $child = spawn(name => 'cutter', cmd => [$^X,
		"-I$tree/tests/system/lib", '-MRingTest::CutProxy', '-e',
		'RingTest::CutProxy::run(@ARGV)', "$place/$name",
		"$dir/pg/$name", "$place/control"]);

	until_true(10, sub { $child->{boss} = IO::Socket::UNIX->new(
		Peer => "$place/control") })
		or die "the proxy does not start:\n" . slurp($child->{log});
	($child->{conninfo} = conninfo()) =~ s/host=\S+/host=$place/;

	return $child;
}


sub _order
{
	my ($child, $line) = @_;

	print { $child->{boss} } "$line\n";
	$child->{boss}->flush;
	readline($child->{boss}) // die "the proxy is gone:\n" .
		slurp($child->{log});
}


# Break the next so many statements that match. mode: request, nothing of
# it reaches the server; answer, it is carried out and nothing comes back;
# middle, half an answer comes back; hole, no byte either way for so long,
# and no end.
sub cut
{
	my ($child, $mode, $re, %o) = @_;

	_order($child, join ' ', 'rule', $mode, $o{times} // 1,
		$o{seconds} // 0, $re);
}


# Break every statement with this probability from now on
sub cut_at_random
{
	my ($child, $seed, $p) = @_;

	_order($child, "chance $seed $p");
}


sub calm
{
	_order($_[0], 'calm');
}


# How many statements that match were broken so far
sub cuts
{
	my ($child, $re) = @_;

	return scalar grep { /$re/ } split /\n/, slurp($child->{log});
}

1;
