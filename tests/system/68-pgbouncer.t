#!/usr/bin/perl

# PgBouncer in front of the database, in session mode: all goes on as without.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Bouncer;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Terminal;
use RingTest::Wav;

cluster();
my $callee = callees();
my $bouncer = bouncer();
my $through = bouncer_conninfo($bouncer);


sub phones
{
	my ($campaign, $prefix, $n) = @_;

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $campaign, '$prefix' || n
		FROM generate_series(1, $n) n");
}


sub invites
{
	my ($prefix) = @_;

	return scalar grep { $_->[1] =~ /^$prefix/ }
		events($callee, 'INVITE');
}


sub count
{
	my ($campaign, $where) = @_;

	return sql("SELECT count(*) FROM campaign_phones
		WHERE i_campaign = $campaign AND $where");
}


sub finished
{
	my ($campaign, $n) = @_;

	return count($campaign, 'finished AND claimed_by IS NULL') == $n;
}


# What an operator does from the shell goes through it, too.
subtest 'the program\'s own connections' => sub {
	database('fresh', empty => 1);
	my $where = bouncer_conninfo($bouncer);
	my ($status, $out) = ringround(qw(db init -d), $where);

	is($status, 0, 'db init');
	like($out, qr/created/, 'creates the schema');
	($status, $out) = ringround(qw(prompt add tone),
		tone("$dir/tone.wav", 8000, 1), '-d', $where);
	is("$status $out", "0 1\n", 'prompt add');
	($status, $out) = ringround(qw(nodes -d), $where);
	is($status, 0, 'nodes');
	($status, $out) = ringround(qw(db shell -d), $where,
		{ stdin => spew("$dir/in", "SELECT 'it ' || 'works';\n") });
	like($out, qr/it works/, 'db shell');
	my ($error) = (ringround(qw(nodes -d), "$where options='-c x.y=1'"))[2];
	like($error, qr/\Aringround: [^\n]*startup parameter[^\n]*\n\z/,
		'what it does not take is told in its words');
};

database('work');
$through = bouncer_conninfo($bouncer);
proxy($callee);
sql("INSERT INTO config VALUES ('campaign', 'scanintervalsec', '600')");
my $short = prompt(tone("$dir/short.wav", 8000, 1));
my $long = prompt(tone("$dir/long.wav", 8000, 6));
my %quick = (i_ivr_prompt => $short, threshold_msec => 500,
	timeout_sec => 5, backoff_sec => 1);
my $engine = engine(node => 'one', conninfo => $through);


# Scans are ten minutes apart: what happens soon was told by a notification.
subtest 'a campaign is rung, and news arrives' => sub {
	my $camp = campaign(%quick, max_attempts => 2);

	phones($camp, '1', 30);
	phones($camp, '20', 5);
	wait_for('it is rung to its end', 30, sub { finished($camp, 35) });
	is(count($camp, "status = 'success' AND call_count = 1"), 30,
		'one attempt for who answers');
	is(count($camp, "status = 'failure' AND call_count = 2"), 5,
		'two for who is busy');
	is(invites('1'), 30, 'as many INVITEs');
	is(invites('20'), 10, 'for both');

	my $other = campaign(%quick, max_concurrent_calls => 4);

	phones($other, '7', 400);
	wait_for('another is under way', 10, sub { invites('7') > 4 });
	sql("UPDATE campaigns SET paused = true WHERE i_campaign = $other");
	my $before = invites('7');
	sleep 1;
	my $at = invites('7');
	cmp_ok($at - $before, '<=', 4, 'paused, it stops');
	sleep 2;
	is(invites('7'), $at, 'and stays so');
};

subtest 'the same name twice' => sub {
	my $twin = engine(node => 'one', conninfo => $through, late => 1);

	wait_for('is refused', 10, sub { child_ended($twin) });
	is($twin->{status} >> 8, 1, 'the exit status says so');
	like(slurp($twin->{log}), qr/^ringround: .* named one works on/m,
		'and so do words');
};

# The session that it had at the server lives on: it must have been cleaned.
subtest 'the engine is killed in the middle of calls' => sub {
	my $camp = campaign(%quick, i_ivr_prompt => $long, max_attempts => 2);

	phones($camp, '8', 10);
	wait_for('ten calls are up', 10, sub { invites('8') == 10 });
	stop_child($engine, 'KILL');
	wait_for('its name is free', 10,
		sub { sql('SELECT engines_connected()') == 0 });
	is(count($camp, 'claimed_by IS NOT NULL'), 10, 'its calls are not');

	$engine = engine(node => 'one', conninfo => $through);
	wait_for('its restart takes them up', 10,
		sub { count($camp, 'claimed_by IS NULL') });
	wait_for('and rings again', 40, sub { finished($camp, 10) });
	is(count($camp, "status = 'success' AND call_count = 2"), 10,
		'all were heard in the second attempt');
	is(sql("SELECT count(*) FROM call_attempts WHERE i_campaign = $camp
		AND attempt = 1 AND outcome = 'lost'"), 10,
		'the first is written as lost');
	is(invites('8'), 20, 'nobody was rung twice in an attempt');
};

subtest 'PgBouncer is killed under load' => sub {
	my $camp = campaign(%quick, i_ivr_prompt => $long,
		max_concurrent_calls => 20);

	phones($camp, '9', 40);
	wait_for('twenty calls are up', 10, sub { invites('9') == 20 });
	stop_child($bouncer->{child}, 'KILL');
	wait_for('the engine sees it', 10, sub {
		slurp($engine->{log}) =~ /warning: no database/ });
	my $before = invites('9');
	sleep 4;
	is(invites('9'), $before, 'no call starts meanwhile');
	bouncer_restart($bouncer);
	wait_for('all are rung to their end', 40,
		sub { finished($camp, 40) });
	is(count($camp, "status = 'success' AND call_count = 1"), 40,
		'each in one attempt');
	is(invites('9'), 40, 'and one call');
	is(sql("SELECT count(*) FROM call_attempts WHERE i_campaign = $camp
		AND played_msec = 6000"), 40, 'that heard all of it');
};

subtest 'the engine\'s console' => sub {
	my $camp = campaign(%quick, name => "'seen'", paused => 'true');

	phones($camp, '6', 7);
	engine_stop($engine);
	my $port = free_port();
	my $screen = RingTest::Terminal->new("$ringround -n one " .
		"-l 127.0.0.1:$port -d '$through' 2>$dir/console.log", 100,
		30);
	ok($screen->shows(15, qr/seen .* 0\/7 /), 'shows campaigns');
	sql("UPDATE campaigns SET name = 'renamed' WHERE i_campaign = $camp");
	ok($screen->shows(5, qr/renamed/), 'and what changes');
	$screen->keys('q');
	ok($screen->shows(5, qr/drain/i), 'asks what to do with the engine');
	$screen->keys('d');
	ok($screen->shows(20, qr/status 0/), 'and is left');
	$screen->close;
};

done_testing();
