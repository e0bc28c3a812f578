#!/usr/bin/perl

# Answers whose SDP is meant to do harm: each call goes on as it should, or
# ends with words that say why; nothing is sent to groups or broadcasts.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use RingTest::Island;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time);
use RingTest;
use RingTest::Bystanders;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Puppet;
use RingSip;

my $wide = network('link add v0 type veth peer name v1', 'link set v1 up',
	'addr add 192.0.2.1/24 broadcast 192.0.2.255 dev v0',
	'link set v0 up', 'route add 224.0.0.0/4 dev v0',
	'route add default dev v0');
my $seen = $wide ? seen() : sub { () };
my $group = IO::Socket::INET->new(Proto => 'udp', PeerPort => 9999,
	PeerAddr => '239.1.2.3');

cluster();
my $engine = engine();
my $sink = media();
my $top = RingTest::Puppet::place('127.0.0.1', 65535);
my $puppet = RingTest::Puppet->new(sink => $sink->{port});
my $audio = "m=audio $sink->{port} RTP/AVP 0";
my $plays = { outcome => 'success', played_msec => 1000 };
my $is_group = qr/multicast group/;
my $is_all = qr/broadcast address/;


# It ends without a sound
sub ended
{
	my ($why, %more) = @_;

	return { outcome => 'failure', played_msec => 0, sip_reason => $why,
		prompt_time => undef, %more };
}


sub to
{
	my ($line, $port) = @_;

	return $puppet->sdp("m=audio " . ($port // $sink->{port}) .
		' RTP/AVP 0') =~ s/^c=.*?\r$/c=$line\r/mr;
}


# What, the SDP, what comes of it, header lines
my @cases = (
	['a group', to('IN IP4 239.1.2.3'), ended($is_group)],
	['a group with a TTL', to('IN IP4 224.2.1.1/127'),
		undef],
	['all hosts of a link', to('IN IP4 224.0.0.1'), ended($is_group)],
	['everybody', to('IN IP4 255.255.255.255'), ended($is_all)],
	['nobody, 240.0.0.1', to('IN IP4 240.0.0.1'), ended($is_all)],
	['a broadcast of loopback', to('IN IP4 127.255.255.255'),
		ended($is_all)],
	['IPv6', to('IN IP6 ::1'), ended(qr/IPv6, IPv4 was offered/)],
	['an IPv6 group', to('IN IP6 ff02::1'), ended(qr/IPv6/)],
	['no address', to('IN IP4 999.1.1.1'), undef],
	['port 0', to('IN IP4 127.0.0.1', 0), ended(qr/codec/)],
	['port 65535', to('IN IP4 127.0.0.1', 65535), $plays],
	['port 65536', to('IN IP4 127.0.0.1', 65536), ended(qr/codec/)],
	['port -1', to('IN IP4 127.0.0.1', -1), undef],
	['RTCP to a group', $puppet->sdp($audio,
		'a=rtcp:9998 IN IP4 239.1.2.3'), $plays],
	['no codec in common', $puppet->sdp("m=audio $sink->{port} RTP/AVP " .
		'18', 'a=rtpmap:18 G729/8000'), ended(qr/codec/)],
	(map { ["ptime $_", $puppet->sdp($audio, "a=ptime:$_"), $plays] }
		0, -1, 100000, '99999999999999999999', 'x'),
	['rates of all kinds', $puppet->sdp($audio, 'a=rtpmap:0 PCMU/0',
		'a=rtpmap:0 PCMU/4294967295/65536'), undef],
	['100 media lines', $puppet->sdp($audio, map { "m=video 0 RTP/AVP $_" }
		1 .. 100), undef],
	['1,000 lines', $puppet->sdp($audio, ('a=x:1') x 1000), $plays],
	# What is left of it may end with a line, or within one.
	['10,000 lines, cut by UDP', $puppet->sdp($audio, ('a=') x 10000),
		undef],
	['the wrong version', "v=1\r\n" . $puppet->sdp($audio), ended(qr/\w/)],
	['an end in the line', "$audio\r\na=x", undef],
	['zeros', "\0" x 3000, ended(qr/\w/)],
	['noise', join('', map { chr(($_ * 7919) & 255) } 1 .. 5000),
		ended(qr/\w/)],
	['a length of 4 GB', $puppet->sdp, undef,
		['Content-Length: 4294967297']],
	['one more length', $puppet->sdp, undef, ['Content-Length: 3']],
);

push @cases, ['a broadcast of our network', to('IN IP4 192.0.2.255'),
	ended($is_all)] if $wide;

my $campaign = campaign(i_ivr_prompt => sound(1), max_attempts => 1,
	threshold_msec => 500, timeout_sec => 5, max_concurrent_calls => 100);
my %call;


# Answer all that comes, until a condition holds or so many seconds are over
sub serve
{
	my ($seconds, $enough) = @_;
	my $end = time + $seconds;

	while (time < $end && !child_ended($engine)) {
		my $got = RingTest::Puppet::take($puppet->{sip}, 0.1);

		return 1 if !$got && $enough->();
		next unless $got && $got->{text} =~ /^(INVITE|BYE|CANCEL) /;
		my $method = $1;
		my ($id) = $got->{text} =~ /^Call-ID: *(.*?)\r$/m;
		my ($n) = $got->{text} =~ /^To: .*?sip:46(\d+)@/m;
		my $call = $call{$id} //= { invite => $got, number => $n,
			call_id => $id, tag => "t$n", cseq => 100 };

		$puppet->ok($call, $got) if $method ne 'INVITE';
		$puppet->say($call, $puppet->response($call, '200 OK',
			body => $cases[$n][1], more => $cases[$n][3]))
			if $method eq 'INVITE';
	}

	return 0;
}


proxy($puppet);
sql("INSERT INTO campaign_phones (i_campaign, cld)
	SELECT $campaign, '46' || n FROM generate_series(0, $#cases) n");
ok(serve(60, sub { sql("SELECT count(*) FROM call_attempts") == @cases }),
	'all calls come to an end');
ok(!child_ended($engine), 'the engine lives');

for my $n (0 .. $#cases) {
	my ($what, $sdp, $want) = @{$cases[$n]};
	my $phone = sql("SELECT i_campaign_phone FROM campaign_phones
		WHERE cld = '46$n'");

	# Some may go either way, but say why.
	my $is = ends($what, $phone, %{$want || {}});
	ok($is->{outcome} eq 'success' || ($is->{sip_reason} // '') =~ /\w/,
		"$what: $is->{outcome}, " . ($is->{sip_reason} // ''));
}


# --- in the call -------------------------------------------------------------

my $phone = ring("127.0.0.1:$puppet->{port}", '4699', threshold_msec => 3000,
	i_ivr_prompt => sound(3));
my $call = $puppet->call;

$puppet->say($call, $puppet->response($call, '200 OK', body => $puppet->sdp));
until_true(5, sub { packets($sink); @{$sink->{all}} && $sink->{all}[-1]{at}
	> time - 0.1 });
$puppet->say($call, $puppet->request($call, 'INVITE',
	body => to('IN IP4 239.1.2.3')));
# Before the ACK it may not hang up (RFC 3261 section 15).
until_true(5, sub { sql("SELECT disconnect_time IS NOT NULL
	FROM campaign_phones WHERE i_campaign_phone = $phone") eq 't' });
$puppet->say($call, $puppet->request($call, 'ACK', cseq => 100));
my $bye = $puppet->wait_request('BYE', 5);

ok($bye, 'a group in a re-INVITE ends the call');
$puppet->ok($call, $bye) if $bye;
ends('it says why', $phone, outcome => 'premature hangup',
	ended_by => 'local', sip_reason => $is_group);


# --- larger than a datagram --------------------------------------------------

my $port = free_port();
my $listener = IO::Socket::INET->new(Proto => 'tcp', Listen => 1,
	LocalAddr => '127.0.0.1', LocalPort => $port, ReuseAddr => 1);
my $formats = join ' ', 0, 200 .. 3000;

for (['10,000 lines', $puppet->sdp($audio, ('a=') x 10000), $plays],
		['formats without end', $puppet->sdp("m=audio $sink->{port} " .
			"RTP/AVP $formats", map { "a=rtpmap:$_ X$_/8000" }
			1000 .. 2500), $plays],
		['more than 64 kB', $puppet->sdp($audio, ('a=x:1234') x 10000),
			ended(qr/\w/)]) {
	my ($what, $sdp, $want) = @$_;
	my $phone = ring("127.0.0.1:$port;transport=tcp", '4700',
		timeout_sec => 2);
	my $tcp = $listener->accept;

	sysread $tcp, my $text, 65535;
	my $call = { invite => { text => $text }, tag => 'tcp' };
	my $answer = $puppet->response($call, '200 OK', body => $sdp,
		contact => "p\@127.0.0.1:$port;transport=tcp");

	syswrite $tcp, $answer;
	my $is = ends("TCP: $what", $phone, %$want, outcome => qr/\w/);
	ok($is->{outcome} eq 'success' || ($is->{sip_reason} // '') =~ /\w/,
		"$is->{outcome}, " . ($is->{sip_reason} // ''));
	close $tcp;
}


# --- what was sent to many ---------------------------------------------------

SKIP: {
	skip 'only root can look at the network', 2 unless $wide;
	my @before = grep { $_->[0] >> 28 >= 14 || $_->[0] == 0xc00002ff
		|| $_->[0] == 0x7fffffff } $seen->();

	is(join(' ', map { sprintf '%x:%d', @$_ } @before), '',
		'nothing went to groups or broadcasts');
	send $group, 'x', 0;
	ok(scalar(grep { $_->[1] == 9999 } $seen->()),
		'it would have been seen');
}

is(engine_stop($engine, 20), 0, 'the engine leaves cleanly');
done_testing();
