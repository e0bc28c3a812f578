#!/usr/bin/perl

# What a machine has not enough of: RTP ports, descriptors, room for SIP. The
# engine dials no more than there is room for, says what the limit is, and no
# attempt is spent when the room is gone after all.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use List::Util qw(max min);
use Socket qw(unpack_sockaddr_in);
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

cluster();
my $ear = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1',
	LocalPort => 0, Blocking => 0) or die "socket: $!";
my $callees = callees(sink => $ear->sockport);
proxy($callees);
my $prompt = prompt(tone("$dir/tone.wav", 8000, 1));
my $serial = 10;


# A socket at a port of all addresses, as the engine's; or nothing
sub udp_at
{
	return IO::Socket::INET->new(Proto => 'udp', LocalPort => $_[0],
		LocalAddr => '0.0.0.0');
}


# The first of so many ports in a row that nobody has
sub free_ports
{
	my ($n) = @_;

	for (1 .. 200) {
		my $first = 20_000 + 2 * int rand 6_000;
		my @taken = map { udp_at($_) } $first .. $first + $n - 1;

		return $first if @taken == $n;
	}
	die "no $n ports in a row are free\n";
}


# Some phones of a campaign that answer and listen to all of it
sub ring
{
	my ($n) = @_;
	my $prefix = '1' . ++$serial;
	my $camp = campaign(i_ivr_prompt => $prompt, threshold_msec => 800,
		timeout_sec => 5, max_concurrent_calls => 50);

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $camp, '$prefix' || n FROM generate_series(1, $n) n");
	return ($camp, $prefix);
}


# All were rung, each once
sub rung_once
{
	my ($camp, $prefix, $n) = @_;

	wait_for('all are rung', 60, sub { sql("SELECT count(*)
		FROM campaign_phones WHERE i_campaign = $camp
		AND finished AND status = 'success' AND claimed_by IS NULL
		AND call_count = 1") == $n });
	is(scalar(grep { $_->[1] =~ /^$prefix/ }
		events($callees, 'INVITE')), $n, 'by one INVITE each');
	is(sql("SELECT count(*) FROM call_attempts
		WHERE i_campaign = $camp"), $n, 'and no attempt more');
}


# The most calls of a prefix that were up at the same time
sub most_live
{
	my ($prefix) = @_;
	my ($live, $most) = (0, 0);

	for my $event (grep { $_->[1] =~ /^$prefix/ } events($callees)) {
		$live += { INVITE => 1, BYE => -1 }->{$event->[0]} // 0;
		$most = max($most, $live);
	}

	return $most;
}


# Where RTP has come from since the last time
sub heard_from
{
	my %from;

	while (defined(my $peer = $ear->recv(my $packet, 2048))) {
		$from{(unpack_sockaddr_in($peer))[0]}++;
	}
	return sort keys %from;
}


subtest 'a range of RTP ports' => sub {
	my $first = free_ports(6);
	my $range = $first . '-' . ($first + 5);
	my $engine = engine(args => ['--rtp-ports', $range]);

	like(slurp($engine->{log}), qr/\ is\ ready\ on\ [\d.:]+,\ at\ most
		\ 3\ calls;\ the\ limit\ is\ the\ RTP\ ports\ $range:\ give
		\ more\ by\ --rtp-ports$/mx, 'the log says what it is good for');
	wait_for('so does the table', 10,
		sub { sql('SELECT count(*) FROM engines WHERE max_calls = 3') });
	heard_from();
	my ($camp, $prefix) = ring(12);
	rung_once($camp, $prefix, 12);
	is(most_live($prefix), 3, 'three at a time');
	is(join(' ', heard_from()), join(' ', map { $first + $_ } 0, 2, 4),
		'RTP came from all of it, and from nowhere else');
	unlike(slurp($engine->{log}), qr/warning/, 'nothing went wrong');
	is(engine_stop($engine), 0, 'the engine leaves');

	$engine = engine(args => ['--rtp-ports', $range, '-c', 5]);
	like(slurp($engine->{log}), qr/warning:\ at\ most\ 3\ calls,\ not
		\ the\ 5\ of\ -c;\ the\ limit\ is\ the\ RTP\ ports/x,
		'more than that is too much to ask');
	is(engine_stop($engine), 0, 'the engine leaves');
};


subtest 'ports that others have taken' => sub {
	my $first = free_ports(6);
	my $engine = engine(args => ['--rtp-ports',
		$first . '-' . ($first + 5)]);
	my $thief = udp_at($first + 2) or die "port: $!";
	my ($camp, $prefix) = ring(8);

	rung_once($camp, $prefix, 8);
	is(most_live($prefix), 2, 'two at a time');
	is(scalar(() = slurp($engine->{log}) =~ /warning:.*no\ RTP\ port\ is
		\ free,\ see\ --rtp-ports/xg), 1, 'the log says why, once');
	close $thief;
	is(engine_stop($engine), 0, 'the engine leaves');
};


# The limit of descriptors is lowered under the engine.
subtest 'descriptors that are gone' => sub {
	my $engine = engine();
	my %open = map { m{/(\d+)$} ? ($1 => 1) : () }
		glob "/proc/$engine->{pid}/fd/*";
	my ($next) = grep { !$open{$_} } 0 .. keys %open;
	my $limit = sub { (run_program(['prlimit', '--pid', $engine->{pid},
		"--nofile=$_[0]:"]))[0] };

	is($limit->($next), 0, 'it may open no more');
	my ($camp, $prefix) = ring(6);
	wait_for('the log says so', 10, sub { slurp($engine->{log})
		=~ /no file descriptor is left, see ulimit -n/ });
	wait_for('one goes back as if it had not been claimed', 10, sub {
		sql("SELECT count(*) FROM campaign_phones WHERE i_campaign =
			$camp AND call_count = 0 AND claimed_by IS NULL
			AND status = 'idle'") });
	is(sql("SELECT count(*) FROM call_attempts WHERE i_campaign = $camp"),
		0, 'and no attempt is spent');
	is($limit->($next + 200), 0, 'it may again');
	rung_once($camp, $prefix, 6);
	is(scalar(() = slurp($engine->{log}) =~ /warning: /g), 1,
		'one line was enough');
	is(engine_stop($engine), 0, 'the engine leaves');
};


sub files_of
{
	my ($engine) = @_;

	my ($n) = slurp("/proc/$engine->{pid}/limits")
		=~ /^Max open files\s+(\d+)/m;

	return $n;
}


subtest 'descriptors at the start' => sub {
	my @low = qw(prlimit --nofile=144);
	my $engine = engine(wrap => [held_down(), @low]);

	like(slurp($engine->{log}), qr/at\ most\ 40\ calls;\ the\ limit\ is
		\ 144\ open\ files:\ raise\ it\ by\ ulimit/x, 'it is told');
	is(engine_stop($engine), 0, 'the engine leaves');

	$engine = engine(wrap => [held_down(), qw(prlimit --nofile=50:144)]);
	is(files_of($engine), 144, 'what may be raised is');
	is(engine_stop($engine), 0, 'the engine leaves');

	SKIP: {
		skip 'this account may not raise it', 2 if (run_program([@low,
			qw(prlimit --nofile=145 true)]))[0];
		$engine = engine(wrap => \@low);
		is(files_of($engine), 40_064, 'root may raise the other, too');
		is(engine_stop($engine), 0, 'the engine leaves');
	}
};


subtest 'an address space' => sub {
	my $engine = engine(wrap => [qw(prlimit --as=400000000)]);

	like(slurp($engine->{log}), qr/;\ the\ limit\ is\ \d+\ MB\ of
		\ address\ space:\ raise\ it\ by\ ulimit\ -v/x, 'it is told');
	is(engine_stop($engine), 0, 'the engine leaves');
};


# What the kernel holds of SIP while the engine is at something else; it tells
# twice what was asked for.
sub buffer_of
{
	my ($engine) = @_;
	my ($status, $out) = run_program(['ss', '-Huanm',
		"sport = :$engine->{port}"]);

	return $out =~ /\brb(\d+)/ ? $1 / 2 : 0;
}


subtest 'the receive buffer of SIP' => sub {
	my $want = 4 << 20;
	my $most = slurp('/proc/sys/net/core/rmem_max') + 0;
	my $engine = engine(args => ['-v']);
	my $kb = buffer_of($engine) / 1024;

	is($kb * 1024, $> ? min($want, $most) : $want, 'it is large');
	like(slurp($engine->{log}), qr/SIP's receive buffer is $kb kB/,
		'and told with -v');
	is(engine_stop($engine), 0, 'the engine leaves');

	$engine = engine(wrap => [held_down()]);
	is(buffer_of($engine), min($want, $most),
		'or as large as anybody may have');
	unlike(slurp($engine->{log}), qr/receive buffer/, 'without a word');
	is(engine_stop($engine), 0, 'the engine leaves');
};

done_testing();
