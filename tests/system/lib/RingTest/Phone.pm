package RingTest::Phone;

# A phone that notes when each packet came to its machine: two UDP sockets,
# one for SIP (RFC 3261), one for RTP (RFC 3550)

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use RingTest;
use Time::HiRes qw(time);

use constant { SIOCGSTAMPNS => 0x8907, RENEW_AFTER => 15 };


sub _socket
{
	my ($port) = @_;
	my $socket = IO::Socket::INET->new(Proto => 'udp',
		LocalAddr => '127.0.0.1', LocalPort => $port)
		or die "socket: $!";

	setsockopt $socket, SOL_SOCKET, SO_RCVBUF, 1 << 20;
	# The first question turns the stamps on.
	ioctl $socket, SIOCGSTAMPNS, my $none = "\0" x 16;
	return $socket;
}


sub new
{
	my ($class) = @_;
	my ($port, $media) = (free_port(), free_port());

	return bless { port => $port, media => $media,
		sip => _socket($port), rtp => _socket($media) }, $class;
}


# The next packet and when the kernel had it
sub _receive
{
	my ($socket) = @_;
	my $from = recv($socket, my $data, 65535, 0) // return;

	ioctl $socket, SIOCGSTAMPNS, my $stamp = "\0" x 16
		or die "time stamp: $!";
	my ($s, $ns) = unpack 'q2', $stamp;

	return ($data, $s + $ns / 1e9, $from);
}


sub _sdp
{
	my ($self, $version, @attributes) = @_;

	return join "\r\n", 'v=0', "o=phone 1 $version IN IP4 127.0.0.1",
		's=-', 'c=IN IP4 127.0.0.1', 't=0 0',
		"m=audio $self->{media} RTP/AVP 0", 'a=rtpmap:0 PCMU/8000',
		map({ "a=$_" } @attributes), '';
}


sub _answer
{
	my ($self, $request, $from, $code, $reason, $sdp) = @_;
	my @lines = "SIP/2.0 $code $reason";

	push @lines, $request =~ /^(Via:.*?)\r?$/img;
	push @lines, $request =~ /^((?:From|Call-ID|CSeq):.*?)\r?$/img;
	my ($to) = $request =~ /^(To:.*?)\r?$/im;
	$to .= ';tag=phone' if $code > 100 && $to !~ /;tag=/;
	push @lines, $to, "Contact: <sip:phone\@127.0.0.1:$self->{port}>";

	my $body = $sdp ? $self->_sdp(1, @{$sdp->{attributes} // []}) : '';

	push @lines, 'Content-Type: application/sdp' if $sdp;
	push @lines, 'Content-Length: ' . length $body, '', $body;
	send $self->{sip}, join("\r\n", @lines), 0, $from;
}


# A request of ours within the call: the INVITE that renews it, or its ACK
sub _ask
{
	my ($self, $call, $method, $body) = @_;
	my %of = $call->{request} =~ /^(From|To|Call-ID|Contact):\s*(.*?)\r?$/img;
	my ($uri) = $of{Contact} =~ /<([^>]+)>/;
	my @lines = ("$method $uri SIP/2.0",
		"Via: SIP/2.0/UDP 127.0.0.1:$self->{port};branch=z9hG4bK"
			. lc($method) . int(1000 * time),
		"From: $of{To};tag=phone", "To: $of{From}",
		"Call-ID: $of{'Call-ID'}", "CSeq: 7 $method",
		"Contact: <sip:phone\@127.0.0.1:$self->{port}>",
		'Max-Forwards: 70');

	push @lines, 'Content-Type: application/sdp' if $body;
	push @lines, 'Content-Length: ' . length $body, '', $body;
	send $self->{sip}, join("\r\n", @lines), 0, $call->{from};
}


sub _request
{
	my ($self, $call, $o) = @_;
	my ($request, $at, $from) = _receive($self->{sip});
	my ($method) = $request =~ /^(\w+) /;

	if ($request =~ /^SIP\/2\.0 200 .*^CSeq: 7 INVITE/ms) {
		$call->{renewed} //= $at;
		$self->_ask($call, 'ACK', '');
	}
	return unless $method;
	if ($method eq 'INVITE') {
		return if $call->{invite};
		$call->{invite} = $at;
		$call->{request} = $request;
		$call->{from} = $from;
		$self->_answer($request, $from, $o->{early}
			? (183, 'Session Progress', $o) : (180, 'Ringing'));
	} elsif ($method eq 'ACK') {
		$call->{ack} //= $at;
	} elsif ($method eq 'BYE') {
		$call->{bye} //= $at;
		$self->_answer($request, $from, 200, 'OK');
	}
}


sub _packet
{
	my ($self, $call) = @_;
	my ($data, $at) = _receive($self->{rtp});
	my ($first, $second, $seq, $ts, $ssrc) = unpack 'CCnNN', $data;

	return if length $data < 12 || $first >> 6 != 2;
	push @{$call->{packets}}, { at => $at, marker => $second >> 7,
		type => $second & 127, seq => $seq, ts => $ts,
		ssrc => $ssrc, size => length($data) - 12,
		payload => substr($data, 12) };
}


# Take one call to its end, within so many seconds. ring: how long it rings,
# early: with early media, attributes: lines of its SDP, renew: those of an
# INVITE that is sent once, in the midst of the call. What was seen: invite,
# answer, ack, renewed, bye (times), packets.
sub take
{
	my ($self, $seconds, %o) = @_;
	my $end = time + $seconds;
	my $call = { packets => [] };
	my $ready = IO::Select->new($self->{sip}, $self->{rtp});

	# What was under way at the BYE still comes.
	while (time < ($call->{bye} ? $call->{bye} + 0.2 : $end)) {
		for ($ready->can_read(0.01)) {
			$_ == $self->{sip} ? $self->_request($call, \%o)
				: $self->_packet($call);
		}
		if ($o{renew} && @{$call->{packets}} >= RENEW_AFTER) {
			$self->_ask($call, 'INVITE', $self->_sdp(2,
				@{delete $o{renew}}));
		}
		next if $call->{answer} || !$call->{invite}
			|| time < $call->{invite} + ($o{ring} // 0);
		$call->{answer} = time;
		$self->_answer($call->{request}, $call->{from}, 200, 'OK',
			\%o);
	}

	return $call;
}

1;
