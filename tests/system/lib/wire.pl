#!/usr/bin/perl

# A bad wire: two network interfaces of type tun, and what goes out of one
# comes in at the other, late, out of order, or never. (The kernel's netem is
# not there everywhere.) Arguments: the names, percent lost, least and most
# milliseconds of delay, a seed. It is a good wire until a signal USR2. Writes
# "up" when both are there, and on a signal USR1 how many packets of RTP it has
# lost, each way.

use strict;
use warnings;

use Fcntl;
use Time::HiRes qw(time);

use constant { TUNSETIFF => 0x400454ca, IFF_TUN => 1, IFF_NO_PI => 0x1000 };

my ($one, $two, $lost, $least, $most, $seed) = @ARGV;
my @tun = map { tun($_) } $one, $two;
my (@queue, @rtp_lost);
my ($tell, $bad) = (0, 0);

srand $seed;
$SIG{USR1} = sub { $tell = 1 };
$SIG{USR2} = sub { $bad = 1 };
$| = 1;
print "up\n";


sub tun
{
	my ($name) = @_;

	sysopen my $fd, '/dev/net/tun', O_RDWR | O_NONBLOCK or die "tun: $!\n";
	ioctl $fd, TUNSETIFF, pack('a16 S x22', $name, IFF_TUN | IFF_NO_PI)
		or die "$name: $!\n";
	return $fd;
}


# By size: 172 bytes of RTP in UDP in IPv4
sub is_rtp
{
	return length $_[0] == 200 && unpack('x9 C', $_[0]) == 17;
}


while (1) {
	my $read = '';
	my $wait = @queue ? $queue[0][0] - time : 1;

	vec($read, fileno $_, 1) = 1 for @tun;
	select $read, undef, undef, $wait < 0 ? 0 : $wait;
	for my $i (0, 1) {
		while (sysread $tun[$i], my $packet, 2048) {
			if ($bad && rand 100 < $lost) {
				$rtp_lost[$i]++ if is_rtp($packet);
				next;
			}
			push @queue, [time + $bad * ($least + rand $most -
				$least) / 1000, $tun[1 - $i], $packet];
		}
	}
	@queue = sort { $a->[0] <=> $b->[0] } @queue;
	while (@queue && $queue[0][0] <= time) {
		my (undef, $fd, $packet) = @{shift @queue};

		syswrite $fd, $packet;
	}
	if ($tell) {
		printf "%d %d\n", map { $_ // 0 } @rtp_lost[0, 1];
		$tell = 0;
	}
}
