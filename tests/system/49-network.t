#!/usr/bin/perl

# An engine and a callee in two network namespaces, with a wire between them
# that may be bad; a callee whose RTP moves; RTP and RTCP of strangers, and
# what is no good RTP at all.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use RingTest::Island;
use Test::More;
use Time::HiRes qw(sleep time);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Puppet;
use RingSip;

use constant { HERE => '192.0.2.2', THERE => '192.0.2.1', PORT => 5070,
	LOST => 8 };

plan skip_all => 'only root can make namespaces' if $>;
plan skip_all => 'there is no /dev/net/tun' unless -w '/dev/net/tun';
my $seed = $ENV{RINGROUND_SEED} // time ^ $$;
diag("RINGROUND_SEED=$seed");
srand $seed;

my $there = spawn(name => 'namespace', cmd => [qw(unshare -n sleep 600)]);
my @in = ('nsenter', '-t', $there->{pid}, '-n', '--');
my $wire = spawn(name => 'wire', cmd => [$^X,
	"$tree/tests/system/lib/wire.pl", 'ta', 'tb', LOST, 5, 60, $seed]);

until_true(10, sub { slurp($wire->{log}) =~ /up/ && slurp("/proc/" .
	"$there->{pid}/comm") =~ /sleep/ }) or die slurp($wire->{log});
network("link set ta netns $there->{pid}", 'addr add ' . HERE . '/24 dev tb',
	(map { "addr add 192.0.2.$_/24 dev tb" } 3, 9), 'link set tb up');
for ('addr add ' . THERE . '/24 dev ta', 'link set ta up',
		'link set lo up') {
	system("@in ip $_") == 0 or die "ip $_\n";
}

cluster();
my $engine = engine(wrap => \@in, host => THERE, port => PORT);
my @media = map { media($_) } HERE, HERE, '192.0.2.3';
my $puppet = RingTest::Puppet->new(host => HERE, sink => $media[0]{port});
my $proxy = HERE . ":$puppet->{port}";
my $stranger = media('192.0.2.9');


# A call that is answered, by the first media or an SDP. The port that its RTP
# comes from is in it.
sub answered
{
	my ($seconds, $sdp) = @_;
	my $phone = ring($proxy, '4900', i_ivr_prompt => sound($seconds),
		threshold_msec => 1000 * $seconds);
	my $call = $puppet->call or die "no call\n";

	($call->{port}) = $call->{invite}{text} =~ /^m=audio (\d+) /m;
	$call->{phone} = $phone;
	$puppet->say($call, $puppet->response($call, '200 OK',
		body => $sdp // $puppet->sdp));
	$puppet->wait_request('ACK') or die "no ACK\n";
	return $call;
}


# The end of a call, by the engine: all of the prompt was played.
sub plays_out
{
	my ($what, $call, $seconds) = @_;
	my $bye = $puppet->wait_request('BYE', $seconds + 10);

	$puppet->ok($call, $bye) if $bye;
	ends($what, $call->{phone}, outcome => 'success', ended_by => 'local',
		played_msec => 1000 * $seconds);
}


sub whole
{
	my (@seq) = map { $_->{seq} } @_;

	return !grep { ($seq[$_] - $seq[$_ - 1] & 0xffff) != 1 } 1 .. $#seq;
}


# --- where audio cannot go ---------------------------------------------------

for (['127.0.0.1', qr/loopback/], ['198.51.100.9', qr/cannot be reached/]) {
	my ($host, $why) = @$_;
	my $call = answered(1, $puppet->sdp =~ s/^c=.*?\r$/c=IN IP4 $host\r/mr);
	my $bye = $puppet->wait_request('BYE');

	$puppet->ok($call, $bye) if $bye;
	ends("audio to $host", $call->{phone}, outcome => 'failure',
		sip_reason => $why, played_msec => 0);
}


# --- it moves ----------------------------------------------------------------

my $call = answered(4);
my $to = $call->{port};
my $rtp = pack 'CCnNN a160', 0x80, 0, 1, 160, 0x1234, "\xff" x 160;
my $at = sockaddr_of($to);


sub sockaddr_of
{
	require Socket;
	return Socket::pack_sockaddr_in($_[0], Socket::inet_aton(THERE));
}


sleep 0.5;
# From a port of the callee that nobody has named, and from a stranger
for (1 .. 20) {
	send $media[1]{socket}, $rtp, 0, $at;
	send $stranger->{socket}, $rtp, 0, $at;
	sleep 0.02;
}
my $first = packets($media[0]);

is(scalar(packets($media[1])), 0, "audio does not follow the callee's RTP");
is(scalar(packets($stranger)), 0, 'nor that of a stranger');
$puppet->say($call, $puppet->request($call, 'INVITE', body => $puppet->sdp(
	"m=audio $media[2]{port} RTP/AVP 0") =~
	s/^c=.*?\r$/c=IN IP4 192.0.2.3\r/mr));
ok($puppet->wait_request('SIP/2.0 200'), 'it says that it moves');
$puppet->say($call, $puppet->request($call, 'ACK', cseq => 100));
plays_out('a callee that moves', $call, 4);
my @before = packets($media[0]);
my @after = packets($media[2]);

cmp_ok(scalar @after, '>', 50, 'audio follows, and goes on');
is(@before + @after, 200, 'each packet is sent once');
ok(whole(@before, @after), 'in one sequence');


# --- what is no good RTP or RTCP ---------------------------------------------

$media[0]{all} = [];
$call = answered(4);
my ($rtp_to, $rtcp_to) = map { sockaddr_of($_) } $call->{port},
	$call->{port} + 1;
# What is right, of each kind: RTP, digits, comfort noise; SR, RR, SDES, BYE,
# APP, feedback
my @rtp = ($rtp, map({ pack 'CCnNN C C n', 0x80, 101, $_, 160, 0x1234, 5,
	$_ == 3 ? 0x8a : 0x0a, 160 * $_ } 1 .. 3), pack('CCnNN C', 0x80, 13,
	9, 160, 0x1234, 60), pack('CCnNN n n N a3', 0x90, 0, 1, 160, 0x1234,
	0xbede, 65535, 0, 'abc'));
my @rtcp = (pack('CCn N7', 0x80, 200, 6, 1 .. 6), pack('CCn N8', 0x81, 201,
	7, 1 .. 7), pack('CCn N C C a4 x2', 0x81, 202, 3, 1, 1, 4, 'mute'),
	pack('CCn N', 0x81, 203, 1, 1), pack('CCn N a4 N', 0x80, 204, 3, 1,
	'evil', 1), pack('CCn N N N', 0x81, 205, 3, 1, 2, 3),
	pack('CCn N N', 0x9f, 206, 65535, 1, 2));


sub spoilt
{
	my ($packet) = @_;

	substr($packet, rand length $packet, 1) = chr rand 256
		for 0 .. rand 4;
	return rand 3 < 1 ? substr $packet, 0, rand length $packet : $packet;
}


for my $socket ($media[0]{socket}, $stranger->{socket}) {
	send $socket, $_, 0, $rtp_to for @rtp;
	send $socket, $_, 0, $rtcp_to for @rtcp;
	for (1 .. 400) {
		my $rtcp = spoilt($rtcp[rand @rtcp]);

		send $socket, spoilt($rtp[rand @rtp]), 0, $rtp_to;
		send $socket, $rtcp . spoilt($rtcp[rand @rtcp]), 0, $rtcp_to;
		send $socket, $rtcp, 0, rand 2 < 1 ? $rtp_to : $rtcp_to;
		sleep 0.001;
	}
	send $socket, '', 0, $_ for $rtp_to, $rtcp_to;
	send $socket, "\xff" x 1400, 0, $_ for $rtp_to, $rtcp_to;
}
plays_out('RTP and RTCP of all kinds', $call, 4);
is(scalar(packets($media[0])), 200, 'all of the prompt goes to the callee');
ok(whole(packets($media[0])), 'in order');
is(scalar(packets($stranger)), 0, 'nothing to the stranger');


# --- a bad wire --------------------------------------------------------------

$_->{all} = [] for @media;
signal_child($wire, 'USR2');
my @phones = map { ring($proxy, "491$_", i_ivr_prompt => sound(4),
	threshold_msec => 4000) } 1 .. 5;
my (%call, %acked, %said);

my $done = sub { sql("SELECT count(*) FROM call_attempts
	WHERE i_campaign_phone IN (" . join(', ', @phones) . ')') == @phones };
my $end = time + 40;

# A callee says 200 again until it gets the ACK.
until (time > $end || $done->()) {
	my $got = RingTest::Puppet::take($puppet->{sip}, 0.2);
	my ($id) = $got ? $got->{text} =~ /^Call-ID: *(.*?)\r$/m : '';

	if ($got && $got->{text} =~ /^INVITE /) {
		$call{$id} //= { invite => $got, call_id => $id,
			tag => "w" . keys %call };
	} elsif ($got && $got->{text} =~ /^BYE /) {
		$puppet->ok($call{$id}, $got);
	}
	$acked{$id} = 1 if $got && $got->{text} =~ /^(ACK|BYE) /;
	for (grep { !$acked{$_} && time > ($said{$_} // 0) + 0.5 }
			keys %call) {
		$said{$_} = time;
		$puppet->say($call{$_}, $puppet->response($call{$_}, '200 OK',
			body => $puppet->sdp));
	}
	packets($media[0]);
}
for (@phones) {
	ends('a call over a bad wire', $_, outcome => 'success', call_count =>
		1, played_msec => 4000, sip_code => 200, ended_by => 'local');
}
sleep 0.2;
signal_child($wire, 'USR1');
my ($lost) = wait_for('the wire says what it lost', 5, sub {
	slurp($wire->{log}) =~ /^(\d+) \d+$/m ? "$1 " : '' }) =~ /(\d+)/;
my @got = packets($media[0]);
my $late = grep { ($got[$_]{seq} - $got[$_ - 1]{seq} & 0xffff) > 0x8000 }
	1 .. $#got;

is(@got + $lost, 200 * @phones, "what the wire has not lost arrives: $lost " .
	'packets were');
cmp_ok($lost, '>', 10, 'it did lose some');
cmp_ok($late, '>', 10, 'and turned the order of others');
is(sql("SELECT count(DISTINCT call_id) FROM call_attempts
	WHERE i_campaign_phone IN (" . join(', ', @phones) . ')'), 5,
	'nobody was rung twice');

is(engine_stop($engine, 40), 0, 'the engine leaves cleanly');
done_testing();
