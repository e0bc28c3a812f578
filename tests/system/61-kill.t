#!/usr/bin/perl

# The engine is killed again and again in the middle of a campaign. In the
# end every phone has had the attempts that the rules allow, and nobody who
# has heard the prompt was rung again. RINGROUND_SEED=n takes other instants.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use List::Util qw(max);
use Test::More;
use Time::HiRes qw(sleep time);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Traffic;
use RingTest::Wav;

use constant { ROUNDS => 50, MORE => 8, THRESHOLD => 600, LATE => 0.5 };

my $seed = srand($ENV{RINGROUND_SEED} // time ^ $$);
diag("RINGROUND_SEED=$seed");

# Some die while they start; most when they have been at work for a while.
my @lives = map { rand 5 < 1 ? { start => rand 0.5 }
	: { work => 0.2 + rand 1.3 } } 1 .. ROUNDS;

# As a number's first digit says: see callees.xml.
my @kinds = (1, 2, 6, 1, 4, 5, 7, 3, 1, 6);

cluster(durable => 1, args => [qw(-c fsync=off -c full_page_writes=off
	-c track_commit_timestamp=on)]);
my $callees = traffic();
my $made = 0;

sql('CREATE TABLE heard (i_campaign_phone bigint, xid xid)');
sql('CREATE FUNCTION note_heard() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN INSERT INTO heard VALUES (NEW.i_campaign_phone,
	pg_current_xact_id()::xid); RETURN NULL; END $$');
sql("CREATE TRIGGER note_heard AFTER UPDATE ON campaign_phones FOR EACH ROW
	WHEN (NEW.status = 'success' AND OLD.status <> 'success')
	EXECUTE FUNCTION note_heard()");
proxy($callees);
my $campaign = campaign(i_ivr_prompt => prompt(tone("$dir/p.wav", 8000, 1)),
	threshold_msec => THRESHOLD, timeout_sec => 2, backoff_sec => 0,
	max_concurrent_calls => 40);


sub more_phones
{
	my ($n) = @_;

	sql("INSERT INTO campaign_phones (i_campaign, cld) VALUES " .
		join(', ', map { sprintf "($campaign, '%d%04d')",
			$kinds[$made % @kinds], $made++ } 1 .. $n));
}


# Run an engine for a while and kill it. When that was, or undef when it
# ended by itself.
sub life
{
	my ($life) = @_;
	my $engine = engine(node => 'mortal', late => 1);
	my $began = time;

	until_true(20, sub { slurp($engine->{log}) =~ /is ready/
			|| child_ended($engine) }) if $life->{work};
	sleep $life->{work} // $life->{start};
	ok(until_true(10, sub { slurp("/proc/$engine->{pid}/comm")
			eq "baresip\n" }), 'it is the host that dies')
		if $life == $lives[-1];
	my $at = time;

	signal_child($engine, 'KILL') or return;
	until_true(10, sub { child_ended($engine) });
	return ($engine->{status} & 127) == 9 ? $at : undef;
}


# --- it is killed again and again --------------------------------------------

more_phones(200);
my @kills;

for (@lives) {
	more_phones(MORE);
	push @kills, life($_);
}
is(scalar(grep { defined } @kills), ROUNDS, ROUNDS . ' engines were killed');

my $engine = engine(node => 'mortal');
wait_for('the last one brings all to an end', 90, sub {
	!sql('SELECT count(*) FROM campaign_phones WHERE NOT finished
		OR claimed_by IS NOT NULL') });
is(engine_stop($engine), 0, 'and leaves cleanly');

# --- what the database says --------------------------------------------------

sub none
{
	my ($what, $from) = @_;
	my @rows = sql("SELECT * FROM $from LIMIT 5");

	is(scalar @rows, 0, $what) or diag(join "\n", @rows);
}


is(sql('SELECT count(*) FROM campaign_phones'), $made, "$made phones");
none('no row is in progress', "campaign_phones WHERE claimed_by IS NOT NULL
	OR status NOT IN ('success', 'failure', 'premature hangup')");
none('each attempt has its row, and a number of its own', "campaign_phones p
	WHERE ARRAY(SELECT attempt FROM call_attempts a
		WHERE a.i_campaign_phone = p.i_campaign_phone
		ORDER BY attempt)
	<> ARRAY(SELECT generate_series(1, p.call_count))");
none('success or all attempts, nothing else is an end', "campaign_phones p
	JOIN campaigns c USING (i_campaign)
	WHERE NOT finished OR next_call IS NOT NULL
	OR call_count > max_attempts
	OR status <> 'success' AND call_count < max_attempts");
none('the attempts say the same', "campaign_phones p JOIN LATERAL (
		SELECT count(*) FILTER (WHERE outcome = 'success') AS heard,
		max(attempt) FILTER (WHERE outcome = 'success') AS last
		FROM call_attempts a
		WHERE a.i_campaign_phone = p.i_campaign_phone) a ON true
	WHERE (status = 'success') <> (heard = 1) OR last <> call_count");
none('the last attempt is in the row', "campaign_phones p
	JOIN call_attempts a ON a.i_call_attempt = p.i_attempt
	WHERE a.attempt <> call_count OR a.disconnect_time IS NULL
	OR p.setup_time <> a.setup_time
	OR p.disconnect_time <> a.disconnect_time
	OR status <> CASE WHEN outcome IN ('success', 'premature hangup')
		THEN outcome WHEN outcome = 'lost' AND a.connect_time
		IS NOT NULL THEN 'premature hangup' ELSE 'failure' END");
none('what is known of a call is there', "call_attempts
	WHERE outcome <> 'lost' AND call_id IS NULL
	AND sip_reason NOT LIKE 'the engine mortal stopped in this call'");
is(sql("SELECT array_agg(x) FROM (SELECT total, finished, failure,
		premature_hangup, success, live, attempts,
		idle + trying + answer FROM campaign_summary) AS x"),
	sql("SELECT array_agg(x) FROM (SELECT count(*), count(*)
		FILTER (WHERE finished),
		count(*) FILTER (WHERE status = 'failure'),
		count(*) FILTER (WHERE status = 'premature hangup'),
		count(*) FILTER (WHERE status = 'success'), 0,
		(SELECT count(*) FROM call_attempts), 0
		FROM campaign_phones) AS x"), 'campaign_summary is exact');

# --- what the callees say ----------------------------------------------------

my @calls = calls($callees);
my $of = by_number(@calls);
my (%known, %unknown, %heard);

for (sql('SELECT cld, call_id FROM call_attempts')) {
	my ($number, $id) = split /\|/, $_, 2;

	$id eq '' ? $unknown{$number}++ : $known{$id}++;
}
$heard{$_->[0]} = $_->[1] for map { [split /\|/] } sql('SELECT cld,
	extract(epoch FROM pg_xact_commit_timestamp(h.xid))
	FROM heard h JOIN campaign_phones USING (i_campaign_phone)');


# Every two calls of a number that follow each other
sub pairs
{
	return map { my $c = $_; map { [$c->[$_ - 1], $c->[$_]] } 1 .. $#$c }
		values %$of;
}


# The first kill at this instant or after it. What an engine sent last may be
# seen after its end, and its successor needs longer to begin.
sub kill_after
{
	my ($at) = @_;

	return (grep { $_ + 0.1 >= $at } @kills)[0] // 9e99;
}


sub told
{
	return join ', ', map { $_->{number} } @_;
}


is(scalar(grep { $_ != 1 } values %known), 0, 'no two attempts are one call');
my %there = map { $_->{call_id} => 1 } @calls;
is(scalar(grep { !$there{$_} } keys %known), 0, 'each of them was a call');

my @extra = grep { my $n = $_; ($unknown{$n} // 0) <
	grep { !$known{$_->{call_id}} } @{$of->{$n}} } keys %$of;
is("@extra", '', 'each call is an attempt, if only a lost one');

my @again = grep { defined $heard{$_} && $of->{$_}[-1]{invite}
	> $heard{$_} } keys %$of;
is("@again", '', 'nobody is rung after a success that was committed');

my @unheard = grep { !grep { msec_heard($_, THRESHOLD - 100) } @{$of->{$_}} }
	keys %heard;
is("@unheard", '', 'a success has been heard');

# When a phone is at rest again: it rings until it gets the CANCEL, and needs
# some milliseconds to say so (487), in which the next call may come.
sub at_rest
{
	my ($call) = @_;
	my $cancel = $call->{answer} ? undef : $call->{cancel};

	return $cancel // $call->{end} // $call->{cancel} // 9e99;
}


my @overlap = grep { my ($first, $second) = @$_;
	at_rest($first) > $second->{invite}
	&& kill_after($first->{invite}) > $second->{invite} } pairs();
is(told(map { $_->[1] } @overlap), '', 'nobody is rung during a call');

# Who has heard enough and is rung all the same was in a call when the engine
# died, a moment before the success was written.
my @unwritten = grep { msec_heard($_->[0], THRESHOLD) } pairs();
my @wait = map { kill_after($_->[0]{invite})
	- msec_heard($_->[0], THRESHOLD) } @unwritten;
diag(sprintf '%d phones were rung again because the engine died before a ' .
	'success was committed, at the most %.0f ms after the threshold',
	scalar @wait, 1000 * (max(@wait) // 0));
is(scalar(grep { $_ > LATE } @wait), 0,
	'and that only in the moment of the commit');
cmp_ok(scalar @wait, '<=', ROUNDS / 2, 'seldom');

# --- was it worth the trouble? -----------------------------------------------

my %seen = map { split /\|/, $_, 2 } sql("SELECT CASE
	WHEN outcome <> 'lost' AND call_id IS NULL THEN 'after a success'
	WHEN outcome <> 'lost' THEN 'known'
	WHEN connect_time IS NOT NULL THEN 'after the answer'
	ELSE 'before the answer' END, count(*)
	FROM call_attempts GROUP BY 1");
my $unrung = sql('SELECT count(*) FROM call_attempts') - @calls;
my $early = grep { !$_->{work} } @lives;

diag("$early died while they started; attempts: " . join(', ', map {
	"$_ $seen{$_}" } sort keys %seen) . "; never rung $unrung");
for ('known', 'before the answer', 'after the answer', 'after a success') {
	cmp_ok($seen{$_} // 0, '>=', 10, "attempts that were cut: $_");
}
cmp_ok($unrung, '>', 0, 'some died before the INVITE');

done_testing();
