#!/usr/bin/perl

# Answers of all kinds: SDP that gives nothing to play to, hold, changes in
# the call, and calls that end in odd ways.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep time);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingSip;

cluster();
my $engine = engine();
my $is_sdp = "\nContent-Type: application/sdp";
my $number = 8000;


# The requests of a kind that a peer has received
sub got
{
	my ($peer, $method) = @_;

	return grep { !$_->{out} && ($_->{method} // '') eq $method }
		wire($peer);
}


# --- started first, looked at below ------------------------------------------

my $sink = media();
my %odd = (
	'no SDP' => [listener()],
	'no common codec' => [listener($sink, ["m=audio $sink->{port} " .
		'RTP/AVP 18', 'a=rtpmap:18 G729/8000'])],
	'port 0' => [listener($sink, ['m=audio 0 RTP/AVP 0'])],
	'no SDP that can be read' => [listener($sink, ['m=audio x y z',
		'c=IN'])],
	'more media than was offered' => [listener($sink, [
		"m=audio $sink->{port} RTP/AVP 0", 'm=image 0 udptl t38'])],
);
my $to_sink = "m=audio $sink->{port} RTP/AVP 0";
my %held = (
	'a=inactive' => [listener($sink, [$to_sink, 'a=inactive'])],
	'a=sendonly' => [listener($sink, [$to_sink, 'a=sendonly'])],
	'c=0.0.0.0' => [listener($sink, ['c=IN IP4 0.0.0.0'])],
);

for (values %odd, values %held) {
	$_->[1] = ring($_->[0], $number++);
}

my %holds = ('a=sendonly' => ['a=sendonly'], 'a=inactive' =>
	['a=inactive'], 'c=0.0.0.0' => ['c=IN IP4 0.0.0.0']);
my %on_hold;

for (sort keys %holds) {
	my $media = media();

	$on_hold{$_} = [peer('reinvite', keys => { sink_port =>
		$media->{port} }, each => { act => [
			{ after => 1000, cseq => 1, head => $is_sdp,
			body => sdp($media, @{$holds{$_}}) },
			{ after => 1500, cseq => 2, head => $is_sdp,
			body => sdp($media) } ]}), $media];
	push @{$on_hold{$_}}, ring($on_hold{$_}[0], $number++,
		i_ivr_prompt => sound(3), threshold_msec => 2000);
}

my $switch_media = media();
my $pcma = sdp($switch_media, "m=audio $switch_media->{port} RTP/AVP 8");
my $switch = peer('reinvite', keys => { sink_port => $switch_media->{port} },
	each => { act => [{ after => 1000, cseq => 1, head => $is_sdp,
		body => $pcma }]});
my $switched = ring($switch, $number++, i_ivr_prompt => sound(2));

my $asking_media = media();
my $asking = peer('reinvite', keys => { sink_port => $asking_media->{port} },
	each => { act => [{ after => 700, cseq => 1, ack_head => $is_sdp,
		answer => sdp($asking_media) }]});
my $asked = ring($asking, $number++, i_ivr_prompt => sound(2));

my @ways = qw(update crossing again mute);
# SIPp would answer each ACK by a 200 of its own, as a retransmission.
my %peer = map { $_ => peer($_, args => [$_ eq 'again' ? '-nr' : ()]) }
	@ways, qw(racing tardy asleep);
my %phone = map { $_ => ring($peer{$_}, $number++) } @ways;

$phone{$_} = ring($peer{$_}, $number++, timeout_sec => 2)
	for qw(racing tardy asleep);


# --- nothing to play to ------------------------------------------------------

for (sort keys %odd) {
	my ($peer, $phone) = @{$odd{$_}};

	ends("200 with $_ is a failure", $phone, outcome => 'failure',
		status => 'failure', finished => 'false', call_count => 1,
		sip_reason => qr/\w/, played_msec => 0,
		prompt_time => undef);
	wait_for('it is acknowledged, and ended by BYE', 5, sub {
		story(wire($peer)) eq '<INVITE >200 <ACK <BYE >200' })
		or diag(story(wire($peer)));
}
for ('no common codec', 'port 0', 'no SDP') {
	my $a = attempt($odd{$_}[1]);

	is($a->{sip_code}, 200, "200 with $_ is 200 in the record");
	is($a->{ended_by}, 'local', 'and the engine hung up');
}
for ('no SDP that can be read', 'more media than was offered') {
	my $a = attempt($odd{$_}[1]);

	is($a->{sip_code}, 200, "200 with $_ is 200 in the record");
	is($a->{sip_reason}, 'OK: an answer whose SDP cannot be used',
		'with words');
}


# --- hold --------------------------------------------------------------------

for (sort keys %on_hold) {
	my ($peer, $media, $phone) = @{$on_hold{$_}};

	ends("hold by $_, and on", $phone, outcome => 'success',
		played_msec => 3000, ended_by => 'local', seconds => 20);
	my @oks = grep { !$_->{out} && ($_->{code} // 0) == 200 } wire($peer);
	my ($resume) = grep { $_->{out} && $_->{text} =~ /^CSeq: 2 INVITE/m }
		wire($peer);
	my @packets = packets($media);

	is(scalar @packets, 150, 'the whole prompt, each packet once');
	is(scalar(grep { $_->{at} > $oks[0]{at} + 0.02
		&& $_->{at} < $resume->{at} } @packets), 0,
		'nothing is sent while on hold');
	cmp_ok(scalar(grep { $_->{at} > $resume->{at} } @packets), '>', 60,
		'it goes on where it stopped');
	is(sql("SELECT disconnect_time - connect_time > interval '4.3 s'
		FROM call_attempts WHERE i_campaign_phone = $phone"), 't',
		'time on hold is not played');
}


# --- changes in the call -----------------------------------------------------

ends('another codec in the call', $switched, outcome => 'success',
	played_msec => 2000);
{
	my @types = map { $_->{type} } packets($switch_media);
	my @seqs = map { $_->{seq} } packets($switch_media);

	is(scalar @types, 100, 'the prompt is sent once');
	like(join('', @types), qr/^0{30,70}8{30,70}$/,
		'first by PCMU, then by PCMA');
	is(scalar(grep { ($seqs[$_] - $seqs[$_ - 1]) % 65536 != 1 }
		1 .. $#seqs), 0, 'in one sequence');
}

ends('a re-INVITE without SDP', $asked, outcome => 'success',
	played_msec => 2000);
is(scalar packets($asking_media), 100, 'the prompt is sent once');

ends('an UPDATE that we have not allowed', $phone{update},
	outcome => 'success', played_msec => 1000);
like(story(wire($peer{update})), qr/>UPDATE <(405|501) <BYE >200$/,
	'it is refused, and the call goes on');


# --- odd ends ----------------------------------------------------------------

ends('BYE crosses BYE', $phone{crossing}, outcome => 'success',
	played_msec => 1000, ended_by => 'local');
wait_for('both are answered', 5, sub { story(wire($peer{crossing}))
	=~ /<BYE >BYE <(200|481) >200$/ })
	or diag(story(wire($peer{crossing})));

ends('200 comes again', $phone{again}, outcome => 'success',
	call_count => 1);
is(story(wire($peer{again})),
	'<INVITE >200 <ACK >200 <ACK >200 <ACK <BYE >200',
	'each gets an ACK');

for (qw(racing tardy asleep)) {
	ends("$_: no answer", $phone{$_}, outcome => 'no answer',
		status => 'failure', call_count => 1, played_msec => 0,
		ended_by => 'local', connect_time => undef,
		sip_reason => 'no answer within 2 s');
	wait_for('a late 200 gets an ACK and a BYE', 10, sub {
		story(wire($peer{$_})) =~ /<ACK <BYE >200$/ })
		or diag(story(wire($peer{$_})));
	is(sql("SELECT count(*) FROM call_attempts
		WHERE i_campaign_phone = $phone{$_}"), 1,
		'it is counted once');
}

ends('a BYE that is never answered', $phone{mute}, outcome => 'success',
	ended_by => 'local');
wait_for('the BYE is sent again', 5, sub { got($peer{mute}, 'BYE') > 1 });


# --- on hold from the answer on ----------------------------------------------

for (sort keys %held) {
	my ($peer, $phone) = @{$held{$_}};

	ends("200 with $_ is ended after a while", $phone,
		status => 'premature hangup', outcome => 'premature hangup',
		sip_code => 200, ended_by => 'local', played_msec => 0,
		prompt_time => undef, sip_reason => qr/hold/,
		seconds => 20);
	wait_for('by a BYE', 5, sub {
		story(wire($peer)) eq '<INVITE >200 <ACK <BYE >200' });
}
is(scalar packets($sink), 0, 'nobody was sent anything');


# --- leaving while a BYE is not answered -------------------------------------

my $stuck = ring($peer{mute}, $number++);

ends('another one', $stuck, outcome => 'success');
my $at = time;
is(engine_stop($engine, 20), 0, 'the engine leaves cleanly');
cmp_ok(time - $at, '<', 8, 'and in time');

done_testing();
