#!/usr/bin/perl

# SIP of strangers, good and bad, while calls are live: RFC 4475's sections
# one by one by UDP and TCP. Nothing rings, nothing breaks.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Select;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(sleep time);
use RingTest;
use RingTest::Bystanders;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Torture qw(torture);
use RingTest::Traffic;

use constant { CALLS => 10, SECONDS => 16, ROUNDS => 20 };

cluster();
my $callees = traffic();
my $engine = engine();
my $stand = bystanders($callees, CALLS, SECONDS);


sub stranger
{
	my ($proto) = @_;

	return IO::Socket::INET->new(Proto => $proto, LocalPort => 0,
		LocalAddr => '127.0.0.2', PeerAddr => '127.0.0.1',
		PeerPort => $engine->{port});
}


# What comes back within a while
sub answer
{
	my ($socket, $seconds) = @_;

	IO::Select->new($socket)->can_read($seconds) or return '';
	recv $socket, my $data, 65535, 0;
	return $data // '';
}


sub code
{
	return $_[0] =~ m{^SIP/2\.0 (\d+) } ? $1 : '';
}


sub peer_of
{
	my ($socket, $transport) = @_;

	return (transport => $transport, me => '127.0.0.2:' .
		$socket->sockport, at => "127.0.0.1:$engine->{port}");
}


sub options
{
	my ($socket, $transport) = @_;
	my ($ping) = grep { $_->[0] eq '3.1.1.6' }
		torture(peer_of($socket, $transport));

	return $ping->[3];
}


# --- each message, and what it gets ------------------------------------------

my $socket = stranger('udp');
my $before = descriptors($engine);

for (torture(peer_of($socket, 'UDP'))) {
	my ($section, $what, $want, $text) = @$_;

	send $socket, $text, 0;
	my $code = code(answer($socket, ref $want || $want ne '' ? 5 : 0.1));
	my $ok = ref $want ? $code =~ $want : $code eq $want;

	ok($ok, "$section $what: " . ($code || 'nothing'));
	last if child_ended($engine);
}
is(descriptors($engine), $before, 'nothing was opened for them');


# --- an answer in order ------------------------------------------------------

my $options = options($socket, 'UDP');
my @said = map { send $socket, $options, 0; answer($socket, 5) } 1, 2;

is($said[0], $said[1], 'asked again, it says the same again');
like($said[0], qr/^Allow: .*\bOPTIONS\b/m, 'it says what is allowed');
for (qw(From Call-ID CSeq)) {
	my ($header) = $options =~ /^($_:.*?)\r$/m;

	like($said[0], qr/^\Q$header\E\r$/m, "$_ is the request's");
}
like($said[0], qr/^To: .*;tag=\w+\r$/m, 'To has got a tag');

# --- where answers go --------------------------------------------------------

my $victim = IO::Socket::INET->new(Proto => 'udp', LocalPort => 0,
	LocalAddr => '127.0.0.3');
my $bounced = $options =~ s/;rport/;maddr=127.0.0.3/r;

$bounced =~ s/(Via: \S+ 127\.0\.0\.2):\d+/"$1:" . $victim->sockport/e;
send $socket, $bounced, 0;
is(answer($victim, 0.3), '', 'nobody is answered what another has asked');

# --- by TCP ------------------------------------------------------------------

my $odd = 0;

for (torture(peer_of($socket, 'TCP'))) {
	my ($section, $what, $want, $text) = @$_;
	my $tcp = stranger('tcp') or last;

	syswrite $tcp, $text;
	my $code = code(answer($tcp, ref $want || $want ne '' ? 0.25 : 0.02));

	# A body that does not come to its end is waited for.
	$odd += diag("$section $what: $code") if $code ne ''
		&& (ref $want ? $code !~ $want : $code ne $want);
	close $tcp;
}
is($odd, 0, 'TCP: the same, or nothing');

my @held = grep { $_ } map { stranger('tcp') } 1 .. 40;

syswrite $_, "OPTIONS sip:slow" for @held;
until_true(5, sub { descriptors($engine) > $before });
sleep 0.5;
cmp_ok(descriptors($engine), '<=', $before + 24,
	'many connections of one stranger do not take all descriptors');
close $_ for @held;
wait_for('and they are given back', 5, sub { descriptors($engine)
	<= $before });

my $tcp = stranger('tcp');

syswrite $tcp, options($socket, 'TCP');
is(code(answer($tcp, 5)), 200, 'TCP is answered as before');

# --- again and again ---------------------------------------------------------

my $resident;

for my $round (1 .. ROUNDS) {
	send $socket, $_->[3], 0 for torture(peer_of($socket, 'UDP'));
	answer($socket, 0) for 1 .. 60;
	sleep 0.05;
	$resident = resident($engine) if $round == 2;
}
cmp_ok(resident($engine) - $resident, '<=', 256,
	'memory does not grow: ' . (resident($engine) - $resident) . ' kB');
like(slurp($engine->{log}), qr/strangers were thrown away/,
	'too many of them are thrown away, and the log says so');
is(scalar(() = slurp($engine->{log}) =~ /thrown away/g), 1, 'once');

undisturbed($callees, $stand);
at_rest($engine);
is(sql('SELECT count(*) FROM call_attempts'), CALLS, 'no call came of it');
is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
