#!/usr/bin/perl

# Floods a SIP port from one address: requests of strangers, responses to
# nothing and noise, so many a second. Prints how many went. Arguments: from
# (an address), host, port, how many a second, seconds, kinds (of INVITE,
# OPTIONS, REGISTER, reply, junk), udp or tcp.

use strict;
use warnings;

use IO::Socket::INET;
use Time::HiRes qw(time sleep);

my ($from, $host, $port, $rate, $seconds, $kinds, $proto) = @ARGV;
my $socket = IO::Socket::INET->new(Proto => $proto // 'udp',
	LocalAddr => $from, PeerAddr => $host, PeerPort => $port)
	or die "socket: $!\n";
my $me = "$from:" . $socket->sockport;
my $via = 'SIP/2.0/' . uc($proto // 'udp') . " $me;rport;branch=z9hG4bK";
my @kinds = split /,/, $kinds;
my $start = time;
my $n = 0;

$SIG{PIPE} = 'IGNORE';
$socket->blocking(0);


sub message
{
	my ($kind) = @_;

	return join '', map { chr rand 256 } 1 .. 40 if $kind eq 'junk';

	my $method = $kind eq 'reply' ? 'INVITE' : $kind;
	my $first = $kind eq 'reply' ? 'SIP/2.0 200 OK'
		: "$kind sip:ringround\@$host:$port SIP/2.0";

	return join "\r\n", $first, "Via: $via$n", 'Max-Forwards: 70',
		"From: <sip:flood\@$me>;tag=$n", 'To: <sip:ringround@' .
		"$host:$port>" . ($kind eq 'reply' ? ';tag=x' : ''),
		"Call-ID: flood-$n-$start", "CSeq: 1 $method",
		"Contact: <sip:flood\@$me>", 'Content-Length: 0', '', '';
}


while (time < $start + $seconds) {
	# What is late is made up for, but not all at once.
	my $due = (time - $start) * $rate;

	for (1 .. 50) {
		last if $n >= $due;
		send $socket, message($kinds[$n % @kinds]), 0;
		$n++;
	}
	# Answers must not pile up.
	for (1 .. 50) {
		defined recv $socket, my $data, 65535, 0 or last;
	}
	sleep 0.001;
}
print "$n\n";
