package RingTest::Puppet;

# A callee that says by SIP over UDP exactly what it is told to, from whatever
# address (RFC 3261): nothing is answered by itself.

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use RingTest;
use Time::HiRes qw(time);

my $calls = 0;


# A socket at an address, for what a puppet says from elsewhere
sub place
{
	my ($host, $port) = @_;
	my $socket = IO::Socket::INET->new(Proto => 'udp',
		LocalAddr => $host, LocalPort => $port // 0)
		or die "$host: $!";

	setsockopt $socket, SOL_SOCKET, SO_RCVBUF, 1 << 20;
	return $socket;
}


# One at an address, whose RTP goes to a port
sub new
{
	my ($class, %o) = @_;
	my $host = $o{host} // '127.0.0.1';
	my $port = free_port($host);

	return bless { host => $host, port => $port, sink => $o{sink},
		sip => place($host, $port) }, $class;
}


# The next message that comes to a socket, or undef
sub take
{
	my ($socket, $seconds) = @_;

	IO::Select->new($socket)->can_read($seconds) or return;
	my $from = recv($socket, my $text, 65535, 0) // return;
	return { text => $text, from => $from, first =>
		$text =~ /^(.*?)\r?\n/ };
}


# The next request of a method, or the next response (method 'SIP/2.0');
# others are passed over.
sub wait_request
{
	my ($self, $method, $seconds) = @_;
	my $end = time + ($seconds // 10);

	while (time < $end) {
		my $got = take($self->{sip}, $end - time) or last;

		next unless $got->{text} =~ /^\Q$method\E /;
		return $got;
	}

	return;
}


# A new call, by its INVITE: invite, number, call_id, tag. undef: none comes.
sub call
{
	my ($self, $seconds) = @_;
	my $invite = $self->wait_request('INVITE', $seconds) or return;
	my ($id) = $invite->{text} =~ /^Call-ID: *(.*?)\r$/m;
	my ($number) = $invite->{text} =~ /^To: .*?sip:([^@]*)@/m;

	return { invite => $invite, call_id => $id, number => $number,
		tag => 'puppet' . ++$calls, cseq => 100 };
}


sub sdp
{
	my ($self, @lines) = @_;

	return join "\r\n", 'v=0', "o=puppet 1 1 IN IP4 $self->{host}",
		's=-', "c=IN IP4 $self->{host}", 't=0 0', @lines ? @lines
		: "m=audio $self->{sink} RTP/AVP 0", '';
}


# A response to the INVITE of a call. Options: body, type (of it), contact,
# more (header lines), to (an INVITE other than the first, as text).
sub response
{
	my ($self, $call, $status, %o) = @_;
	my $invite = $o{to} // $call->{invite}{text};
	my $body = $o{body} // '';
	my @lines = "SIP/2.0 $status";

	push @lines, $invite =~ /^(Via:.*?)\r$/mg;
	push @lines, $invite =~ /^((?:From|Call-ID|CSeq):.*?)\r$/mg;
	my ($to) = $invite =~ /^(To:.*?)\r$/m;
	push @lines, $to =~ /;tag=/ ? $to : "$to;tag=$call->{tag}",
		'Contact: <sip:' . ($o{contact} //
		"puppet\@$self->{host}:$self->{port}") . '>';
	push @lines, @{$o{more} || []};
	push @lines, 'Content-Type: ' . ($o{type} // 'application/sdp')
		if $body ne '';

	return join "\r\n", @lines, 'Content-Length: ' . length $body, '',
		$body;
}


# A request in the dialog of a call. Options: body, more, branch, cseq.
sub request
{
	my ($self, $call, $method, %o) = @_;
	my $invite = $call->{invite}{text};
	my ($target) = $invite =~ /^Contact: *<([^>]*)>/m;
	my ($from) = $invite =~ /^From: *(.*?)\r$/m;
	my ($to) = $invite =~ /^To: *(.*?)\r$/m;
	my $body = $o{body} // '';
	my $cseq = $o{cseq} // $call->{cseq}++;

	return join "\r\n", "$method $target SIP/2.0",
		"Via: SIP/2.0/UDP $self->{host}:$self->{port};rport;branch=" .
		($o{branch} // "z9hG4bK$call->{tag}-$cseq"),
		'Max-Forwards: 70', "From: $to;tag=$call->{tag}", "To: $from",
		"Call-ID: $call->{call_id}", "CSeq: $cseq $method",
		"Contact: <sip:puppet\@$self->{host}:$self->{port}>",
		@{$o{more} || []}, $body ne ''
		? 'Content-Type: application/sdp' : (),
		'Content-Length: ' . length $body, '', $body;
}


# Send a text to where a call came from; from another socket when it is given
sub say
{
	my ($self, $call, $text, $socket) = @_;

	send $socket // $self->{sip}, $text, 0, $call->{invite}{from};
}


# Answer a request that was taken
sub ok
{
	my ($self, $call, $request, $status) = @_;

	$self->say($call, $self->response($call, $status // '200 OK',
		to => $request->{text}));
}

1;
