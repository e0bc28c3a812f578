#!/usr/bin/perl

# While engines are at work, the database keeps out what would lose a call
# or an attempt, and lets through what operators have to do.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;

cluster();
sql('\set VERBOSITY verbose');
my $prompt = sql("INSERT INTO ivr_prompts (name, audio)
	VALUES ('p', 'x') RETURNING i_ivr_prompt");
my $digest = sql('SELECT digest FROM ivr_prompts');


sub refused
{
	my ($what, $state, $pattern, $statement) = @_;
	my $error = sql_error($statement);
	my ($line) = $error =~ /^ERROR:  (.*)$/m;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like($line // '', qr/^$state: .*$pattern/, $what) or diag($error);
	like($error, qr/^HINT:  [A-Z].*\.$/m, 'and what to do instead');
}


sub accepted
{
	my ($what, $statement) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(sql_error($statement), '', $what);
}


sub claim
{
	my ($campaign, $most) = @_;

	return by_engine {
		sql("SELECT i_campaign_phone FROM claim_phones('n',
			ARRAY[$campaign], ARRAY[$most], ARRAY[$prompt],
			ARRAY['$digest'], ARRAY[1000], 30, 0, 100)");
	};
}


# A campaign of so many phones
sub campaign_of
{
	my ($n) = @_;
	my $id = campaign(i_ivr_prompt => $prompt);

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $id, '+4416329600' || n
		FROM generate_series(10, 9 + $n) AS n");
	return $id;
}


# As it ends: a failure, and an attempt of it
sub end
{
	my ($phone) = @_;

	by_engine {
		sql("WITH p AS (
			UPDATE campaign_phones SET claimed_by = NULL,
				status = 'failure', next_call = now() + '1 h'
			WHERE i_campaign_phone = $phone RETURNING *
		) INSERT INTO call_attempts (i_call_attempt, i_campaign_phone,
			i_campaign, attempt, node, cld, outcome, ended_by)
		SELECT i_attempt, i_campaign_phone, i_campaign, call_count,
			'n', cld, 'failure', 'remote' FROM p");
	};
}


my $camp = campaign_of(9);
my $other = campaign();
my ($live) = claim($camp, 1);
my $row = "campaign_phones WHERE i_campaign_phone = $live";
my $set = "UPDATE campaign_phones SET %s WHERE i_campaign_phone = $live";

subtest 'a live phone' => sub {
	my $before = sql("SELECT p FROM campaign_phones p
		WHERE i_campaign_phone = $live");

	refused("not $_", '55006', "phone $live is being rung by n",
		sprintf $set, $_)
		for "cld = '+1'", "i_campaign = $other",
		'i_campaign_phone = 999', 'claimed_by = NULL',
		"claimed_by = NULL, expires = NULL, status = 'idle'";
	refused("not $_", '42501', 'only an engine', sprintf $set, $_)
		for "i_attempt = 7, status = 'idle'", 'expires = NULL',
		'expires = now()', "expires = 'infinity'";
	refused("not claimed_by = 'm'", '(42501|55006)', '',
		sprintf $set, "claimed_by = 'm'");
	refused('it is not deleted', '55006', 'phone \d+ is being rung by n',
		"DELETE FROM $row");
	refused('nor among others', '55006', '', 'DELETE FROM
		campaign_phones');
	refused('or changed among them', '55006', '',
		"UPDATE campaign_phones SET cld = '1'");
	is(sql("SELECT p FROM campaign_phones p
		WHERE i_campaign_phone = $live"), $before, 'all is as it was');
	unlike(sql_error("DELETE FROM $row"), qr/4416329/,
		'the message tells no number');

	sql('BEGIN');
	accepted("but $_", sprintf $set, $_) for 'next_call = NULL',
		'finished = true', "status = 'idle', call_count = 0",
		"cld = cld, claimed_by = claimed_by, expires = expires";
	sql('ROLLBACK');
};

subtest 'its campaign' => sub {
	refused('it is not deleted', '55006',
		qr/campaign $camp \("test"\) .* live calls: 1/,
		"DELETE FROM campaigns WHERE i_campaign = $camp");
	sql("UPDATE campaigns SET paused = true WHERE i_campaign = $camp");
	refused('not when it is paused, either', '55006', 'live calls',
		"DELETE FROM campaigns");
	refused("nor is TRUNCATE $_", '55006', 'cannot be truncated',
		"TRUNCATE $_") for 'campaign_phones CASCADE',
		'campaigns CASCADE', 'call_attempts';
	accepted('another one is deleted',
		"DELETE FROM campaigns WHERE i_campaign = $other");
	sql('UPDATE campaigns SET paused = false');
};

subtest 'a claim by hand' => sub {
	my $idle = "i_campaign_phone = (SELECT min(i_campaign_phone)
		FROM campaign_phones WHERE claimed_by IS NULL)";

	refused('no', '42501', 'only an engine', "UPDATE campaign_phones
		SET claimed_by = 'n' WHERE $idle");
	refused('not with a lease, either', '42501', '',
		"UPDATE campaign_phones SET claimed_by = 'n',
		expires = now() + '1 h', i_attempt = 5 WHERE $idle");
	refused('nor as a new phone', '42501', '', "INSERT INTO
		campaign_phones (i_campaign, cld, claimed_by)
		VALUES ($camp, '1', 'n')");
	spew("$dir/claimed.csv", "$camp,1,\n$camp,2,n\n");
	my ($status, $out, $err) = run_program(['psql', '-Xq', '-v',
		'ON_ERROR_STOP=1', '-c', '\copy campaign_phones
			(i_campaign, cld, claimed_by) FROM '
			. "'$dir/claimed.csv' (FORMAT csv)" =~ s/\n//r,
		conninfo()]);
	isnt($status, 0, 'by COPY');
	like($err, qr/only an engine/, 'it says why');
	is(sql('SELECT count(*) FROM campaign_phones'), 9, 'none is added');
};

subtest 'an engine' => sub {
	sql('BEGIN');
	by_engine {
		accepted($_, sprintf $set, $_) for "claimed_by = 'm'",
			"expires = now() + '1 h', i_attempt = 99",
			"cld = '+1'", "claimed_by = NULL, expires = NULL";
		accepted('it may delete', "DELETE FROM $row");
		accepted('and insert', "INSERT INTO campaign_phones
			(i_campaign, cld, claimed_by, expires)
			VALUES ($camp, '1', 'n', now() + '1 h')");
	};
	sql('ROLLBACK');
	by_engine {
		refused('but no campaign that has live calls', '55006',
			'live calls', "DELETE FROM campaigns");
	};
};

subtest 'the work of operators while calls are live' => sub {
	my ($heard) = claim($camp, 1);

	# Its success is written while it goes on.
	by_engine { sql("UPDATE campaign_phones SET status = 'success',
		finished = true WHERE i_campaign_phone = $heard") };
	sql('BEGIN');
	accepted('another round', "UPDATE campaign_phones SET finished = false,
		call_count = 0, status = 'idle', next_call = NULL
		WHERE i_campaign = $camp AND finished");
	accepted('one for those that are not live', "UPDATE campaign_phones
		SET finished = false, call_count = 0, status = 'idle',
		expires = NULL, next_call = NULL
		WHERE i_campaign = $camp AND claimed_by IS NULL");
	accepted('other rules', 'UPDATE campaigns SET max_attempts = 5,
		max_concurrent_calls = 1, timeout_sec = 60, backoff_sec = 1,
		threshold_msec = 1, i_ivr_prompt = NULL');
	accepted('a pause', 'UPDATE campaigns SET paused = true');
	accepted('no more attempts', "UPDATE campaign_phones
		SET finished = true WHERE i_campaign = $camp");
	accepted('other numbers of those that are not live',
		"UPDATE campaign_phones SET cld = '+1' WHERE claimed_by
		IS NULL");
	accepted('and deleting them', "DELETE FROM campaign_phones
		WHERE i_campaign = $camp AND claimed_by IS NULL");
	accepted('new ones', "INSERT INTO campaign_phones (i_campaign, cld)
		VALUES ($camp, '1')");
	sql('ROLLBACK');
	end($heard);
};

subtest 'attempts' => sub {
	my ($again) = claim($camp, 1);

	end($again);
	sql("UPDATE campaign_phones SET next_call = NULL
		WHERE i_campaign_phone = $again");
	my $its = "WHERE i_campaign_phone = $again";

	refused("not $_", '23001', 'is history', "UPDATE call_attempts
		SET $_ $its") for "outcome = 'success'", "node = 'm'",
		'played_msec = 5', 'attempt = 7', 'setup_time = now()',
		'connect_time = now()', 'sip_code = 200',
		"ended_by = 'local'", "proxy = 'p'", "i_campaign = 5";
	accepted("but $_", "UPDATE call_attempts SET $_ $its")
		for "cld = ''", 'cli = NULL', 'call_id = NULL, cld = cld',
		"sip_reason = 'x', outcome = outcome";

	accepted('those of a phone that is not live may go',
		"BEGIN; DELETE FROM call_attempts $its; ROLLBACK");
	my %claimed = map { $_ => 1 } claim($camp, 9);
	ok($claimed{$again}, 'it is live again');
	refused('not those of one that is', '55006',
		"phone $again is being rung", "DELETE FROM call_attempts
		$its");
	end($_) for keys %claimed;
	accepted('a phone takes them along',
		"DELETE FROM campaign_phones $its");
	is(sql("SELECT count(*) FROM call_attempts $its"), 0, 'they are gone');
};

subtest 'a lease that has run out' => sub {
	by_engine { sql(sprintf $set, "expires = now() - interval '1 s'") };
	refused("not $_", '42501', 'only an engine', sprintf $set, $_)
		for "expires = 'infinity'", "claimed_by = 'm'",
		'i_attempt = 7';
	my @taken = ("DELETE FROM $row", sprintf($set, 'claimed_by = NULL'),
		sprintf($set, "cld = '+1'"),
		"DELETE FROM campaigns WHERE i_campaign = $camp",
		'TRUNCATE campaign_phones CASCADE');

	# The clock may have jumped: while its engine is there, it is live.
	sql("SELECT pg_advisory_lock(1918987877, hashtext('n'))");
	refused('with its engine: no ' . s/\s+/ /gr, '55006', '', $_)
		for @taken;
	sql("SELECT pg_advisory_unlock(1918987877, hashtext('n'))");
	for (@taken) {
		sql('BEGIN');
		accepted(s/\s+/ /gr, $_);
		sql('ROLLBACK');
	}
	is(sql("SELECT recover_phones('someone', false, '{}')"), 1,
		'anybody may take it up');
	is(sql("SELECT status, claimed_by IS NULL FROM $row"), 'failure|t',
		'it is free');

	# However it came to be: one without a lease
	sql("SET session_replication_role = replica;
		UPDATE campaign_phones SET claimed_by = 'x', expires = NULL
		WHERE i_campaign_phone = $live;
		RESET session_replication_role");
	accepted('an orphan without a lease may go', "DELETE FROM $row");
};

# The guard sees what the row has become, not what it was.
subtest 'at the same moment' => sub {
	my $camp = campaign_of(3);
	my $late = sub {
		my ($what, $statement, $pattern) = @_;

		sql('BEGIN');
		my ($phone) = claim($camp, 1);
		my $child = spawn(name => 'psql', cmd => ['psql', '-Xq', '-c',
			$statement =~ s/ID/$phone/gr, conninfo()]);
		wait_for('it waits', 20, sub { sql('SELECT count(*)
			FROM pg_locks WHERE NOT granted') });
		sql('COMMIT');
		wait_for('no more', 20, sub { child_ended($child) });
		isnt($child->{status}, 0, $what);
		like(slurp($child->{log}), qr/ERROR: .*$pattern/, 'why');
		end($phone);
	};

	$late->('a number is not changed after the claim',
		"UPDATE campaign_phones SET cld = '1'
		WHERE i_campaign_phone = ID", 'is being rung by n');
	$late->('nor the phone deleted', 'DELETE FROM campaign_phones
		WHERE i_campaign_phone = ID', 'is being rung by n');
	$late->('or the campaign', "DELETE FROM campaigns
		WHERE i_campaign = $camp", 'is being rung by n');
	accepted('it is in the end', "DELETE FROM campaigns
		WHERE i_campaign = $camp");
};

subtest 'a change of the schema' => sub {
	sql('LISTEN ringround');
	my @news = sql('INSERT INTO schema_version (version) VALUES (999)');
	push @news, sql('SELECT 1');
	like("@news", qr/"ringround" with payload "schema_version"/,
		'engines are told');
	sql('DELETE FROM schema_version WHERE version = 999');
	sql('UNLISTEN ringround');
};

done_testing();
