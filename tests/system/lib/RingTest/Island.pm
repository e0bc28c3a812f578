package RingTest::Island;

# A network of the test's own. To be used before all else of RingTest: the
# test runs again in a namespace that has loopback and nothing more.

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT = qw(network seen);

use constant { AF_PACKET => 17, ETH_P_ALL => 3, SOCK_DGRAM => 2 };


# Only root may make one here: PostgreSQL's account has to be left.
BEGIN {
	if ($> == 0 && !$ENV{RINGROUND_ISLAND}) {
		$ENV{RINGROUND_ISLAND} = 1;
		$ENV{PATH} .= ':/usr/sbin:/sbin';
		exec 'unshare', '-n', '--', $^X, $0, @ARGV;
	}
	delete $ENV{RINGROUND_ISLAND};
	system 'ip link set lo up' if $> == 0;
}


# Make it so by ip commands. False when this is not root, and nothing is.
sub network
{
	return 0 if $>;
	for (@_) {
		system("ip $_") == 0 or die "ip $_\n";
	}

	return 1;
}


# What goes over all of its interfaces from now on: call it for the UDP
# packets so far, as [to (a number), port].
sub seen
{
	socket my $socket, AF_PACKET, SOCK_DGRAM, unpack 'n', pack 'S',
		ETH_P_ALL or die "a raw socket: $!\n";
	my @all;

	setsockopt $socket, 1, 33, 1 << 24;
	return sub {
		while (defined recv $socket, my $packet, 2048, 0x40) {
			my ($ip, $proto, $to, $port) = unpack
				'C x8 C x6 N x2 n', $packet;

			push @all, [$to, $port] if length $packet > 24
				&& $ip == 0x45 && $proto == 17;
		}
		return @all;
	};
}

1;
