#!/usr/bin/perl

# An engine dies, and another one freezes, in the middle of their calls: a
# third takes the phones up when the leases have run out, not before. What the
# frozen one does when it wakes harms nobody. An engine that is started again
# takes up its own at once.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use List::Util qw(max min);
use Test::More;
use Time::HiRes qw(sleep time);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Outage;
use RingTest::Traffic;
use RingTest::Wav;

use constant { PROMPT => 14, THRESHOLD => 8000, TIMEOUT => 10,
	MARGIN => 60, SOON => 0.1 };

cluster(durable => 1, args => [qw(-c fsync=off -c full_page_writes=off
	-c track_commit_timestamp=on)]);
my $callees = traffic();
my $prompt = prompt(tone("$dir/p.wav", 8000, PROMPT));
my @calls;

proxy($callees);


# A campaign with n phones, numbers of a prefix, whose calls can all be live.
# Of ten callees, seven answer at once, two later and one never.
sub phones
{
	my ($prefix, $n) = @_;
	my $campaign = campaign(i_ivr_prompt => $prompt, backoff_sec => 0,
		threshold_msec => THRESHOLD, timeout_sec => TIMEOUT,
		max_attempts => 2, max_concurrent_calls => $n);

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $campaign, CASE WHEN n % 10 = 9 THEN '4'
			WHEN n % 5 = 3 THEN '6' ELSE '1' END || '$prefix' || n
		FROM generate_series(1, $n) AS n");
	return $campaign;
}


# How many calls of an engine are live at the callees: the row says so a
# little late, but all of them are beyond the INVITE.
sub live
{
	my ($node) = @_;

	return sql("SELECT count(*) FROM campaign_phones
		WHERE claimed_by = '$node' AND (status <> 'trying'
		OR setup_time < now() - interval '1 s')");
}


sub open_rows
{
	my ($campaign) = @_;

	return sql("SELECT count(*) FROM campaign_phones WHERE i_campaign IN
		($campaign) AND (NOT finished OR claimed_by IS NOT NULL)");
}


# What an engine holds: number => [when its lease ends, status]
sub holds
{
	my ($node) = @_;

	return { map { my @c = split /\|/; ($c[0] => [@c[1, 2]]) }
		sql("SELECT cld, extract(epoch FROM expires), status
		FROM campaign_phones WHERE claimed_by = '$node'") };
}


# The same of an engine that is gone, once the server has done what was on its
# way from it
sub left_by
{
	my ($node) = @_;
	my $before = '';
	my $now;

	until_true(10, sub {
		my $was = $before;

		sleep 1;
		$now = holds($node);
		$before = join ' ', map { "$_=@{$now->{$_}}" } sort keys %$now;
		return $before eq $was;
	});

	return $now;
}


# The later calls of phones: those that an engine held when it went
sub later_calls
{
	my ($held, $at) = @_;

	return grep { $held->{$_->{number}} && $_->{invite} > $at } @calls;
}


sub told
{
	return join ' ', map { $_->{number} } @_;
}


# Who held what, and what the database says of it now. The first attempts of
# all are by that node, and those that were not heard have a second one.
sub counted
{
	my ($node, $held, $outcome) = @_;
	my $in = "p.cld IN ('" . join("', '", keys %$held) . "')";
	my @heard = grep { $held->{$_}[1] eq 'success' } keys %$held;

	is(sql("SELECT count(*) FROM campaign_phones p WHERE $in
		AND (NOT finished OR claimed_by IS NOT NULL
		OR status <> CASE left(cld, 1) WHEN '4' THEN 'failure'
			ELSE 'success' END)"), 0,
		'all have ended as they must');
	is(sql("SELECT count(*) FROM campaign_phones p WHERE $in
		AND call_count = 1"), scalar @heard,
		@heard . ' had been heard: one attempt');
	is(sql("SELECT count(*) FROM campaign_phones p WHERE $in
		AND call_count = 2"), keys(%$held) - @heard,
		'all others: two');
	is(sql("SELECT count(*) FROM campaign_phones p WHERE $in
		AND call_count <> (SELECT count(DISTINCT attempt)
			FROM call_attempts a
			WHERE a.i_campaign_phone = p.i_campaign_phone
			AND attempt <= call_count)"), 0,
		'with a row for each');
	is(sql("SELECT count(*) FROM call_attempts JOIN campaign_phones p
		USING (i_campaign_phone) WHERE $in AND (attempt = 1
		AND node <> '$node' OR call_count = 2 AND attempt = 1
		AND outcome $outcome)"), 0, 'the first is as it was');
}


sub nobody_twice
{
	my ($held, $at) = @_;
	my @again = later_calls($held, $at);
	my %n;

	$n{$_->{number}}++ for @again;
	is(told(grep { $held->{$_->{number}}[1] eq 'success' } @again), '',
		'nobody who has heard it is rung again');
	is(scalar(grep { $_ != 1 } values %n), 0, 'all others once');
	is(scalar keys %n, scalar(grep { $_->[1] ne 'success' }
		values %$held), 'each of them');
}


# --- one dies, one freezes ---------------------------------------------------

my $mortal = engine(node => 'mortal');
my $first = phones('11', 220);
wait_for('200 calls are live', 30, sub { live('mortal') >= 200 });

my $sleeper = engine(node => 'sleeper');
my $second = phones('22', 60);
wait_for('the other engine has calls, too', 30, sub { live('mortal')
	+ live('sleeper') >= 240 && live('sleeper') >= 10 });
my $heir = engine(node => 'heir');
wait_for('some have heard it', 30, sub { sql("SELECT count(*) >= 40
	FROM campaign_phones WHERE claimed_by = 'mortal'
	AND status = 'success'") eq 't' });

my $at = time;
signal_child($mortal, 'KILL');
freeze($sleeper);
until_true(10, sub { child_ended($mortal) });

my %held = map { $_ => left_by($_) } 'mortal', 'sleeper';
cmp_ok(scalar keys %{$held{mortal}}, '>=', 150, keys(%{$held{mortal}}) .
	' phones are left behind by the dead, ' . keys(%{$held{sleeper}}) .
	' by the sleeping one');

my $third = phones('33', 10);
wait_for('the heir does its own work meanwhile', 60,
	sub { !open_rows($third) });
my $left = max(map { $_->[0] } map { values %$_ } values %held) - time;
cmp_ok($left, '>', 5, 'the leases still hold');
is(sql("SELECT count(*) FROM campaign_phones
	WHERE claimed_by IN ('mortal', 'sleeper')"),
	keys(%{$held{mortal}}) + keys(%{$held{sleeper}}), 'for all of them');

wait_for('it takes up all when they have run out', $left + 60, sub {
	sql("SELECT count(*) FROM campaign_phones
		WHERE claimed_by IN ('mortal', 'sleeper')") == 0 });
wait_for('and rings them', 30, sub { sql("SELECT count(*)
	FROM campaign_phones WHERE i_campaign IN ($first, $second)
	AND (NOT finished AND claimed_by IS NULL OR claimed_by IS NOT NULL
	AND status = 'trying' AND cld NOT LIKE '4%')") == 0 });

# --- the frozen one wakes ----------------------------------------------------

my $woken = time;
thaw();
wait_for('the sleeper is back', 20, sub { slurp($sleeper->{log}) =~
	/no database.*the database is there/s });
wait_for('all comes to an end', 60,
	sub { !open_rows("$first, $second") });
is(engine_stop($sleeper, 30), 0, 'the sleeper leaves cleanly');
@calls = calls($callees);

subtest 'the dead' => sub {
	my $held = $held{mortal};
	my @early = grep { $_->{invite} < $held->{$_->{number}}[0] - SOON }
		later_calls($held, $at);

	is(told(@early), '', 'nobody is rung before the lease has run out');
	nobody_twice($held, $at);
	counted('mortal', $held, "<> 'lost'");
	is(sql("SELECT count(*) FROM campaign_phones WHERE i_campaign = $first
		AND call_count <> (SELECT count(*) FROM call_attempts a
		WHERE a.i_campaign_phone =
		campaign_phones.i_campaign_phone)"), 0, 'no row too many');
};

subtest 'the frozen' => sub {
	my $held = $held{sleeper};
	my @early = grep { $_->{invite} < $held->{$_->{number}}[0] - SOON }
		later_calls($held, $at);

	is(told(@early), '', 'nobody is rung before the lease has run out');
	nobody_twice($held, $at);
	counted('sleeper', $held, "NOT IN ('lost', 'premature hangup',
		'failure', 'no answer')");

	# Whoever had heard it had so before.
	my @old = grep { $held->{$_->{number}} && $_->{invite} < $at } @calls;
	my @more = grep { $held->{$_->{number}}[1] ne 'success'
		&& msec_heard($_, THRESHOLD) } @old;
	is(told(@more), '', 'it does not play on where it woke');
	is(told(grep { $_->{answer} && !$_->{bye} } @old), '',
		'but hangs up');
	is(told(grep { !$_->{answer} && !$_->{cancel} } @old), '',
		'and cancels');
};

# --- its own restart ---------------------------------------------------------

engine_stop($heir);
$mortal = engine(node => 'mortal');
my $fourth = phones('55', 220);
wait_for('200 calls are live once more', 30, sub { live('mortal') >= 200 });
$heir = engine(node => 'heir');
$at = time;
signal_child($mortal, 'KILL');
until_true(10, sub { child_ended($mortal) });
my $held = left_by('mortal');
my $back = time;
$mortal = engine(node => 'mortal');
wait_for('all comes to an end', 60, sub { !open_rows($fourth) });
@calls = calls($callees);

subtest 'started again' => sub {
	my @again = later_calls($held, $at);
	my $lease = min(map { $_->[0] } values %$held);

	is(told(grep { $_->{invite} < $back } @again), '',
		'nobody is rung before it is back');
	cmp_ok(max(map { $_->{invite} } @again), '<', $lease,
		'and all of them long before a lease has run out');
	nobody_twice($held, $at);
	counted('mortal', $held, "<> 'lost'");
};

is(engine_stop($_), 0, "$_->{node} leaves cleanly") for $mortal, $heir;
done_testing();
