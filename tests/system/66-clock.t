#!/usr/bin/perl

# Somebody sets the clock by an hour, of an engine's host or of the
# database's, while people are being rung.

use strict;
use warnings;

use FindBin;
use IO::Socket::INET;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep time);
use RingTest;
use RingTest::Callee;
use RingTest::Clock;
use RingTest::Cluster;
use RingTest::Count;
use RingTest::Engine;
use RingTest::Wav;

my $hour = 3600;
my $base = clock('database');

cluster(env => $base->{env});

my $callee = callees();
my $prompt = prompt(tone("$dir/tone.wav", 8000, 8));
my %slow = (i_ivr_prompt => $prompt, threshold_msec => 7900,
	timeout_sec => 5, backoff_sec => 600, max_attempts => 2,
	max_concurrent_calls => 50);
my $here = clock('engine');
my $mute = IO::Socket::INET->new(Proto => 'udp',
	LocalAddr => '127.0.0.1', Blocking => 0) or die "socket: $!";


sub live
{
	my ($campaign, $status) = @_;

	return sql("SELECT count(*) FROM campaign_phones WHERE i_campaign =
		$campaign AND claimed_by IS NOT NULL
		AND status = '$status'");
}


# INVITEs that have come to where nobody answers
sub packets
{
	my $n = 0;

	while (defined recv $mute, my $data, 65535, 0) {
		++$n if $data =~ /^INVITE /;
	}

	return $n;
}


# Of a campaign's attempts: how many were written, and how long the shortest
# and the longest took, in seconds, from the start of the call or the answer
sub durations
{
	my ($campaign, $from) = @_;

	return split /\|/, sql("SELECT count(*),
		min(extract(epoch FROM disconnect_time - $from)),
		max(extract(epoch FROM disconnect_time - $from))
		FROM call_attempts WHERE i_campaign = $campaign");
}


subtest 'the engine: calls that nobody answers' => sub {
	my $campaign = campaign(%slow, timeout_sec => 6, max_attempts => 1);
	my $engine = engine(env => $here->{env});

	proxy({ port => $mute->sockport });
	add_phones($campaign, 1, 3);
	wait_for('INVITEs come', 10, sub { packets() });
	clock_set($here, $hour);
	wait_for('the engine gives up', 20, sub { over($campaign) });

	my ($n, $min, $max) = durations($campaign, 'setup_time');
	is($n, 3, 'three attempts');
	cmp_ok($min, '>=', 5.9, 'not before its time');
	like(sql("SELECT string_agg(DISTINCT sip_reason, ';')
		FROM call_attempts WHERE i_campaign = $campaign"),
		qr/^no answer within 6 s$/, 'by the rule of the campaign');

	my $other = campaign(%slow, timeout_sec => 30, max_attempts => 1);
	sleep 1;
	packets();
	clock_set($here, 0);
	packets();
	my $again = 0;
	add_phones($other, 1, 1);
	wait_for('a call begins', 5, sub { live($other, 'trying') });
	clock_set($here, -$hour);
	packets();
	wait_for('an INVITE is sent again and again with the clock behind',
		20, sub { ($again += packets()) >= 3 });
	clock_set($here, 0);
	stop_child($engine, 'KILL');
	sql("UPDATE campaigns SET paused = true");
	proxy($callee);
	my $heir = engine(node => $engine->{node});
	wait_for('what is left is taken up', 5,
		sub { !live($other, 'trying') });
	is(engine_stop($heir), 0, 'the engine leaves');
};


subtest 'the engine: calls that ring and calls that talk' => sub {
	my $campaign = campaign(%slow, max_attempts => 1);
	my $engine = engine(env => $here->{env});

	add_phones($campaign, $_, 4) for 1, 4, 6;
	wait_for('eight are answered', 10,
		sub { live($campaign, 'answer') == 8 });
	clock_set($here, $hour);
	sleep 1;
	is(live($campaign, 'answer') . live($campaign, 'trying'), '84',
		'all goes on an hour later');
	clock_set($here, -$hour);
	wait_for('all end', 20, sub { over($campaign) });
	is(heard($campaign), 8, 'eight have heard it to its end');
	is(sql("SELECT string_agg(DISTINCT concat_ws(' ', left(cld, 1),
		outcome, ended_by, round(played_msec, -2)), ', ')
		FROM call_attempts WHERE i_campaign = $campaign"),
		'1 success local 8000, 4 no answer local 0, ' .
		'6 success local 8000', 'and four did not answer');
	my ($n, $min, $max) = durations($campaign, 'setup_time');
	cmp_ok($min, '>=', 4.9, 'no call was shorter');
	cmp_ok($max, '<', 30, 'or longer than it should be');
	clock_set($here, 0);
	is(engine_stop($engine), 0, 'the engine leaves');
	rules_ok($campaign, $callee, 1);
	counters_ok();
};


# A second engine looks for lost calls, too.
subtest 'the database: forward' => sub {
	my $campaign = campaign(%slow);
	my @engines = map { engine(env => $here->{env}) } 1, 2;

	add_phones($campaign, 2, 3);
	add_phones($campaign, 1, 6);
	wait_for('six talk', 10, sub { live($campaign, 'answer') == 6 });
	wait_for('three were busy', 10, sub { sql("SELECT count(*) = 3
		FROM campaign_phones WHERE i_campaign = $campaign
		AND call_count = 1 AND next_call BETWEEN
		now() + interval '590 s' AND now() + interval '600 s'")
		eq 't' });
	clock_set($base, $hour);
	cmp_ok(sql("SELECT extract(epoch FROM now())") - time, '>',
		$hour - 60, 'the database is an hour ahead');
	wait_for('second attempts are due, and are made', 15, sub {
		sql("SELECT count(*) = 3 FROM campaign_phones
		WHERE i_campaign = $campaign AND call_count = 2
		AND finished") eq 't' });
	wait_for('the calls end', 20, sub { over($campaign) });
	is(sql("SELECT count(*) FROM call_attempts WHERE outcome = 'lost'
		AND i_campaign = $campaign"), 0, 'none was given up for lost');
	my ($n, $min, $max) = durations($campaign, 'setup_time');
	is($n, 12, 'twelve attempts');
	cmp_ok($max, '<', 30, 'of the length that they had');
	rules_ok($campaign, $callee, 2);
	counters_ok();
	is(engine_stop($_), 0, 'an engine leaves') for @engines;
};


subtest 'the database: back' => sub {
	my $campaign = campaign(%slow);
	my $engine = engine();

	add_phones($campaign, 2, 3);
	add_phones($campaign, 1, 6);
	wait_for('six talk', 10, sub { live($campaign, 'answer') == 6 });
	wait_for('three were busy', 10, sub { sql("SELECT count(*) = 3
		FROM campaign_phones WHERE i_campaign = $campaign
		AND call_count = 1 AND next_call > now()") eq 't' });
	clock_set($base, 0);
	cmp_ok(sql("SELECT extract(epoch FROM now())") - time, '<', 60,
		'the database is right again');
	wait_for('the calls end', 20, sub { heard($campaign) == 6
		&& !live($campaign, 'success') });
	is(sql("SELECT count(*) FROM campaign_phones WHERE i_campaign =
		$campaign AND call_count = 1 AND NOT finished
		AND next_call > now() + interval '1 h'"), 3,
		'second attempts are not due by its clock');
	sql("UPDATE campaign_phones SET next_call = NULL
		WHERE i_campaign = $campaign AND NOT finished");
	wait_for('until somebody says so', 10, sub { over($campaign) });
	my ($n, $min, $max) = durations($campaign, 'setup_time');
	is($n, 9 + 3, 'twelve attempts');
	cmp_ok($min, '>=', 0, 'none ended before it began');
	cmp_ok($max, '<', 30, 'or was longer than it was');
	rules_ok($campaign, $callee, 2);
	counters_ok();
	is(engine_stop($engine), 0, 'the engine leaves');
};

done_testing();
