#!/usr/bin/perl

# SIP with the right Call-ID, tags and branch from an address that takes no
# part in the call changes nothing. What comes from where the callee's answer
# says it will come from does.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Puppet;
use RingSip;

cluster();
my $engine = engine();
my ($sink, $victim) = (media(), media());
my $puppet = RingTest::Puppet->new(sink => $sink->{port});
my $proxy = "127.0.0.1:$puppet->{port}";
my $elsewhere = RingTest::Puppet::place('127.0.0.9');
my $next_door = RingTest::Puppet::place('127.0.0.1');
my $stolen = $puppet->sdp("m=audio $victim->{port} RTP/AVP 0");


sub status
{
	return sql("SELECT status FROM campaign_phones
		WHERE i_campaign_phone = $_[0]");
}


# A test: it gets 403, or nothing
sub refused
{
	my ($what, $call, $text, $socket, $want) = @_;

	$puppet->say($call, $text, $socket);
	my $got = RingTest::Puppet::take($socket, $want ? 5 : 0.3);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	$want ? like($got && $got->{first}, qr/^SIP\/2\.0 $want /, $what)
		: is($got && $got->{first}, undef, $what);
}


# --- a call among forgeries --------------------------------------------------

my $phone = ring($proxy, '4501', i_ivr_prompt => sound(4),
	threshold_msec => 4000);
my $call = $puppet->call or die "no call\n";
my $forged = $puppet->response($call, '200 OK', body => $stolen);

refused('200 from elsewhere, before all others', $call, $forged, $elsewhere);
refused('486 from elsewhere', $call, $puppet->response($call,
	'486 Busy Here'), $elsewhere);
refused('302 from elsewhere', $call, $puppet->response($call,
	'302 Moved', contact => 'eve@127.0.0.9'), $elsewhere);
refused('407 from elsewhere', $call, $puppet->response($call,
	'407 Proxy Authentication Required', more => ['Proxy-Authenticate: ' .
	'Digest realm="x", nonce="y"']), $elsewhere);
is(status($phone), 'trying', 'the call is as it was');

my $tcp = IO::Socket::INET->new(Proto => 'tcp', LocalAddr => '127.0.0.9',
	PeerAddr => '127.0.0.1', PeerPort => $engine->{port});
syswrite $tcp, $forged;

$puppet->say($call, $puppet->response($call, '180 Ringing'));
wait_for('it rings when the proxy says so', 5, sub { sql("SELECT EXISTS (
	SELECT FROM campaign_phones WHERE i_campaign_phone = $phone
	AND status = 'trying')") eq 't' });
sleep 0.2;
refused('200 from elsewhere', $call, $forged, $elsewhere);
refused('486 from another port of the proxy', $call, $puppet->response($call,
	'486 Busy Here'), $next_door);
is($puppet->wait_request('ACK', 0.5), undef, 'nothing is acknowledged');
is(status($phone), 'trying', 'it still rings');

$puppet->say($call, $puppet->response($call, '200 OK',
	body => $puppet->sdp));
ok($puppet->wait_request('ACK'), 'the answer of the proxy is taken');

for ([elsewhere => $elsewhere], ['another port of the proxy', $next_door]) {
	my ($where, $socket) = @$_;

	refused("BYE from $where", $call, $puppet->request($call, 'BYE'),
		$socket, 403);
	refused("re-INVITE from $where", $call, $puppet->request($call,
		'INVITE', body => $stolen), $socket, 403);
	refused("INFO from $where", $call, $puppet->request($call, 'INFO'),
		$socket, 403);
	refused("ACK from $where", $call, $puppet->request($call, 'ACK',
		body => $stolen), $socket);
}
syswrite $tcp, $puppet->request($call, 'BYE') =~ s{/UDP}{/TCP}r;
like(do { sysread $tcp, my $said, 4096; $said }, qr{^SIP/2.0 403 },
	'BYE by TCP from elsewhere');

my $bye = $puppet->wait_request('BYE');

ok($bye, 'the engine hangs up');
refused('200 to its BYE, from elsewhere', $call, $puppet->response($call,
	'200 OK', to => $bye->{text}), $elsewhere);
ok($puppet->wait_request('BYE', 5), 'so it is sent again');
$puppet->ok($call, $bye);
ends('the call has gone its way', $phone, outcome => 'success',
	played_msec => 4000, ended_by => 'local', sip_code => 200);
is(scalar packets($sink), 200, 'all of the prompt went to the callee');
is(scalar packets($victim), 0, 'nothing went where forgeries said');
is(scalar(() = slurp($engine->{log}) =~ /takes no part in it/g), 1,
	'the log says so, once a call');


# --- what is in order --------------------------------------------------------

for (['Contact', '127.0.0.5', contact => 'callee@127.0.0.5:5062'],
		['Record-Route', '127.0.0.6', more =>
			["Record-Route: <sip:127.0.0.1:$puppet->{port};lr>",
			'Record-Route: <sip:127.0.0.6;lr>']]) {
	my ($what, $host, @o) = @$_;
	my $socket = RingTest::Puppet::place($host);
	my $phone = ring($proxy, '4502', i_ivr_prompt => sound(4),
		threshold_msec => 4000);
	my $call = $puppet->call or die "no call\n";

	$puppet->say($call, $puppet->response($call, '200 OK',
		body => $puppet->sdp, @o));
	until_true(5, sub { status($phone) eq 'answer' });
	$puppet->say($call, $puppet->request($call, 'BYE'), $socket);
	like((RingTest::Puppet::take($socket, 5) // {})->{first},
		qr{^SIP/2.0 200 }, "BYE from the address in $what");
	ends('it ends the call', $phone, outcome => 'premature hangup',
		ended_by => 'remote');
}

is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
