#!/usr/bin/perl

# Stands before a callee and has it ask for packets of another length.
# Arguments: the port, the callee's, milliseconds of two digits.

use strict;
use warnings;

use IO::Socket::INET;

my ($port, $callee, $ms) = @ARGV;
my $socket = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1',
	LocalPort => $port) or die "socket: $!\n";
my $there = pack_sockaddr_in($callee, inet_aton('127.0.0.1'));
my $caller;

while (1) {
	my $from = recv($socket, my $data, 65535, 0) // next;

	if ($from eq $there) {
		$data =~ s/^a=ptime:\d\d\r$/a=ptime:$ms\r/m;
		send $socket, $data, 0, $caller if $caller;
	} else {
		$caller = $from;
		send $socket, $data, 0, $there;
	}
}
