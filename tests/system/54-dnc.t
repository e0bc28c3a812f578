#!/usr/bin/perl

# The do-not-call list is honoured in the claim: what is on it is not handed
# to an engine, says why, is counted, and is due again when it leaves the
# list.

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
my $digest = sql('SELECT digest FROM ivr_prompts');
my $camp = sql("INSERT INTO campaigns (name, i_ivr_prompt,
	max_concurrent_calls) VALUES ('c', $prompt, 10000)
	RETURNING i_campaign");


sub phones
{
	return map { sql("INSERT INTO campaign_phones (i_campaign, cld)
		VALUES ($camp, '$_') RETURNING i_campaign_phone") } @_;
}


# The numbers that a claim of so many hands out
sub claimed
{
	my ($most) = @_;

	return join ' ', by_engine { sql("SELECT cld
		FROM claim_phones('n', ARRAY[$camp], ARRAY[$most],
			ARRAY[$prompt], ARRAY['$digest'], ARRAY[1000], 10, 0,
			1000) ORDER BY i_campaign_phone") };
}


sub dnc
{
	sql("INSERT INTO do_not_call (number, reason) VALUES ('$_', 'asked')")
		for @_;
}


sub start_again
{
	by_engine { sql("UPDATE campaign_phones SET claimed_by = NULL") };
	sql("DELETE FROM campaign_phones");
	sql("DELETE FROM do_not_call");
	sql("DELETE FROM config");
}


sub rows
{
	return join ', ', sql("SELECT concat_ws(' ', cld, status, finished,
		call_count, dnc) FROM campaign_phones
		ORDER BY i_campaign_phone");
}


sub miscounted
{
	return sql("SELECT count(*) FROM campaign_summary s, LATERAL (
			SELECT count(*) AS total,
				count(*) FILTER (WHERE finished) AS finished,
				count(*) FILTER (WHERE due <= now()) AS due,
				count(*) FILTER (WHERE status = 'idle')
				AS idle, count(claimed_by) AS live
			FROM campaign_phones p
			WHERE p.i_campaign = s.i_campaign) AS p
		WHERE (s.total, s.finished, s.due_now, s.idle, s.live)
		IS DISTINCT FROM (p.total, p.finished, p.due, p.idle,
			p.live)");
}


subtest 'what is on the list is not handed out' => sub {
	my ($one, $two, $three) = phones('+44201', '+44202', '+44203');

	dnc('+44202');
	is(claimed(2), '+44201 +44203', 'others are, in its place');
	is(rows(), '+44201 trying f 1, +44202 idle t 0 44202, '
		. '+44203 trying f 1', 'it is finished, and was not rung');
	is(miscounted(), 0, 'and counted');
	like(sql("SELECT reason || coalesce(until::text, '')
		FROM why_not_dialing($two)"),
		qr/^on the do-not-call list since \d{4}-\d\d-\d\d \d\d:\d\d$/,
		'it says why');
	like(sql("SELECT reason FROM why_not_dialing($one)"),
		qr/being rung now/, 'others have their own reason');

	dnc('+44201');
	like(sql("SELECT reason FROM why_not_dialing($one)"),
		qr/being rung now/, 'a call that is live is not touched');
	by_engine { sql("UPDATE campaign_phones SET claimed_by = NULL,
		status = 'failure', next_call = now()
		WHERE i_campaign_phone = $one") };
	like(sql("SELECT reason FROM why_not_dialing($one)"),
		qr/on the do-not-call list/, 'but is the last one');
	is(claimed(5), '', 'it is not rung again');
	like(rows(), qr/^\+44201 failure t 1 44201,/,
		'its last status stays readable');
	is(miscounted(), 0, 'and all is counted');
};

subtest 'off the list again' => sub {
	sql("DELETE FROM do_not_call WHERE number = '+44202'");
	like(rows(), qr/, \+44202 idle f 0, /, 'it is due');
	is(claimed(5), '+44202', 'and rung');

	sql("UPDATE do_not_call SET number = '+44999'");
	like(rows(), qr/^\+44201 failure f 1, /, 'the same by an update');
	sql("UPDATE do_not_call SET number = '+44201'");
	is(claimed(5), '', 'on it again');
	sql("UPDATE campaign_phones SET status = 'success'
		WHERE cld = '+44201'");
	sql('TRUNCATE do_not_call');
	like(rows(), qr/^\+44201 success t 1, /, 'who has heard it stays so');
	is(miscounted(), 0, 'and all is counted');
	start_again();
	phones('1', '2');
	sql("UPDATE campaign_phones SET finished = true WHERE cld = '1'");
	dnc('1');
	sql('DELETE FROM do_not_call');
	is(rows(), '1 idle t 0, 2 idle f 0',
		'what was finished for another reason stays so');
};

# list, number, country, on it?
subtest 'notations' => sub {
	for (
		['+441632960001', '+441632960001', undef, 1],
		['+441632960001', '00441632960001', undef, 1],
		['+441632960001', '441632960001', undef, 1],
		['0044 1632-960001', '+441632960001', undef, 1],
		['+44 (0)1632 960.001', '+441632960001', undef, 1],
		['+441632960001', 'sip:+441632960001@example.net', undef, 1],
		['+441632960001', '+441632960002', undef, 0],
		['+441632960001', '+4416329600011', undef, 0],
		['+441632960001', '01632960001', undef, 0],
		['+441632960001', '01632960001', '44', 1],
		['+441632960001', '01632960001', '+44', 1],
		['+441632960001', '01632960001', '49', 0],
		['01632960001', '+441632960001', '44', 1],
		['01632960001', '00441632960001', '44', 1],
		['01632960001', '01632960001', '44', 1],
		['1632960001', '441632960001', '44', 1],
		['+12125550100', '2125550100', '1', 1],
		['2125550100', '+12125550100', '1', 1],
		['+390612345', '0612345', '39', 1],
		['0612345', '+390612345', '39', 1],
		['+491632960001', '01632960001', '44', 0],
		['*31#', '*31#', '44', 1],
	) {
		my ($list, $number, $country, $on) = @$_;

		start_again();
		sql("INSERT INTO config VALUES ('campaign', 'sipuri',
			'allow')");
		sql("INSERT INTO config VALUES ('campaign', 'country',
			'$country')") if $country;
		dnc($list);
		my ($phone) = phones($number);
		is(claimed(5), $on ? '' : $number, join ' ', "$list:",
			$number, $on ? 'is on it' : 'is not',
			$country // '');
		like(sql("SELECT reason FROM why_not_dialing($phone)"),
			$on ? qr/on the do-not-call list/ : qr/being rung/,
			'and says so');
	}
};

subtest 'what the list takes' => sub {
	start_again();
	dnc('+44 1632 960001');
	is(sql('SELECT number FROM do_not_call'), '+441632960001', 'cleaned');
	like(sql_error("INSERT INTO do_not_call (number)
		VALUES ('0044-1632-960001')"), qr/duplicate key/, 'once');
	like(sql_error("INSERT INTO do_not_call (number) VALUES ('$_')"),
		qr/a number is 1 to 32 digits/, "not '$_'")
		for '', 'nobody', '+', '1' x 33, '1+2';
	is(sql("SELECT added_by || (added <= now()) FROM do_not_call"),
		'ringroundtrue', 'who, and when');
};

# More of them than a claim may finish: those behind are still not rung.
subtest 'many at the front' => sub {
	start_again();
	sql("INSERT INTO do_not_call (number)
		SELECT n FROM generate_series(100000, 105999) AS n");
	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $camp, n FROM generate_series(100000, 106009) AS n");

	my @got;
	for (1 .. 20) {
		push @got, split ' ', claimed(10);
		last if @got >= 10;
	}
	is(join(' ', @got), join(' ', 106000 .. 106009),
		'they do not keep the others from being rung');
	is(sql('SELECT count(*) FROM campaign_phones
		WHERE finished AND dnc IS NOT NULL'), 6000, 'all are finished');
	is(miscounted(), 0, 'and counted');
};

# A removal that is not committed yet keeps nobody waiting, and what it takes
# off is not finished for ever.
subtest 'while somebody takes a number off' => sub {
	start_again();
	phones('+441', '+442');
	dnc('+441');
	my $holder = spawn(name => 'psql', cmd => ['psql', '-Xqc',
		'BEGIN; DELETE FROM do_not_call; SELECT pg_sleep(1000)',
		conninfo()]);

	wait_for('it is being taken off', 10, sub { sql("SELECT count(*)
		FROM pg_locks WHERE locktype = 'advisory'
		AND classid = 1918987879 AND granted") });
	is(claimed(5), '+442', 'it is on the list as yet');
	is(rows(), '+441 idle f 0, +442 trying f 1', 'and not finished');
	sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE query LIKE '%pg_sleep(1000)%' AND pid <>
		pg_backend_pid()");
	wait_for('that is undone', 10, sub { child_ended($holder) });
	is(claimed(5), '', 'then it is');
	like(rows(), qr/^\+441 idle t 0 441,/, 'finished');
};

done_testing();
