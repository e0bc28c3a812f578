#!/usr/bin/perl

# A SIP exchange for RingTest::Exchange: answers calls and writes down when the
# kernel had each message. Arguments: the port, where RTP goes, the file.
#
# The first digit of a number tells what it does: 2 is busy, 4 rings and is
# never answered; all others answer at once and listen until the caller hangs
# up. Each line of the file: seconds, event, number, Call-ID. The events are
# INVITE (the first of a call), AGAIN (one that was sent again), ACK, BYE,
# CANCEL.

use strict;
use warnings;

use IO::Handle;
use IO::Socket::INET;

use constant SIOCGSTAMPNS => 0x8907;

my ($port, $sink, $file) = @ARGV;
my $socket = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1',
	LocalPort => $port) or die "socket: $!\n";
my %calls;

setsockopt $socket, SOL_SOCKET, SO_RCVBUF, 1 << 22;
# The first question turns the stamps on.
ioctl $socket, SIOCGSTAMPNS, my $none = "\0" x 16;
open my $out, '>', $file or die "$file: $!\n";
$out->autoflush(1);


sub answer
{
	my ($request, $from, $status, $sdp, $cseq) = @_;
	my @lines = ("SIP/2.0 $status", $request =~ /^(Via:.*?)\r?$/img,
		$request =~ /^((?:From|Call-ID):.*?)\r?$/img);
	my ($to) = $request =~ /^(To:.*?)\r?$/im;
	my ($own) = $request =~ /^(CSeq:.*?)\r?$/im;
	my $body = $sdp ? join("\r\n", 'v=0',
		'o=exchange 1 1 IN IP4 127.0.0.1', 's=-',
		'c=IN IP4 127.0.0.1', 't=0 0', "m=audio $sink RTP/AVP 0",
		'a=rtpmap:0 PCMU/8000', '') : '';

	$to .= ';tag=exchange' unless $to =~ /;tag=/;
	push @lines, $to, $cseq // $own,
		"Contact: <sip:exchange\@127.0.0.1:$port>";
	push @lines, 'Content-Type: application/sdp' if $sdp;
	push @lines, 'Content-Length: ' . length $body, '', $body;
	send $socket, join("\r\n", @lines), 0, $from;
}


sub invite
{
	my ($call, $request, $from, $number) = @_;

	$call->{invite} = $request;
	if ($number =~ /^2/) {
		answer($request, $from, '486 Busy Here');
	} elsif ($number =~ /^4/) {
		answer($request, $from, '180 Ringing');
	} else {
		answer($request, $from, '200 OK', 1);
	}
}


while (1) {
	my $from = recv($socket, my $text, 65535, 0) // next;

	ioctl $socket, SIOCGSTAMPNS, my $stamp = "\0" x 16 or die "stamp: $!";
	my ($s, $ns) = unpack 'q2', $stamp;
	my ($method) = $text =~ /^([A-Z]+) / or next;
	my ($id) = $text =~ /^Call-ID:\s*(\S+)/im;
	my ($number) = $text =~ /^To:.*?sips?:[+]?([^@;>]*)@/im;
	my $call = $calls{$id} //= {};
	my $event = $method eq 'INVITE' && $call->{invite} ? 'AGAIN' : $method;

	printf $out "%d.%09d %s %s %s\n", $s, $ns, $event, $number, $id;
	if ($method eq 'INVITE') {
		invite($call, $text, $from, $number);
	} elsif ($method eq 'CANCEL') {
		answer($text, $from, '200 OK');
		answer($call->{invite}, $from, '487 Request Terminated');
	} elsif ($method ne 'ACK') {
		answer($text, $from, '200 OK');
	}
}
