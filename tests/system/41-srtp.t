#!/usr/bin/perl

# Encrypted media: a callee that decrypts hears the prompt, what is on the
# wire is nothing of it, and where a callee does not encrypt it hears nothing.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64 qw(encode_base64);
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;
use RingSip;

my $seconds = 2;

cluster();
my $speech = speech("$dir/prompt.wav", 8000, 1, $seconds);
my $prompt = prompt($speech, 'speech');
my $engine = engine();
my $number = 700;


sub heard
{
	my ($what, $callee, $phone) = @_;

	subtest $what => sub {
		ends('it is a success', $phone, outcome => 'success',
			played_msec => 1000 * $seconds);
		stop_child($callee);
		my $wav = recording($callee);

		ok($wav, 'there is one recording') or return;
		my ($c, $lag) = correlation($speech, $wav);

		cmp_ok($c, '>=', 0.95, "it is the prompt: correlation $c");
		cmp_ok(abs $lag, '<=', 0.1, 'from its beginning');
		like(slurp($callee->{log}), qr/SRTP is Enabled|DTLS-SRTP complete/,
			'and was encrypted');
	};
}


# Ring a baresip that wants its media so
sub ring_baresip
{
	my ($mediaenc, %set) = @_;
	my $callee = baresip(++$number, 'PCMU/8000/1', $mediaenc);

	$callee->{proxy} = "127.0.0.1:$callee->{port}";
	return ($callee, ring($callee->{proxy}, $number,
		i_ivr_prompt => $prompt, max_attempts => 1, %set));
}


# An answer of SIPp by these lines of SDP; RTP comes to the second
sub answers
{
	my ($proto, @lines) = @_;
	my $media = media();
	my $peer = listener($media, ["m=audio $media->{port} $proto 0",
		@lines]);

	return ($media, $peer);
}


my $key = encode_base64(join('', map { chr } 1 .. 30), '');
my ($quiet, $dtls) = answers('UDP/TLS/RTP/SAVPF', 'a=setup:active',
	'a=fingerprint:SHA-256 ' . join ':', ('AB') x 32);
my $never = ring($dtls, ++$number, media_encryption => "'dtls-srtp'",
	i_ivr_prompt => $prompt, max_attempts => 1);

heard('SRTP with keys in the SDP',
	ring_baresip('srtp-mand', media_encryption => "'srtp'"));
heard('DTLS-SRTP',
	ring_baresip('dtls_srtp', media_encryption => "'dtls-srtp'"));

like(slurp($engine->{log}), qr/the keys of SRTP go to \S+ in the clear/,
	'the log warns of keys that anybody can read');
is(scalar(() = slurp($engine->{log}) =~ /the keys of SRTP/g), 1, 'once');

# What goes over the wire
my ($wire, $peer) = answers('RTP/SAVP',
	"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:$key");
my ($plain, $open) = answers('RTP/AVP');

sql("INSERT INTO config VALUES ('campaign', 'mediaencryption', 'srtp')");
ends('config says what campaigns do not', ring($peer, ++$number,
	i_ivr_prompt => $prompt), outcome => 'success');
ends('what a campaign says comes first', ring($open, ++$number,
	i_ivr_prompt => $prompt, media_encryption => "'none'"),
	outcome => 'success');

my %plain = map { $_->{payload} => 1 } packets($plain);
my @sent = packets($wire);

is(scalar @sent, scalar packets($plain), 'as many packets as in the clear');
is(join(' ', keys %{{ map { $_->{size} => 1 } @sent }}), 170,
	'each with a tag of 80 bits');
is(scalar(grep { $plain{substr $_->{payload}, 0, 160} } @sent), 0,
	'none of them with a payload of the prompt');

# Nothing goes out in the clear.
for (['srtp', 'RTP/AVP'], ['srtp', 'RTP/SAVP'], ['dtls-srtp', 'RTP/AVP'],
		['srtp', 'RTP/SAVP', "a=crypto:1 NO_SUCH_SUITE inline:$key"]) {
	my ($encryption, @answer) = @$_;
	my ($media, $peer) = answers(@answer);
	my $phone = ring($peer, ++$number, i_ivr_prompt => $prompt,
		media_encryption => "'$encryption'");

	ends("$encryption answered by @answer", $phone, outcome => 'failure',
		played_msec => 0, sip_code => 200, sip_reason =>
		'answered without the media encryption that is demanded');
	is(scalar packets($media), 0, 'and no RTP is sent');
}
ends('a callee that says 488', ring(peer('status',
	each => { code => [488] }), '29488', i_ivr_prompt => $prompt),
	outcome => 'failure', sip_code => 488);
ends('a callee that never does the handshake', $never,
	played_msec => 0, outcome => 'premature hangup',
	sip_reason => 'no DTLS handshake for the media');
is(scalar packets($quiet), 0, 'no RTP is sent to it');

is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
