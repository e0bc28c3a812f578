#!/usr/bin/perl

# The figures for Prometheus: as promtool wants them, and as the callees and
# the database saw the calls. Who does not behave keeps nobody waiting.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

cluster();
my $callees = callees();
proxy($callees);
my $prompt = prompt(tone("$dir/tone.wav", 8000, 1));
my $port = free_port();
my $engine = engine(node => 'alpha', args => ['--metrics', $port]);


sub visitor
{
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
		PeerPort => $port, Timeout => 5) or die "connect: $!";

	$socket->autoflush(1);
	return $socket;
}


# All that is answered to a request; dies when nothing ends it.
sub answer
{
	my ($request) = @_;
	my $socket = visitor();

	local $SIG{ALRM} = sub { die "no end of the answer to $request\n" };
	alarm 10;
	print $socket $request;
	local $/;
	my $text = <$socket>;
	alarm 0;

	return $text;
}


sub page
{
	my $text = answer("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
	my ($head, $body) = split /\r\n\r\n/, $text, 2;

	return wantarray ? ($body, $head) : $body;
}


# Values by name and labels, as they are printed, without ringround_
sub figures
{
	return { page() =~ /^ringround_(\S+(?: \w+"})?) (\S+)$/mg };
}


subtest 'the form' => sub {
	my ($body, $head) = page();

	like($head, qr{\AHTTP/1\.1 200 OK\r\n}, 'served');
	like($head, qr{^Content-Type:\ text/plain;\ version=0\.0\.4;
		\ charset=utf-8\r?$}mx, 'as the exposition format 0.0.4');
	like($head, qr/^Content-Length: ${\ length $body}\r?$/m, 'whole');
	my ($status, $out, $err) = run_program([qw(promtool check metrics)],
		stdin => spew("$dir/page", $body));
	is("$status $out$err", '0 ', 'promtool finds nothing to complain of');

	is(answer("HEAD /metrics HTTP/1.1\r\n\r\n")
		=~ s/(Content-Length: )\d+/$1/r,
		"$head\r\n\r\n" =~ s/(Content-Length: )\d+/$1/r,
		'HEAD is the same without it');
	like(page(), qr/^ringround_build_info\{.*node="alpha"\} 1$/m,
		'of this engine');
};

subtest 'nothing else is there' => sub {
	like(answer("GET $_ HTTP/1.1\r\n\r\n"), qr{\AHTTP/1\.1 404 }, $_)
		for '/', '/metrics/', '/metricsx', '/../metrics';
	like(answer("GET /metrics?x=1 HTTP/1.1\r\n\r\n"),
		qr{\AHTTP/1\.1 200 }, 'a query does not matter');
	like(answer("POST /metrics HTTP/1.1\r\n\r\n"),
		qr{\AHTTP/1\.1 405 }, 'to be read only');
	like(answer("\x16\x03\x01\n\n"), qr{\AHTTP/1\.1 400 }, 'no HTTP');
	like(answer('GET /metrics HTTP/1.1' . "\r\nx: " . 'y' x 5000),
		qr{\AHTTP/1\.1 431 }, 'too much of it');
	my $hex = sprintf ':%04X', $port;
	is(join(' ', map { /\s(\w+$hex) 0+:0000 0A / } split /\n/,
		slurp('/proc/net/tcp') . slurp('/proc/net/tcp6')),
		"0100007F$hex", 'on loopback alone');
};

my %usual = (i_ivr_prompt => $prompt, threshold_msec => 500,
	timeout_sec => 2, max_attempts => 1);
my $camp = campaign(%usual);
my $held = campaign(%usual, timeout_sec => 60);

subtest 'while calls are live' => sub {
	phone($held, "400$_") for 1 .. 3;
	wait_for('three phones ring', 10, sub {
		events($callees, 'INVITE') == 3
			|| figures()->{'calls{state="ringing"}'} == 3 });
	my $f = figures();

	is($f->{'calls{state="ringing"}'}, 3, 'they do');
	is($f->{'calls{state="answered"}'}, 0, 'and have not answered');
	is($f->{call_starts_total}, 3, 'three were started');
	is($f->{post_dial_delay_seconds_count}, 3, 'three were heard to ring');
	is($f->{database_up}, 1, 'the database is there');
	cmp_ok($f->{database_round_trip_seconds}, '>', 0, 'at some distance');
	is($f->{call_starts_per_second_limit}, 50, 'the rate');
	is($f->{'campaigns{reason="running"}'}
		+ $f->{'campaigns{reason="done"}'}, 2, 'two campaigns');
	sql("SELECT stop_campaign($held)");
};

subtest 'when they have ended' => sub {
	phone($camp, $_) for qw(1001 1002 1003 2001 2002 3001 4010 5001);
	wait_for('all have', 20, sub { sql('SELECT count(*)
		FROM call_attempts') == 11 });
	my $f = figures();
	my %outcomes = map { split /\|/ } sql('SELECT outcome, count(*)
		FROM call_attempts GROUP BY 1');
	my %codes = map { split /\|/ } sql('SELECT sip_code, count(*)
		FROM call_attempts WHERE sip_code IS NOT NULL GROUP BY 1');

	is_deeply({ map { /^attempts_ended_total.*"(.*)"/ && $f->{$_}
			? ($1 => $f->{$_}) : () } keys %$f }, \%outcomes,
		'outcomes as in call_attempts');
	is_deeply({ map { /^final_responses_total.*"(.*)"/
			? ($1 => $f->{$_}) : () } keys %$f }, \%codes,
		'SIP codes, too');
	cmp_ok($codes{486}, '==', 2, 'busy ones among them');
	is($f->{call_starts_total}, 11, 'calls started');
	is($f->{"ring_time_seconds_count"}, sql('SELECT count(*)
		FROM call_attempts WHERE ring_time IS NOT NULL
		AND connect_time IS NOT NULL'), 'those that rang, and answered');
	is($f->{"calls{state=\"$_\"}"}, 0, "none is $_")
		for qw(queued dialing ringing answered heard);
	is($f->{"queue_depth{queue=\"$_\"}"}, 0, "no $_ wait")
		for qw(claimed reports commands);
	my $ms = sql('SELECT sum(played_msec) FROM call_attempts');
	is($f->{rtp_packets_sent_total}, $ms / 20, 'packets of 20 ms');
	is($f->{rtp_packet_lateness_seconds_count}, $ms / 20,
		'each more or less late');
	cmp_ok($f->{claim_duration_seconds_count}, '>', 0, 'claims');

	my ($status, $out, $err) = run_program([qw(promtool check metrics)],
		stdin => spew("$dir/page", scalar page()));
	is("$status $out$err", '0 ', 'promtool is content');
	unlike(page(), qr/1001|100[123]|127\.0\.0/, 'no number is in it');
};

subtest 'who comes and does not go' => sub {
	my $before = () = glob "/proc/$engine->{pid}/fd/*";
	my @idle = map { visitor() } 1 .. 60;

	print $_ 'GET /met' for @idle[0 .. 29];
	like(page(), qr/^ringround_database_up 1$/m, 'others are served');
	my $fds = () = glob "/proc/$engine->{pid}/fd/*";
	cmp_ok($fds, '<=', $before + 8, 'few of them are let in');

	my $deaf = visitor();
	print $deaf "GET /metrics HTTP/1.1\r\n\r\n" x 200;
	like(page(), qr/^ringround_database_up 1$/m,
		'or who asks and does not listen');
	my $phone = phone($camp, '1009');
	wait_for('calls go on', 10, sub { sql("SELECT status
		FROM campaign_phones WHERE i_campaign_phone = $phone")
		eq 'success' });
	wait_for('all are shown out after some seconds', 10, sub {
		my $n = () = glob "/proc/$engine->{pid}/fd/*";
		$n <= $before });
};

subtest 'a port in use' => sub {
	my ($status, $out, $err) = ringround('--daemon', '-l', '127.0.0.1:' .
		free_port(), '-d', conninfo(), '--metrics', $port);

	is($status, 1, 'it does not start');
	is($err, "ringround: 127.0.0.1:$port is in use (TCP); stop what uses "
		. "it, or give another port with --metrics\n", 'and says why');
	is(engine_stop($engine), 0, 'the other one leaves well');

	$engine = engine(node => 'alpha', args => ['--metrics',
		"[::1]:$port"]);
	like(slurp($engine->{log}), qr{metrics:\ http://\[::1\]:$port/metrics$
		}mx, 'an address that is written is taken');
	is(engine_stop($engine), 0, 'the end');
};

done_testing();
