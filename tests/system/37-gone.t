#!/usr/bin/perl

# Proxies that are not there: nobody at the port, nobody answering, a
# connection refused or lost.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(sleep time);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingSip;

cluster();
my $engine = engine();
my $number = 2000;
my $closed = free_port();


sub holds
{
	my ($what, $phone, $condition) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(sql("SELECT $condition FROM call_attempts
		WHERE i_campaign_phone = $phone"), 't', $what);
}


sub tcp
{
	return IO::Socket::INET->new(Proto => 'tcp', Listen => 20,
		LocalAddr => '127.0.0.1', LocalPort => 0)
		|| die "socket: $!";
}


my %silent = (name => "'test'", timeout_sec => 3);
my $udp = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1',
	LocalPort => 0) or die "socket: $!";
my ($deaf, $rude) = (tcp(), tcp());

# The longest first: the INVITE is given up after 32 s (RFC 3261 timer B).
my $patient = ring('127.0.0.1:' . $udp->sockport, $number++,
	timeout_sec => 60);
my $unheard = ring('127.0.0.1:' . $udp->sockport, '2222', %silent);
my $icmp = ring("127.0.0.1:$closed", $number++, %silent);
my $refused = ring("127.0.0.1:$closed;transport=tcp", $number++, %silent);
my $refused_tls = ring("127.0.0.1:$closed;transport=tls", $number++,
	%silent);
my $accepted = ring('127.0.0.1:' . $deaf->sockport . ';transport=tcp',
	$number++, %silent);
my $handshake = ring('127.0.0.1:' . $deaf->sockport . ';transport=tls',
	$number++, %silent);
my $lost = ring('127.0.0.1:' . $rude->sockport . ';transport=tcp',
	$number++, %silent);

# It takes the INVITE, and hangs up on the connection.
{
	my $connection = $rude->accept;
	my $invite = '';

	sysread $connection, $invite, 4096;
	like($invite, qr{^INVITE .*^Via: SIP/2.0/TCP }ms, 'it came by TCP');
	close $connection;
}

# What is asked first when nobody is rung
sub why_says
{
	my ($phone, $what) = @_;
	my ($status, $out, $err) = ringround('why', $phone, '--csv', '-d',
		conninfo());

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like($out, qr/,it waits for its next attempt,[^,]+,"?$what/,
		'ringround why says so') or diag($err);
}


for ([$unheard, 'nobody answers'], [$icmp, 'nobody is at the port'],
		[$accepted, 'nobody answers, by TCP'],
		[$handshake, 'nobody answers, by TLS'],
		[$lost, 'the connection is lost']) {
	my ($phone, $what) = @$_;

	ends($what, $phone, status => 'failure', outcome => 'no answer',
		ended_by => 'local', sip_code => undef, call_count => 1,
		sip_reason => 'no answer within 3 s', finished => 'false',
		ring_time => undef, connect_time => undef, played_msec => 0);
	holds('after timeout_sec', $phone, "disconnect_time - setup_time
		BETWEEN interval '2.9 s' AND interval '5 s'");
	why_says($phone, 'no answer: no answer within 3 s, through 127');
}

for ([$refused, 'refused, by TCP'], [$refused_tls, 'refused, by TLS']) {
	my ($phone, $what) = @$_;

	ends($what, $phone, status => 'failure', outcome => 'failure',
		sip_code => undef, sip_reason => qr/refused/, call_count => 1,
		ended_by => 'nobody');
	holds('at once', $phone, "disconnect_time - setup_time
		< interval '2 s'");
	why_says($phone, "failure: Connection refused, through 127.0.0.1:" .
		"$closed;transport=t");
}

# --- what the silent one got -------------------------------------------------

my $listener = listener(media());
my $good = ring($listener, $number++);
ends('the engine goes on', $good, outcome => 'success');

ends('a patient campaign', $patient, status => 'failure',
	outcome => 'failure', sip_code => undef, ended_by => 'nobody',
	sip_reason => qr/timed out/, seconds => 45);
holds('after timer B', $patient, "disconnect_time - setup_time
	BETWEEN interval '30 s' AND interval '36 s'");
{
	my %invites;

	$udp->blocking(0);
	while (defined recv $udp, my $data, 65535, 0) {
		$invites{$1}++ if $data =~ /^INVITE sip:(\d+)@/;
		fail('only INVITEs') unless $data =~ /^INVITE /;
	}
	cmp_ok($invites{2222}, '>', 2, 'INVITEs are sent again');
	is(scalar keys %invites, 2, 'and nothing else is: no CANCEL');
}

# With an INVITE that nobody has answered on the way
my $last = ring('127.0.0.1:' . $udp->sockport, '2444', %silent);
ends('the last', $last, outcome => 'no answer');
my $at = time;
is(engine_stop($engine), 0, 'the engine leaves cleanly');
cmp_ok(time - $at, '<', 8, 'and in time');

done_testing();
