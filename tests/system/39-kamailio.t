#!/usr/bin/perl

# Calls through a Kamailio that wants credentials, and that stays in the way
# of each call.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingSip;

cluster();
my $media = media();
my %callee = (FREE => listener($media), BUSY => peer('status',
	each => { code => [qw(404 486 503 603)] }), SILENT => peer('quiet'));
my %port = (map({ $_ => $callee{$_}{port} } keys %callee),
	PORT => free_port(), DEAD => free_port());

# The program is killed with the test, and takes its workers along.
my $config = slurp("$tree/tests/system/kamailio.cfg");
$config =~ s/\b$_\b/$port{$_}/g for keys %port;
spew("$dir/kamailio.cfg", $config);
mkdir "$dir/kamailio";
my $kamailio = spawn(name => 'kamailio', death => 'TERM', cmd => ['kamailio',
	'-DD', '-E', '-f', "$dir/kamailio.cfg", '-m', 32, '-M', 4, '-Y',
	"$dir/kamailio", '-w', "$dir/kamailio"]);
END { local $?; stop_child($kamailio, 'TERM') if $kamailio }
my $hex = sprintf ':%04X ', $port{PORT};

until_true(20, sub { child_ended($kamailio)
	|| slurp('/proc/net/udp') =~ /$hex/ });
die "kamailio does not start:\n" . slurp($kamailio->{log})
	if child_ended($kamailio);

my $engine = engine();
my $proxy = "127.0.0.1:$port{PORT}";
my %joe = (username => "'joe'", md5secret => "'password of joe'");
my %ann = (username => "'ann'", md5secret => "'password of ann'");
my %wrong = (username => "'joe'", md5secret => "'password of ann'");

my %phone = (
	joe => ring($proxy, '2001', %joe),
	ann => ring($proxy, '1001', %ann),
	wrong_407 => ring($proxy, '2002', %wrong),
	wrong_401 => ring($proxy, '1002', %wrong),
	unknown => ring($proxy, '2003', username => "'eve'",
		md5secret => "'x'"),
	nobody => ring($proxy, '2004'),
	(map { $_ => ring($proxy, "29$_", %joe) } qw(404 486 503 603)),
	dead => ring($proxy, '2800', %joe),
	silent => ring($proxy, '2700', %ann, timeout_sec => 3),
);

for (qw(joe ann)) {
	my $a = ends("$_ gets through", $phone{$_}, status => 'success',
		outcome => 'success', finished => 'true', sip_code => 200,
		played_msec => 1000, ended_by => 'local', proxy => $proxy);
	my @messages = wire($callee{FREE}, $a->{call_id} // '');

	is(story(@messages), '<INVITE >200 <ACK <BYE >200',
		'and to the end');
	like(header($messages[0], 'Record-Route'), qr/^<sip:127\.0\.0\.1:/,
		'the proxy stays in the way');
	is(scalar(() = $messages[3]{text} =~ /^Via:/mg), 2,
		'and the BYE goes by it');
	unlike($messages[0]{text}, qr/Authorization/,
		'credentials stay there');
}
for ([wrong_407 => 407], [wrong_401 => 401], [unknown => 407],
		[nobody => 407]) {
	my ($name, $code) = @$_;

	ends("$name: $code", $phone{$name}, status => 'failure',
		outcome => 'failure', sip_code => $code, call_count => 1,
		finished => 'false', played_msec => 0,
		sip_reason => $code == 401 ? 'Unauthorized'
		: 'Proxy Authentication Required');
}
ends("a callee says $_", $phone{$_}, status => 'failure',
	outcome => 'failure', sip_code => $_, ended_by => 'nobody',
	sip_reason => "Words of $_") for qw(404 486 603);
ends('a callee says 503', $phone{503}, outcome => 'failure',
	sip_code => qr/^50[03]$/, sip_reason => qr/\w/);
ends('a callee that is not there', $phone{dead}, status => 'failure',
	outcome => 'failure', sip_code => qr/^(408|477|50\d)$/,
	sip_reason => qr/\w/);
ends('a callee that does not answer', $phone{silent}, status => 'failure',
	outcome => 'no answer', sip_code => undef, ended_by => 'local');
wait_for('is not rung for ever', 5, sub { story(wire($callee{SILENT}))
	=~ /<INVITE >180 <CANCEL >200 >487 <ACK$/ })
	or diag(story(wire($callee{SILENT})));
sleep 1;
unlike(slurp($engine->{log}), qr/unhandel/, 'all is acknowledged');
is(scalar packets($media), 100, 'both prompts arrived as a whole');

is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
