package RingTest::Torture;

# SIP messages in the manner of RFC 4475: one for each of its sections, in
# words of our own. Each has what the engine says to it: a code, or '' where
# it says nothing.

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT_OK = qw(torture);

my ($n, %peer) = (0);


# A request that is in order but for what is given: a header's new value, or
# undef for none; more (lines), body, uri, line (the first), cseq.
sub _request
{
	my ($method, %o) = @_;
	my $cseq = delete $o{cseq} // "1 $method";
	my $line = delete $o{line} // "$method " . (delete $o{uri}
		// "sip:anyone\@$peer{at}") . ' SIP/2.0';
	my $more = delete $o{more} // '';
	my $body = delete $o{body} // '';
	my %head = (Via => "SIP/2.0/$peer{transport} $peer{me};rport;branch=" .
			"z9hG4bKtorture$$-$n", 'Max-Forwards' => 70,
		To => "<sip:anyone\@$peer{at}>", From =>
			"<sip:torturer\@$peer{me}>;tag=t$n",
		'Call-ID' => "torture-$$-$n", CSeq => $cseq,
		Contact => "<sip:torturer\@$peer{me}>",
		'Content-Length' => length $body, %o);
	my @order = qw(Via Max-Forwards To From Call-ID CSeq Contact);

	push @order, sort grep { !/^(Via|Max-Forwards|To|From|Call-ID|CSeq|
		Contact|Content-Length)$/x } keys %head;
	return join "\r\n", $line, map({ "$_: $head{$_}" }
		grep { defined $head{$_} } @order, 'Content-Length'),
		$more ne '' ? $more =~ s/\n/\r\n/gr : (), '', $body;
}


sub _response
{
	my ($line, %o) = @_;

	return _request('INVITE', line => $line, %o);
}


sub _sdp
{
	return join "\r\n", 'v=0', 'o=t 1 1 IN IP4 192.0.2.7', 's=-',
		'c=IN IP4 192.0.2.7', 't=0 0', 'm=audio 49170 RTP/AVP 0', '';
}


my %sdp = ('Content-Type' => 'application/sdp');


sub _folded
{
	return join "\r\n", "INVITE sip:vivek\@$peer{at};u=1;x-y=%5a SIP/2.0",
		"TO :", " sip:vivek\@$peer{at} ;   tag    = ",
		"from   : \"A long \\\\\\\" name\"  <sip:me\@$peer{me}>",
		"  ;", "  tag = fold$n", "MaX-fOrWaRdS: 0068",
		"Call-ID: fold.$$.$n", "Content-Length   : 0", 'cseq: 0009',
		'  INVITE', "Via  : SIP  /   2.0", " /$peer{transport}",
		"    $peer{me};branch=z9hG4bKfold$$-$n", 's :', 'NewHead: new',
		' folded', "\tonce more", 'UnKnown: ;;,,;,;',
		'Route:', " <sip:$peer{me};lr>", "m:\"Quoted \\\" text\"" .
		" <sip:me\@$peer{me}>;q=0.1", '', '';
}


sub _valid
{
	my $odd = "!interesting-Method0123456789_*+`.%indeed'~";
	# libre reads 8 kB of a datagram.
	my $long = 'long' x 100;

	return (
	['3.1.1.1', 'folded and spaced wherever it may be', 403, _folded()],
	['3.1.1.2', 'every character that a method may have', 501,
		_request($odd, uri => "sip:1_unusual.URI~(to-be!sure)&isn't" .
			"+it\$/crazy?,/;;*:&it+has=1,weird!*pas\$wo~d_too" .
			"\@$peer{at}")],
	['3.1.1.3', 'escapes in the user', 403, _request('INVITE',
		uri => "sip:sips%3Auser%40example.com\@$peer{at}", %sdp,
		To => "sip:%75se%72\@$peer{at}", body => _sdp())],
	['3.1.1.4', 'escaped nulls', 405, _request('REGISTER',
		To => "sip:null-%00-null\@$peer{at}",
		From => "sip:null-%00-null\@$peer{me};tag=n$n",
		Contact => "<sip:%00\@$peer{me}>, <sip:%00%00\@$peer{me}>")],
	['3.1.1.5', 'a % that is no escape', 501, _request('RE%47IST%45R',
		'C%6Fntact' => "<sip:alias\@$peer{me}>")],
	['3.1.1.6', 'no space before <', 200, _request('OPTIONS',
		From => "caller<sip:caller\@$peer{me}>;tag=s$n")],
	['3.1.1.7', 'long values', 403, _request('INVITE', %sdp,
		To => "\"I have $long name\" <sip:$long\@$peer{at}:5060;" .
			"unknown=$long;lr>",
		From => "<sip:me\@$peer{me}>;tag=$long$n;p=$long",
		'Call-ID' => "$long.$$.$n", "Unknown-$long" => $long x 4,
		body => _sdp(), more => join "\n", map {
			"Via: SIP/2.0/TCP h$_.example;branch=z9hG4bK$long" }
			1 .. 2)],
	['3.1.1.8', 'octets behind the message', 405, _request('REGISTER')
		. "INVITE sip:behind\@$peer{at} SIP/2.0\r\n\r\n"],
	['3.1.1.9', 'semicolons in the user', 200, _request('OPTIONS',
		uri => "sip:user;par=u%40example.net\@$peer{at}")],
	['3.1.1.10', 'transports of all kinds', 200, _request('OPTIONS',
		more => join "\n", map { "Via: SIP/2.0/$_ t.example;branch=" .
			"z9hG4bKt$_" } qw(UDP SCTP TLS UNKNOWN TCP))],
	['3.1.1.11', 'a body of several parts', 405, _request('MESSAGE',
		'Content-Type' => 'multipart/mixed;boundary=7a9cbec02ceef655',
		body => "--7a9cbec02ceef655\r\nContent-Type: text/plain\r\n" .
			"\r\nHello\0\r\n--7a9cbec02ceef655\r\n\r\n\xff\xfe" .
			"\r\n--7a9cbec02ceef655--\r\n")],
	['3.1.1.12', 'a reason of many scripts', '', _response('SIP/2.0 200 ='
		. " 2**3 * 5**2 \xd0\xbd\xd0\xbe \xe2\x80\x94 prime")],
	['3.1.1.13', 'no reason', '', _response('SIP/2.0 100 ')],
	);
}


sub _broken_heads
{
	return (
	['3.1.2.1', 'separators too many', qr/^(400|403)$/, _request('INVITE',
		%sdp, Via => "SIP/2.0/$peer{transport} $peer{me};branch=" .
			"z9hG4bKsep$$-$n;;,;,,",
		Contact => '"Joe" <sip:joe@example.org>;;;;',
		body => _sdp())],
	['3.1.2.2', 'a body shorter than it is said to be',
		qr/^(400|403)?$/, _request('INVITE', %sdp,
		'Content-Length' => 9999, body => _sdp())],
	['3.1.2.3', 'a negative length', qr/^(400|403)$/, _request('INVITE',
		%sdp, 'Content-Length' => -999, body => _sdp())],
	['3.1.2.4', 'numbers too large', qr/^(400|405)$/, _request('REGISTER',
		cseq => '36893488147419103232 REGISTER',
		'Max-Forwards' => 300, Expires => 10 ** 15,
		Contact => "<sip:u\@$peer{me}>;expires=280297596632815")],
	['3.1.2.5', 'numbers too large, in a response', '', _response(
		'SIP/2.0 503 Service Unavailable', 'Retry-After' =>
		'949302838503028349304023988',
		CSeq => '9292394834772304023312 INVITE')],
	['3.1.2.6', 'a quote that does not end', qr/^(400|403)?$/,
		_request('INVITE', To => "\"Mr. J. User <sip:j\@$peer{at}>")],
	['3.1.2.7', '< > around the URI', qr/^(400|403)$/, _request('INVITE',
		uri => "<sip:user\@$peer{at}>")],
	['3.1.2.8', 'a space in the URI', '', _request('INVITE',
		uri => "sip:user\@$peer{at}; lr")],
	['3.1.2.9', 'spaces in the first line', '', _request('INVITE',
		line => "INVITE  sip:user\@$peer{at}  SIP/2.0")],
	['3.1.2.10', 'a space behind the first line', '', _request('OPTIONS',
		line => "OPTIONS sip:user\@$peer{at} SIP/2.0  ")],
	['3.1.2.11', 'headers in the URI', 403, _request('INVITE',
		uri => "sip:user\@$peer{at}?Route=%3Csip:example.com%3E")],
	);
}


sub _broken_rest
{
	return (
	['3.1.2.12', 'a date of no zone that there is', 403, _request(
		'INVITE', Date => 'Fri, 01 Jan 2010 16:00:00 EST')],
	['3.1.2.13', 'a contact that lacks its < >', 405, _request('REGISTER',
		Contact => "sip:u\@$peer{me}?Route=%3Csip:sip.example%3E")],
	['3.1.2.14', 'spaces in addresses', qr/^(200|400)$/, _request(
		'OPTIONS', To => "\"Watson, Thomas\" < sip:t\@$peer{at} >",
		From => "\"Bell\" < sip:a\@$peer{me} >;tag=4$n")],
	['3.1.2.15', 'a display name of no token', qr/^(200|400)$/, _request(
		'OPTIONS', To => "Watson, Thomas <sip:t\@$peer{at}>",
		From => "Bell, A. <sip:a\@$peer{me}>;tag=4$n")],
	['3.1.2.16', 'another version', '', _request('OPTIONS',
		line => "OPTIONS sip:t\@$peer{at} SIP/7.0",
		Via => "SIP/7.0/UDP $peer{me};branch=z9hG4bKv$$-$n")],
	['3.1.2.17', 'CSeq of another method', 400, _request('OPTIONS',
		cseq => '8 INVITE')],
	['3.1.2.18', 'CSeq of another method, both unknown', 400, _request(
		'NEWMETHOD', cseq => '8 INVITE')],
	['3.1.2.19', 'a code too large', '', _response(
		'SIP/2.0 4294967301 better not break the receiver')],
	);
}


sub _transactions
{
	return (
	['3.2.1', 'no transaction behind the cookie', 200, _request('OPTIONS',
		Via => "SIP/2.0/$peer{transport} $peer{me};rport;" .
			'branch=z9hG4bK')],
	);
}


sub _application
{
	my $via = "SIP/2.0/$peer{transport} $peer{me};branch=z9hG4bKa$$-$n";

	return (
	['3.3.1', 'headers missing', qr/^(400)?$/, _request('INVITE',
		Via => $via, To => undef, From => undef, 'Call-ID' => undef,
		'Max-Forwards' => undef)],
	['3.3.1', 'no Via', '', _request('INVITE', Via => undef)],
	['3.3.2', 'an unknown scheme', qr/^(200|416)$/, _request('OPTIONS',
		uri => 'nobodyKnowsThisScheme:totallyopaquecontent')],
	['3.3.3', 'a scheme that is not usual', qr/^(200|416)$/, _request(
		'OPTIONS', uri => 'soap.beep://192.0.2.103:3002')],
	['3.3.4', 'unknown schemes in headers', '', _request('REGISTER',
		To => "isbn:2983792873", From => "<http://www.example.com>" .
			";tag=3$n", Contact => '<name:John_Smith>')],
	['3.3.5', 'extensions required', 420, _request('OPTIONS',
		Require => 'nothingSupportsThis, nothingSupportsThisEither',
		'Proxy-Require' => 'noProxiesSupportThis, norDoAnyThis')],
	['3.3.6', 'an unknown type of body', 403, _request('INVITE',
		'Content-Type' => 'application/unknownformat',
		body => '<audio><pcmu port="443"/></audio>')],
	['3.3.7', 'unknown credentials', 405, _request('REGISTER',
		Authorization => 'NoOneKnowsThisScheme opaque-data=here')],
	['3.3.8', 'headers twice', qr/^(400|403)$/, _request('INVITE',
		more => join "\n", 'CSeq: 59 INVITE', "Call-ID: second$n",
			'Max-Forwards: 5', "From: <sip:b\@x.example>;tag=b",
			"To: <sip:other\@$peer{at}>;tag=fred")],
	['3.3.9', 'two lengths', qr/^(200|400)?$/, _request('OPTIONS',
		'Content-Length' => 13, more => 'Content-Length: 5',
		body => 'Hello, world!')],
	['3.3.10', 'a Via of everybody', '', _response('SIP/2.0 200 OK',
		Via => "SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKb$$-$n")],
	['3.3.11', 'no hop left', 200, _request('OPTIONS',
		'Max-Forwards' => 0)],
	['3.3.12', 'a parameter of a contact', 405, _request('REGISTER',
		Contact => "sip:r\@$peer{me};unknownparam")],
	['3.3.13', 'a parameter of a URI', 405, _request('REGISTER',
		Contact => "<sip:r\@$peer{me};unknownparam>")],
	['3.3.14', 'headers in a contact', 405, _request('REGISTER',
		Contact => "<sip:r\@$peer{me}?Route=%3Csip:s.example%3E>")],
	['3.3.15', 'nothing that it would accept', 403, _request('INVITE',
		Accept => 'text/nobodyKnowsThis', %sdp, body => _sdp())],
	['3.4', 'as RFC 2543 had it', '', join "\r\n",
		"INVITE sip:user\@$peer{at} SIP/2.0",
		"Via: SIP/2.0/$peer{transport} $peer{me}", "From: <sip:old\@" .
		"$peer{me}>", "To: <sip:user\@$peer{at}>", "Record-Route: " .
		"<sip:sip.example;maddr=127.0.0.1>", "CSeq: 1 INVITE",
		"Call-ID: old-$$-$n", 'Content-Length: 0', '', ''],
	);
}


# Messages that are nobody's dialog, by sections, for an engine (at, as
# host:port) from an address (me, alike) by a transport (UDP or TCP)
sub torture
{
	my (%o) = @_;
	my @all;

	%peer = %o;
	for my $part (\&_valid, \&_broken_heads, \&_broken_rest,
			\&_transactions, \&_application) {
		my @names = $part->();

		# Each with a transaction and a call of its own
		for my $i (0 .. $#names) {
			$n++;
			push @all, ($part->())[$i];
		}
	}

	return @all;
}

1;
