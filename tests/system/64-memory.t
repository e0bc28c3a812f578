#!/usr/bin/perl

# Memory that runs out while calls are live: the address space of a running
# engine is closed (ulimit -v), and opened again. It says so, what is live
# finishes, nobody is rung without a record of it, and dialling goes on.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Count;
use RingTest::Engine;
use RingTest::Wav;

use constant {
	BEFORE => 20,           # calls that are live when it begins
	AFTER  => 300,          # phones that are due meanwhile
};

cluster();
my $callees = callees();
proxy($callees);
my $engine = engine();
my %set = (i_ivr_prompt => prompt(tone("$dir/tone.wav", 8000, 6)),
	threshold_msec => 5000, timeout_sec => 10, backoff_sec => 1,
	max_attempts => 9);
my $live = campaign(%set, max_concurrent_calls => BEFORE);
my $due = campaign(%set, max_concurrent_calls => AFTER);


# So many bytes may it have of addresses; none: as many as it likes
sub limit
{
	my ($bytes) = @_;

	is((run_program(['prlimit', '--pid', $engine->{pid}, '--as=' .
		($bytes // 'unlimited') . ':']))[0], 0, defined $bytes
		? 'no more memory' : 'as much as it likes');
}


sub heard_by
{
	return sql("SELECT count(*) FROM campaign_phones WHERE status =
		'success' AND finished AND claimed_by IS NULL
		AND i_campaign = $_[0]");
}


add_phones($live, 1, BEFORE);
wait_for('calls are live', 10, sub { sql("SELECT count(*)
	FROM campaign_phones WHERE status = 'answer'
	AND i_campaign = $live") == BEFORE });
my ($kb) = slurp("/proc/$engine->{pid}/status") =~ /^VmSize:\s+(\d+)/m;
limit($kb * 1024);

# What the heap still has is used up by calls.
add_phones($due, 1, AFTER);
wait_for('the log says what is missing', 20, sub {
	slurp($engine->{log}) =~ /warning:.*(no memory is free|out of memory)/
	|| child_ended($engine) });
wait_for('what was live is heard to its end', 20, sub {
	child_ended($engine) || (events($callees, 'BYE') >= BEFORE) });
sleep 3;
ok(!child_ended($engine), 'the engine lives')
	or BAIL_OUT("it ended with $engine->{status}");
my $then = heard_by($due);
cmp_ok($then, '<', AFTER, 'it could not dial them all');

limit();
wait_for('it goes on by itself', 90, sub {
	heard_by($due) == AFTER && heard_by($live) == BEFORE });
rules_ok($live, $callees, 9);
# A call that memory runs out in may be an attempt that failed.
is(sql("SELECT count(*) FROM campaign_phones p WHERE i_campaign = $due
	AND call_count <> (SELECT count(*) FROM call_attempts a
		WHERE a.i_campaign_phone = p.i_campaign_phone
		AND (a.outcome = 'success') = (attempt = p.call_count))"), 0,
	'each was heard by the last attempt, and by no other');
counters_ok();
is(scalar(events($callees, 'INVITE')), sql('SELECT count(*)
	FROM call_attempts WHERE call_id IS NOT NULL'),
	'there is a record of each INVITE');
unlike(slurp($engine->{log}), qr/a report is lost/, 'no report was lost');
is(sql("SELECT count(*) FROM call_attempts WHERE outcome = 'success'"),
	BEFORE + AFTER, 'nobody has heard it twice');
is(engine_stop($engine), 0, 'the engine leaves cleanly');

done_testing();
