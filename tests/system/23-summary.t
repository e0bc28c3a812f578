#!/usr/bin/perl

# campaign_summary says what plain counting would say, whatever was done to
# the tables, by engines or by plain SQL. RINGROUND_SEED=n does other things.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use List::Util qw(sum0);
use Test::More;
use RingTest;
use RingTest::Cluster;

srand($ENV{RINGROUND_SEED} // 3);
cluster();
as_engine('n');

sql("INSERT INTO ivr_prompts (name, audio) VALUES ('p', 'x')");
my $digest = sql('SELECT digest FROM ivr_prompts');
sql('PREPARE reports AS ' . slurp("$tree/sql/query/apply_reports.sql"));
sql('PREPARE forgotten AS ' . slurp("$tree/sql/query/release_unknown.sql"));

# The same by counting
sql("CREATE VIEW counted AS
	SELECT c.i_campaign, c.name, c.paused, count(p) AS total,
	count(*) FILTER (WHERE p.finished) AS finished,
	count(*) FILTER (WHERE p.status = 'idle') AS idle,
	count(*) FILTER (WHERE p.status = 'trying') AS trying,
	count(*) FILTER (WHERE p.status = 'answer') AS answer,
	count(*) FILTER (WHERE p.status = 'failure') AS failure,
	count(*) FILTER (WHERE p.status = 'premature hangup')
		AS premature_hangup,
	count(*) FILTER (WHERE p.status = 'success') AS success,
	count(p.claimed_by) AS live,
	count(*) FILTER (WHERE p.claimed_by IS NULL AND NOT p.finished
		AND (p.next_call IS NULL OR p.next_call <= now()))
		AS due_now,
	min(greatest(p.next_call, now())) FILTER (WHERE p.claimed_by IS NULL
		AND NOT p.finished) AS next_due,
	(SELECT count(*) FROM call_attempts a
		WHERE a.i_campaign = c.i_campaign) AS attempts,
	(SELECT coalesce(sum(played_msec), 0) * 0.001 FROM call_attempts a
		WHERE a.i_campaign = c.i_campaign) AS heard_sec
	FROM campaigns c LEFT JOIN campaign_phones p USING (i_campaign)
	GROUP BY c.i_campaign");


# Rows in which the two differ
sub differences
{
	return sql('(SELECT 1 AS s, * FROM campaign_summary
			EXCEPT SELECT 1, * FROM counted)
		UNION ALL (SELECT 2, * FROM counted
			EXCEPT SELECT 2, * FROM campaign_summary)
		ORDER BY 2, 1');
}


sub exact
{
	my ($what) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(join("\n", differences()), '', $what);
}


sub field
{
	my ($campaign, $field) = @_;

	return sql("SELECT $field FROM campaign_summary
		WHERE i_campaign = $campaign");
}


sub campaign
{
	return sql("INSERT INTO campaigns (name, i_ivr_prompt, max_attempts,
		backoff_sec, max_concurrent_calls)
		VALUES ('c', 1, 2, 60, 50) RETURNING i_campaign");
}


sub claim
{
	my ($campaign, $most) = @_;

	return sql("SELECT i_campaign_phone, i_attempt, call_count, cld
		FROM claim_phones('n', ARRAY[$campaign], ARRAY[$most],
		ARRAY[1], ARRAY['$digest'], ARRAY[2000], 30, 0, 100)");
}


# What an engine reports of an attempt of its own
sub report
{
	my ($phone, $attempt, $number, $cld, %o) = @_;
	my @args = ($o{kind} // 'end', $phone, $attempt, $number,
		$o{status} // 'failure', $o{outcome} // 'failure',
		$o{done} ? 'true' : 'false', $o{retry} // 60, 900, 800,
		undef, undef, 10, $o{played} // 0, 486, 'remote',
		'Busy Here', 'id', 'proxy', '1', $cld);
	my $arrays = join ', ', map {
		defined ? qq('{"$_"}') : "'{NULL}'" } @args;

	sql("EXECUTE reports('n', $arrays)");
}


sub report_random
{
	my ($phone, $attempt, $number, $cld) = split /\|/, $_[0];
	my @own = ($phone, $attempt, $number, $cld);
	my $kind = int rand 7;

	report(@own, kind => 'answer', status => 'answer') if $kind == 0;
	report(@own, kind => 'release') if $kind == 1;
	report(@own, status => 'success', outcome => 'success', done => 1,
		played => int rand 60_000) if $kind == 2;
	report(@own, retry => -1) if $kind == 3;
	report(@own, done => 1, played => 7) if $kind == 4;
	report(@own, status => 'premature hangup', outcome =>
		'premature hangup', retry => -1) if $kind == 5;
}


sub any_campaign
{
	return sql('SELECT i_campaign FROM campaigns ORDER BY random()
		LIMIT 1') // campaign();
}


# Of the phones, about one in n
sub some
{
	my ($n) = @_;

	return "i_campaign_phone % $n = " . int rand $n;
}


my $no_calls = 'NOT EXISTS (SELECT FROM campaign_phones p
	WHERE p.i_campaign = c.i_campaign AND p.claimed_by IS NOT NULL)';

# The same of one phone
my $no_call = $no_calls =~ s/\bi_campaign\b/i_campaign_phone/gr;

my %op = (
	import => sub {
		sql('INSERT INTO campaign_phones (i_campaign, cld, next_call)
			SELECT ' . any_campaign() . ", n::text,
			(ARRAY[NULL, now() - interval '1 h',
				now() + interval '1 h', 'infinity'])[n % 5]
			FROM generate_series(1, " . (1 + int rand 20)
			. ') AS n');
	},
	claim => sub {
		report_random($_) for claim(any_campaign(), 1 + int rand 9);
	},
	recover => sub {
		sql("UPDATE campaign_phones SET expires = now() - interval
			'1 s' WHERE " . some(2)) if rand > 0.5;
		sql("SELECT recover_phones('n', " . (rand > 0.9 ? 'true'
			: 'false') . ", '{}')");
	},
	forget => sub { sql("EXECUTE forgotten('n', '{}')") },
	finish => sub {
		sql('UPDATE campaign_phones SET finished = NOT finished
			WHERE ' . some(7));
	},
	retry_now => sub {
		sql('UPDATE campaign_phones SET next_call = NULL
			WHERE ' . some(3));
	},
	retry_later => sub {
		sql("UPDATE campaign_phones SET next_call = now()
			+ (random() * 100 - 50) * interval '1 s'
			WHERE " . some(3));
	},
	again => sub {
		sql("UPDATE campaign_phones SET status = 'idle',
			finished = false, claimed_by = NULL, call_count = 0
			WHERE " . some(5));
	},
	move => sub {
		sql('UPDATE campaign_phones SET i_campaign = '
			. any_campaign() . ' WHERE ' . some(9));
	},
	nothing => sub {
		sql("UPDATE campaign_phones SET status = 'answer'
			WHERE false");
		sql('DELETE FROM campaign_phones WHERE false');
	},
	upsert => sub {
		sql('INSERT INTO campaign_phones (i_campaign_phone,
			i_campaign, cld) SELECT i_campaign_phone,
			i_campaign, cld FROM campaign_phones WHERE '
			. some(5) . " ON CONFLICT (i_campaign_phone)
			DO UPDATE SET status = 'failure'");
	},
	delete => sub {
		sql('DELETE FROM campaign_phones WHERE ' . some(11));
	},
	delete_attempts => sub {
		sql('DELETE FROM call_attempts c WHERE ' . some(11)
			. " AND $no_call");
		sql('UPDATE call_attempts SET played_msec = played_msec + 1
			WHERE ' . some(7));
	},
	campaign => sub {
		campaign();
		sql('DELETE FROM campaigns c WHERE i_campaign = '
			. any_campaign() . " AND $no_calls") if rand > 0.5;
	},
	undone => sub {
		sql('BEGIN');
		sql('DELETE FROM campaign_phones WHERE ' . some(2));
		sql('SAVEPOINT s');
		sql("DELETE FROM campaigns c WHERE $no_calls");
		sql('ROLLBACK TO s') if rand > 0.5;
		sql('ROLLBACK');
	},
);

subtest 'after everything that can be done' => sub {
	my @names = sort keys %op;
	my @fields = qw(answer attempts due_now failure finished heard_sec
		idle live premature_hangup success total trying);
	my (@done, %counted);

	# The server's own chance is not seeded: on until all was counted.
	campaign() for 1 .. 3;
	for my $round (1 .. 400) {
		last if $round > 60 && !grep { !$counted{$_} } @fields;
		push @done, map { $names[rand @names] } 1 .. 5;
		$op{$_}->() for @done[-5 .. -1];
		exact("after @done[-5 .. -1]") or last;
		$counted{$_} = 1 for sql("SELECT key
			FROM campaign_summary s, jsonb_each(to_jsonb(s)
				- 'i_campaign')
			WHERE jsonb_typeof(value) = 'number'
			AND value > '0'");
	}

	# Else nothing was tried.
	my %seen = map { $_ => 1 } @done;
	is(join(' ', grep { !$seen{$_} } @names), '', 'all of it was done');
	is(join(' ', sort keys %counted), join(' ', @fields),
		'and every field had something to count');
	is(sql('SELECT count(*) FROM campaign_counts WHERE n < 0'), 0,
		'no count is below 0');
	is(sql('SELECT count(*) FROM (SELECT FROM campaign_tally
		GROUP BY i_campaign, status, finished
		HAVING sum(n) < 0) AS x'), 0, 'nor by the time they are due');
	sql('SELECT fold_tally()');
	exact('after a fold');
};

subtest 'one by one' => sub {
	my $id = campaign();

	is(field($id, 'total + due_now + live + attempts + heard_sec = 0'),
		't', 'an empty campaign');
	is(field($id, 'next_due IS NULL'), 't', 'with nothing due ever');

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		VALUES ($id, '1'), ($id, '2')");
	is(field($id, 'due_now'), 2, 'no next_call is due');
	is(field($id, 'next_due = now()'), 't', 'now');

	my @claimed = claim($id, 5);
	is(field($id, "concat_ws('|', idle, trying, live, due_now)"),
		'0|2|2|0', 'claimed');
	is(field($id, 'next_due IS NULL'), 't', 'nothing is left to be due');

	report(split(/\|/, $claimed[0]), retry => 3600, played => 1250);
	is(field($id, "concat_ws('|', trying, failure, live, due_now)"),
		'1|1|1|0', 'failed, to be tried again later');
	is(field($id, "next_due BETWEEN now() + interval '3595 s'
		AND now() + interval '3600 s'"), 't', 'in an hour');
	is(field($id, 'heard_sec'), '1.250', 'seconds heard');

	sql("UPDATE campaign_phones SET next_call = now() - interval '1 s'
		WHERE i_campaign = $id AND claimed_by IS NULL");
	is(field($id, 'due_now'), 1, 'a retry whose time has come is due');
	is(field($id, 'next_due = now()'), 't', 'now, and not in the past');

	report(split(/\|/, $claimed[1]), done => 1, status => 'success',
		outcome => 'success', played => 2750);
	is(field($id, "concat_ws('|', trying, success, finished, live)"),
		'0|1|1|0', 'heard');
	is(field($id, 'heard_sec'), '4.000', 'and added up');
	exact('by counting, too');
};

# Campaigns of which campaign_summary looks at phones
sub looks
{
	return sum0(map { /Index Only Scan.*loops=(\d+)/ ? $1 : () }
		sql('EXPLAIN (ANALYZE, TIMING OFF)
			SELECT * FROM campaign_summary'));
}


# Some phones of a campaign, by seconds from now
sub waiting
{
	my ($campaign, @sec) = @_;

	sql("INSERT INTO campaign_phones (i_campaign, cld, next_call)
		VALUES ($campaign, '1', now() + $_ * interval '1 s')")
		for @sec;
}


subtest 'what waits is known without a look at it' => sub {
	sql('UPDATE campaign_phones SET claimed_by = NULL');
	sql('DELETE FROM campaigns');
	my ($id, $other) = map { campaign() } 1, 2;

	waiting($id, 5000, 3600, 4000);
	waiting($other, 9000);
	sql("INSERT INTO campaign_phones (i_campaign, cld, next_call)
		VALUES ($other, '1', 'infinity')");
	sql('SELECT fold_tally()');
	exact('as it came');
	is(looks(), 0, 'no look');

	my @gone = map { "DELETE FROM campaign_phones WHERE next_call =
		(SELECT min(next_call) FROM campaign_phones
		WHERE i_campaign = $_)" } $other, $id;
	sql($gone[1]);
	exact('the first has gone');
	is(looks(), 1, 'one look');
	waiting($id, (8000) x 30);
	exact('others have come');
	sql('SELECT fold_tally()');
	exact('and been folded');
	is(looks(), 0, 'no look');

	sql("UPDATE campaign_phones SET next_call = now() + interval '900 s'
		WHERE i_campaign = $other AND next_call < 'infinity'");
	exact('one comes earlier');
	sql($gone[0]);
	exact('only the last is left');
	is(field($other, 'next_due'), 'infinity', 'that waits for ever');
	sql("UPDATE campaign_phones SET i_campaign = $other
		WHERE i_campaign = $id AND next_call < (SELECT max(next_call)
			FROM campaign_phones WHERE i_campaign = $id)");
	exact('moved from one to the other');
	sql("UPDATE campaign_phones SET finished = true
		WHERE i_campaign = $other");
	exact('finished by hand');
	is(field($other, 'next_due IS NULL'), 't', 'nothing is left');
};

# A transaction has its own now(): a fold may have looked ahead of it, and
# others may have come and gone where its snapshot still sees them.
subtest 'to a transaction of before' => sub {
	my $id = campaign();
	my $psql = sub { (run_program(['psql', '-XqAtd', conninfo(),
		'-c', $_[0]]))[1] };

	for my $level ('READ COMMITTED', 'REPEATABLE READ') {
		sql("BEGIN ISOLATION LEVEL $level");
		sql('SELECT now() FROM campaign_tally');
		$psql->(join ';', ("INSERT INTO campaign_phones (i_campaign,
			cld, next_call) SELECT $id, '1', clock_timestamp()
			+ n * interval '1 ms'
			FROM generate_series(1, 3) AS n") x 40);
		$psql->("INSERT INTO campaign_phones (i_campaign, cld,
			next_call) VALUES ($id, '1', now()
			+ interval '1 h')");
		$psql->('SELECT pg_sleep(0.1)');
		$psql->('SELECT fold_tally()');
		exact("$level: folded ahead of it");
		$psql->("DELETE FROM campaign_phones WHERE i_campaign = $id
			AND i_campaign_phone % 2 = 0");
		exact("$level: some have gone");
		sql('COMMIT');
		exact("$level: and after it");
	}
};

# What a fold could not take along tells of a phone that has gone since.
subtest 'a fold that somebody is in the way of' => sub {
	my $id = campaign();

	waiting($id, 1000, (2000) x 30);
	sql('BEGIN');
	sql("SELECT FROM campaign_tally WHERE first_due = (SELECT
		min(first_due) FROM campaign_tally WHERE i_campaign = $id)
		FOR UPDATE");
	my ($status) = run_program(['psql', '-Xqd', conninfo(), '-c', "DELETE
		FROM campaign_phones WHERE i_campaign = $id AND next_call =
		(SELECT min(next_call) FROM campaign_phones WHERE
		i_campaign = $id); SELECT fold_tally()"]);
	is($status, 0, 'it is done');
	is(sql("SELECT count(*) < 5 FROM campaign_tally
		WHERE i_campaign = $id"), 't', 'with the others');
	exact('and nothing is wrong');
	sql('COMMIT');

	# As when the transaction is older than the fold
	sql("UPDATE campaign_tally SET first_due = NULL, last_gone = NULL,
		looked = now() + interval '1 h' WHERE i_campaign = $id");
	exact('nor when it has looked further ahead');
};

# Three at once: a counter that is not counted under a lock would be off.
subtest 'at the same time' => sub {
	my @id = map { campaign() } 1 .. 3;
	my @writers;

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $_, n::text FROM generate_series(1, 300) AS n")
		for @id;
	for my $writer (0 .. 2) {
		my $text = join '', map { "UPDATE campaign_phones
			SET status = (ARRAY['idle', 'answer', 'failure',
				'success'])[1 + random() * 3],
			finished = random() > 0.5
			WHERE i_campaign_phone % 3 = $writer
			AND i_campaign_phone % 50 = " . int(rand 50) . ";\n"
			. "INSERT INTO campaign_phones (i_campaign, cld)
			VALUES ($id[rand 3], '1'), ($id[rand 3], '2');\n"
			. "DELETE FROM campaign_phones
			WHERE i_campaign_phone % 3 = $writer
			AND claimed_by IS NULL
			AND i_campaign_phone % 97 = " . int(rand 97) . ";\n"
			} 1 .. 100;

		push @writers, spawn(name => 'writer', cmd => ['psql', '-Xq',
			'-f', spew("$dir/writer-$writer.sql", $text), '-d',
			conninfo()]);
	}
	wait_for('they come to their end', 60, sub {
		@writers == grep { child_ended($_) } @writers
	});
	is(sum0(map { $_->{status} } @writers), 0, 'well');
	is(join('', map { slurp($_->{log}) } @writers), '',
		'and none waited in a circle');
	exact('the counts are right');
};

# What a fold puts in anew is not there yet for who deletes meanwhile.
subtest 'a campaign that goes during a fold' => sub {
	my $id = campaign();

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		VALUES ($id, '1')") for 1 .. 30;
	my $fold = spawn(name => 'fold', cmd => ['psql', '-Xqd', conninfo(),
		'-c', 'BEGIN; SELECT fold_tally(), pg_sleep(1.5); COMMIT']);

	wait_for('somebody folds', 10, sub {
		sql("SELECT count(*) FROM pg_locks WHERE granted
			AND locktype = 'advisory' AND classid = 1918987878")
	});
	sql("DELETE FROM campaigns WHERE i_campaign = $id");
	until_true(10, sub { child_ended($fold) });
	is(sql("SELECT (SELECT count(*) FROM campaign_due
			WHERE i_campaign = $id)
		+ (SELECT count(*) FROM campaign_tally
			WHERE i_campaign = $id)"), 0, 'leaves nothing');
};

subtest 'everything gone' => sub {
	sql('UPDATE campaign_phones SET claimed_by = NULL');
	sql('TRUNCATE call_attempts');
	exact('without attempts');
	sql('TRUNCATE campaign_phones CASCADE');
	exact('without phones');
	is(sql('SELECT count(*) FROM campaign_counts'), 0, 'or counters');
	$op{import}->() for 1 .. 3;
	exact('and again');
	sql('DELETE FROM campaigns');
	is(sql('SELECT (SELECT count(*) FROM campaign_counts)
		+ (SELECT count(*) FROM campaign_totals)'), 0,
		'the counters go with their campaign');
};

done_testing;
