#!/usr/bin/perl

# Writes down every RTP packet that comes to a port, as records of 16 bytes:
# when the machine had it (seconds, a double), the port it came from, its
# sequence number and its time stamp. Arguments: the port, the file.

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;

use constant { SIOCGSTAMPNS => 0x8907, SO_RCVBUFFORCE => 33 };

my ($port, $path) = @ARGV;
my $socket = IO::Socket::INET->new(Proto => 'udp', LocalPort => $port,
	LocalAddr => '127.0.0.1') or die "socket: $!\n";
my $ready = IO::Select->new($socket);

open my $file, '>:raw', $path or die "$path: $!\n";
# Only root may have as much as it wants.
setsockopt $socket, SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24
	or setsockopt $socket, SOL_SOCKET, SO_RCVBUF, 1 << 24;
# The first question turns the stamps on.
ioctl $socket, SIOCGSTAMPNS, my $none = "\0" x 16;

while ($ready->can_read) {
	my $records = '';

	for (1 .. 256) {
		my $from = recv $socket, my $data, 2048, 0x40;

		last unless defined $from;
		ioctl $socket, SIOCGSTAMPNS, my $stamp = "\0" x 16
			or die "time stamp: $!\n";
		next if length $data < 12 || ord($data) >> 6 != 2;
		my ($s, $ns) = unpack 'q2', $stamp;

		$records .= pack('d n', $s + $ns / 1e9, unpack 'x2 n', $from)
			. substr($data, 2, 6);
	}
	syswrite $file, $records;
	# Many at once cost less than one at a time.
	select undef, undef, undef, 0.01;
}
