#!/usr/bin/perl

# What the database keeps sound by itself: values, references, counters

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;

cluster();


sub refused
{
	my ($what, $pattern, $statement) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like(sql_error($statement), $pattern, $what);
}


sub accepted
{
	my ($what, $statement) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(sql_error($statement), '', $what);
}


subtest 'the tables of the reference' => sub {
	my %fields = (
		campaigns => 'i_campaign name description i_ivr_prompt
			paused username md5secret cli i_schedule
			max_concurrent_calls max_attempts timeout_sec
			backoff_sec threshold_msec',
		campaign_phones => 'i_campaign_phone i_campaign cld finished
			expires next_call call_count setup_time connect_time
			disconnect_time status',
		schedules => 'i_schedule name description',
		schedule_records => 'i_schedule_record i_schedule start_wday
			stop_wday start_time stop_time',
		config => 'section option value',
		ivr_prompts => 'i_ivr_prompt name description',
	);

	for my $table (sort keys %fields) {
		my %there = map { $_ => 1 } sql("SELECT column_name
			FROM information_schema.columns
			WHERE table_name = '$table'");

		is(join(' ', grep { !$there{$_} }
			split ' ', $fields{$table}), '', "all of $table");
	}
	is(sql("SELECT string_agg(DISTINCT data_type, ' ')
		FROM information_schema.columns WHERE column_name IN
		('expires', 'next_call', 'setup_time', 'connect_time',
		'disconnect_time')"), 'timestamp with time zone',
		'instants are instants');
};

my $prompt = sql("INSERT INTO ivr_prompts (name, audio)
	VALUES ('p', 'abc') RETURNING i_ivr_prompt");
my $camp = campaign();

subtest 'defaults' => sub {
	is(sql("SELECT concat_ws(' ', max_concurrent_calls, max_attempts,
			timeout_sec, backoff_sec, threshold_msec, paused)
		FROM campaigns WHERE i_campaign = $camp"),
		'20 3 300 600 3000 f', 'of a campaign');
	is(sql("SELECT concat_ws(' ', i_ivr_prompt, username, md5secret,
			cli, i_schedule, description)
		FROM campaigns WHERE i_campaign = $camp"), '',
		'the rest of it is not set');
	my $phone = phone($camp, '123');

	is(sql("SELECT concat_ws(' ', finished, call_count, status)
		FROM campaign_phones WHERE i_campaign_phone = $phone"),
		'f 0 idle', 'of a phone');
	is(sql("SELECT concat_ws(' ', expires, next_call, setup_time,
			connect_time, disconnect_time)
		FROM campaign_phones WHERE i_campaign_phone = $phone"), '',
		'the rest of it is not set');
	is(sql("SELECT digest FROM ivr_prompts
		WHERE i_ivr_prompt = $prompt"), 'ba7816bf8f01cfea414140de' .
		'5dae2223b00361a396177a9cb410ff61f20015ad',
		'the digest of a prompt is SHA-256');
};

subtest 'the status of a phone' => sub {
	my $phone = phone($camp, '1');
	my $set = "UPDATE campaign_phones SET status = %s
		WHERE i_campaign_phone = $phone";

	accepted($_, sprintf $set, "'$_'") for 'idle', 'trying', 'answer',
		'failure', 'premature hangup', 'success';
	refused("not '$_'", qr/status/, sprintf $set, "'$_'")
		for '', 'busy', 'Success', 'premature_hangup', ' idle';
	refused('not NULL', qr/status/, sprintf $set, 'NULL');
	refused('a negative count of calls', qr/call_count/,
		"UPDATE campaign_phones SET call_count = -1");
};

subtest 'numbers' => sub {
	my $add = "INSERT INTO campaign_phones (i_campaign, cld)
		VALUES ($camp, '%s')";

	accepted("'$_'", sprintf $add, $_) for '1', '+49301234567', '*100#',
		'1' x 32;
	refused("not '$_'", qr/ERROR.*number/, sprintf $add, $_)
		for '', 'abc', '12a', '+', '1+2', '1 2', ' 1', "1\n",
		'sip:1@2', '1' x 33, '1;x=y';
	refused('no digits of others', qr/ERROR.*number/, sprintf $add,
		"\x{0661}");
	refused('no number at all', qr/cld/, "INSERT INTO
		campaign_phones (i_campaign) VALUES ($camp)");
	refused('a bad cli', qr/a number is/, "UPDATE campaigns
		SET cli = 'me' WHERE i_campaign = $camp");
	accepted('a good one', "UPDATE campaigns SET cli = '+1'
		WHERE i_campaign = $camp");
};

subtest 'campaigns' => sub {
	my $set = "UPDATE campaigns SET %s WHERE i_campaign = $camp";

	refused($_, qr/check constraint/, sprintf $set, $_)
		for 'max_concurrent_calls = -1', 'max_attempts = 0',
		'max_attempts = -1', 'timeout_sec = 0', 'timeout_sec = -1',
		'backoff_sec = -1', 'threshold_msec = -1', "name = ''",
		"name = E'a\\nb'", "username = E'a\\r\\nb'",
		"md5secret = E'\\n'";
	refused("$_ = NULL", qr/null/, sprintf $set, "$_ = NULL")
		for qw(name paused max_concurrent_calls max_attempts
		timeout_sec backoff_sec threshold_msec);
	refused('a prompt that is not there', qr/foreign key/,
		sprintf $set, 'i_ivr_prompt = 12345');
	refused('a schedule that is not there', qr/foreign key/,
		sprintf $set, 'i_schedule = 12345');
	accepted('its prompt', sprintf $set, "i_ivr_prompt = $prompt");
	refused('a prompt in use cannot go', qr/foreign key/,
		"DELETE FROM ivr_prompts WHERE i_ivr_prompt = $prompt");
	refused('a phone of no campaign', qr/foreign key/, "INSERT INTO
		campaign_phones (i_campaign, cld) VALUES (12345, '1')");
	refused('an empty prompt', qr/audio_is_not_empty/, "INSERT INTO
		ivr_prompts (name, audio) VALUES ('x', '')");
	refused('a forged digest', qr/digest/, "INSERT INTO
		ivr_prompts (name, audio, digest)
		VALUES ('x', 'y', 'z')");
};

subtest 'config' => sub {
	my $add = "INSERT INTO config VALUES ('%s', '%s', 'v')";

	accepted('lower case', sprintf $add, 'campaign', 'anything');
	refused($_->[0], qr/lower case/, sprintf $add, @$_)
		for ['Campaign', 'x'], ['campaign', 'sipProxy'], ['', 'x'],
		['campaign', ''];
	refused('the same twice', qr/unique/, sprintf $add, 'campaign',
		'anything');
	refused('no value', qr/null/,
		"INSERT INTO config VALUES ('a', 'b', NULL)");
};

subtest 'schedules' => sub {
	my $schedule = sql("INSERT INTO schedules (name) VALUES ('s')
		RETURNING i_schedule");
	my $add = "INSERT INTO schedule_records (i_schedule, %s)
		VALUES ($schedule, %s)";

	accepted("weekday $_", sprintf $add, 'start_wday, stop_wday',
		"$_, 8 - $_") for 1 .. 7;
	refused("$_->[0] = $_->[1]", qr/check constraint/, sprintf $add,
		@$_) for ['start_wday', 0], ['start_wday', 8],
		['stop_wday', 0], ['stop_wday', 8], ['stop_wday', -1];
	accepted('no weekday', sprintf $add, 'start_wday', 'NULL');
	refused('a time that is none', qr/time/, sprintf $add,
		'start_time', "'25:00'");
	refused('a record of no schedule', qr/foreign key/, "INSERT INTO
		schedule_records (i_schedule) VALUES (12345)");
	refused('a time zone that is none', qr/time.zone/, "INSERT INTO
		schedules (name, time_zone) VALUES ('x', 'Mars/Base')");
	accepted('a schedule in use', "UPDATE campaigns
		SET i_schedule = $schedule WHERE i_campaign = $camp");
	refused('it cannot go', qr/foreign key/, "DELETE FROM schedules");
	accepted('it is no more', "UPDATE campaigns SET i_schedule = NULL");
	accepted('it can go', "DELETE FROM schedules");
	is(sql('SELECT count(*) FROM schedule_records'), 0,
		'and its records with it');
};


# The kept counters against a count. A counter of zero is as good as none.
sub counters_hold
{
	return sql("SELECT count(*) FROM (
			SELECT i_campaign, status, finished, n
			FROM campaign_counts WHERE n <> 0
			EXCEPT SELECT i_campaign, status, finished, count(*)
			FROM campaign_phones GROUP BY 1, 2, 3) AS a")
		+ sql("SELECT count(*) FROM (
			SELECT i_campaign, status, finished, count(*)
			FROM campaign_phones GROUP BY 1, 2, 3
			EXCEPT SELECT i_campaign, status, finished, n
			FROM campaign_counts) AS b") == 0;
}


# A random statement on random phones
sub operation
{
	my $some = sprintf 'i_campaign_phone %% %d = %d', 2 + int rand 9,
		int rand 3;
	my $status = (qw(idle trying answer failure success),
		'premature hangup')[rand 6];
	my $one = '(SELECT i_campaign FROM campaigns ORDER BY random()
		LIMIT 1)';

	my @all = (
		("INSERT INTO campaign_phones (i_campaign, cld, status)
			SELECT $one, n, '$status'
			FROM generate_series(1, 1 + (random() * 50)::int) n")
			x 4,
		("UPDATE campaign_phones SET status = '$status',
			finished = random() < 0.5 WHERE $some") x 5,
		"UPDATE campaign_phones SET i_campaign = $one WHERE $some",
		"UPDATE campaign_phones SET cld = '7' WHERE $some",
		"DELETE FROM campaign_phones WHERE $some",
		"BEGIN; DELETE FROM campaign_phones; ROLLBACK",
		"BEGIN; UPDATE campaign_phones SET status = 'idle';
			DELETE FROM campaign_phones WHERE $some;
			UPDATE campaign_phones SET status = '$status'
			WHERE NOT ($some); COMMIT",
		"INSERT INTO campaigns (name) VALUES ('more')",
		"DELETE FROM campaigns WHERE i_campaign =
			(SELECT max(i_campaign) FROM campaigns
			HAVING count(*) > 2)",
		(rand() < 0.1 ? 'TRUNCATE campaign_phones CASCADE'
			: 'SELECT 1'),
	);

	return $all[rand @all];
}


subtest 'counters' => sub {
	my $seed = srand($ENV{RINGROUND_SEED} // time);
	my ($bad, @done);

	campaign() for 1 .. 3;
	for (1 .. 150) {
		push @done, operation();
		sql($done[-1]);
		last if $bad = !counters_hold();
	}
	ok(!$bad, 'they are always what a count is')
		or diag("RINGROUND_SEED=$seed: ", $done[-1], "\ncounters: ",
			join(', ', sql('TABLE campaign_counts')), "\ncount: ",
			join ', ', sql('SELECT i_campaign, status, finished,
				count(*) FROM campaign_phones
				GROUP BY 1, 2, 3'));

	sql('TRUNCATE campaign_phones CASCADE');
	ok(counters_hold(), 'after a truncation, too');
	is(sql('SELECT coalesce(sum(n), 0) FROM campaign_counts'), 0,
		'all are zero then');
	phone($camp, '1');
	sql('DELETE FROM campaigns');
	is(sql('SELECT count(*) FROM campaign_counts'), 0,
		'none is left when all campaigns are gone');
};

subtest 'counters of writers at the same time' => sub {
	my $camp = campaign();
	my @writers = map { my $n = $_; spawn(name => 'psql',
		stdin => spew("$dir/writer-$n", join "\n", map {
			"INSERT INTO campaign_phones (i_campaign, cld)
			VALUES ($camp, '$n$_');
			UPDATE campaign_phones SET status = 'trying'
			WHERE cld = '$n$_';"
		} 100 .. 160), cmd => ['psql', '-Xq', '-v',
			'ON_ERROR_STOP=1', conninfo()]) } 1 .. 4;

	wait_for('all are done', 30, sub {
		@writers == grep { child_ended($_) } @writers });
	is(join(' ', map { $_->{status} } @writers), '0 0 0 0',
		'none was refused') or diag(log_of('psql', 5));
	is(sql("SELECT n FROM campaign_counts WHERE i_campaign = $camp
		AND status = 'trying'"), 244, 'all are counted');
	ok(counters_hold(), 'the counters hold');
};

subtest 'the version' => sub {
	my @steps = glob "$tree/sql/schema/[0-9]*.sql";

	is(sql('SELECT max(version) FROM schema_version'), scalar @steps,
		'as many as there are steps');
	is(sql('SELECT count(*) FROM schema_version'), scalar @steps,
		'each is noted');
};

# An upgrade from each version ends where a new database begins.
subtest 'upgrading' => sub {
	my $dump = sub {
		my ($status, $text, $err) = run_program(['pg_dump', '-s',
			conninfo()]);

		is($status, 0, 'it can be dumped') or diag($err);
		$text =~ s/^\\(un)?restrict .*$//mg;
		return $text;
	};
	my $new = $dump->();
	my @steps = glob "$tree/sql/schema/[0-9]*.sql";

	for my $from (1 .. $#steps) {
		database("from$from", empty => 1);
		for my $step (1 .. $from) {
			sql('BEGIN;' . slurp($steps[$step - 1]) . 'COMMIT');
			sql("INSERT INTO schema_version (version)
				VALUES ($step)");
		}
		my ($status, $out, $err) = ringround(qw(db init -d),
			conninfo());

		is($status, 0, "from $from") or diag($err);
		like($out, qr/upgraded.*$from to @{[scalar @steps]}/,
			'it says so');
		is($dump->() eq $new, 1, 'it is as a new one');
	}
};

# A slot far ahead is from before a change of the rate, or of the clock.
subtest 'slots' => sub {
	my $slot = sub { sql("SELECT slot - now() < interval '3 s' AND n > 0
		FROM pace(1, $_[0], now())") };

	is($slot->(10), 't', 'there is one at once');
	sql("INSERT INTO campaign_pace VALUES (1, now() + interval '1 h')");
	is($slot->(10), 't', 'and when the clock was set back');
	is($slot->(0.001), 't', 'at any rate');
	sql("UPDATE campaign_pace SET next_slot = now() + interval '200 ms'");
	is(sql("SELECT slot = next_slot FROM campaign_pace,
		pace(1, 10, now())"), 't', 'who comes next has the next one');
	sql('DELETE FROM campaign_pace');
};

done_testing();
