#!/usr/bin/perl

# why_not_dialing() gives the one reason why a number is not being rung, and
# the instant at which that changes.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Cluster;

cluster();
sql("SET TimeZone = 'UTC'");

my $prompt = sql("INSERT INTO ivr_prompts (name, audio) VALUES ('p', 'x')
	RETURNING i_ivr_prompt");
my $closed = sql("INSERT INTO schedules (name) VALUES ('closed')
	RETURNING i_schedule");
my $campaign = sql("INSERT INTO campaigns (name, i_ivr_prompt)
	VALUES ('c', $prompt) RETURNING i_campaign");
my ($phone, $other) = map { sql("INSERT INTO campaign_phones (i_campaign,
	cld) VALUES ($campaign, '$_') RETURNING i_campaign_phone") } 1, 2;


# An engine is known by a lock that its session holds.
sub engine_runs
{
	sql($_[0] ? 'SELECT pg_advisory_lock(1918987877, 7)'
		: 'SELECT pg_advisory_unlock(1918987877, 7)');
}


# The reason, whatever the instant
sub reason
{
	return sql("SELECT reason FROM why_not_dialing($phone)");
}


# The reason under a change that is undone at once
sub why
{
	my ($what, $changes, $reason, $until) = @_;

	sql('BEGIN');
	by_engine { sql($_) for @$changes };
	my ($got) = sql("SELECT reason, until IS NOT DISTINCT FROM ($until),
		until FROM why_not_dialing($phone)");
	sql('ROLLBACK');

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like($got, qr/^\Q$reason\E\|t\|/, $what);
}


# A change of the phone, of its campaign
sub p
{
	return "UPDATE campaign_phones SET $_[0]
		WHERE i_campaign_phone = $phone";
}


sub c
{
	return "UPDATE campaigns SET $_[0]";
}


my $live = "claimed_by = 'n', status = 'trying', call_count = 1, expires =";
my $full = "UPDATE campaign_phones SET $live now() + interval '7 min'
	WHERE i_campaign_phone = $other";

is(reason(), 'no engine is running', 'no engine');
why('no engine: nobody knows until when', [], 'no engine is running', 'NULL');
engine_runs(1);

why('nothing', [], 'nothing: it is due and waits for its turn', 'now()');
why('a retry that is due', [p("status = 'failure', call_count = 1,
		next_call = now() - interval '1 s'")],
	'nothing: it is due and waits for its turn', 'now()');

is(sql('SELECT reason || coalesce(until::text, \'\')
	FROM why_not_dialing(999)'), 'there is no such phone',
	'no such phone');
why('being rung', [p("$live now() + interval '5 min'")],
	'it is being rung now by n', "now() + interval '5 min'");
why('its engine has died', [p("$live now() - interval '1 s'")],
	'its engine n is gone; another one will take it up', 'NULL');
why('its engine is at work', [p("$live now() - interval '1 s'"),
		"SELECT pg_advisory_xact_lock(1918987877, hashtext('n'))"],
	'its lease has run out; its engine n is connected, and will extend it '
	. 'or give the phone back', 'NULL');
why('heard', [p("finished = true, status = 'success'")],
	'finished: the prompt has been heard', 'NULL');
why('attempts spent', [p("finished = true, status = 'failure',
		call_count = 3")], 'finished: all attempts are spent', 'NULL');
why('attempts spent since max_attempts was lowered',
	[p("status = 'failure', call_count = 2"), c('max_attempts = 2')],
	'finished: all attempts are spent', 'NULL');
why('finished by hand', [p('finished = true')], 'finished', 'NULL');
why('paused', [c('paused = true')], 'the campaign is paused', 'NULL');
why('no prompt', [c('i_ivr_prompt = NULL')],
	'the campaign has no prompt', 'NULL');
why('a prompt with trouble',
	["UPDATE ivr_prompts SET trouble = 'no audio in it'"],
	'the prompt cannot be played: no audio in it', 'NULL');
why('a prompt without trouble any more',
	["UPDATE ivr_prompts SET trouble = 'no audio in it'",
		"UPDATE ivr_prompts SET audio = 'y'"],
	'nothing: it is due and waits for its turn', 'now()');

why('closed for ever', [c("i_schedule = $closed")],
	'the schedule is closed', 'NULL');
why('closed until tomorrow', [c("i_schedule = $closed"),
		"INSERT INTO schedule_records (i_schedule, start_wday,
			stop_wday, start_time, stop_time)
		SELECT $closed, d, d, '00:00', '00:00' FROM
		extract(isodow FROM now() + interval '1 d') AS d"],
	'the schedule is closed', "date_trunc('day', now()) + interval '1 d'");
why('open', [c("i_schedule = $closed"),
		"INSERT INTO schedule_records (i_schedule) VALUES ($closed)"],
	'nothing: it is due and waits for its turn', 'now()');

why('waiting for the next attempt', [p("status = 'failure',
		call_count = 1, next_call = now() + interval '10 min'")],
	'it waits for its next attempt', "now() + interval '10 min'");
why('put off for ever', [p("next_call = 'infinity'")],
	'it waits for its next attempt', "'infinity'");
why('max_concurrent_calls is 0', [c('max_concurrent_calls = 0')],
	'max_concurrent_calls is 0', 'NULL');
why('full', [c('max_concurrent_calls = 1'), $full],
	'as many calls are live as max_concurrent_calls allows',
	"now() + interval '7 min'");
why('not full', [c('max_concurrent_calls = 2'), $full],
	'nothing: it is due and waits for its turn', 'now()');

# Of several reasons, the one that has to go first
why('paused while it is rung', [c('paused = true'),
		p("$live now() + interval '5 min'")],
	'it is being rung now by n', "now() + interval '5 min'");
why('paused, without a prompt, closed, waiting',
	[c("paused = true, i_ivr_prompt = NULL, i_schedule = $closed"),
		p("next_call = now() + interval '1 h'")],
	'the campaign is paused', 'NULL');
why('closed and waiting', [c("i_schedule = $closed"),
		p("next_call = now() + interval '1 h'")],
	'the schedule is closed', 'NULL');

engine_runs(0);
is(reason(), 'no engine is running', 'the engine has left');

done_testing;
