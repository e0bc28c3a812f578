#!/usr/bin/perl

# What the database takes as a number, and that a dump of it goes back in.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Cluster;

cluster();

my $rule = qr/a number is 1 to 32 digits, \* or #, with a \+ only in front/;
my $campaign = sql("INSERT INTO campaigns (name) VALUES ('numbers')
	RETURNING i_campaign");
my $phone = sql("INSERT INTO campaign_phones (i_campaign, cld)
	VALUES ($campaign, '100') RETURNING i_campaign_phone");


sub quoted
{
	my ($text) = @_;

	$text =~ s/([\\'])/\\$1/g;
	$text =~ s/([\x00-\x1f])/sprintf '\\x%02x', ord $1/ge;
	return "E'$text'";
}


sub shown
{
	my ($text) = @_;

	$text =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ge;
	return length $text > 40 ? length($text) . ' characters' : "'$text'";
}


# Errors of every way in: inserted and updated
sub errors
{
	my ($cld) = @_;
	my $value = quoted($cld);

	return (sql_error("INSERT INTO campaign_phones (i_campaign, cld)
			VALUES ($campaign, $value)"),
		sql_error("UPDATE campaign_phones SET cld = $value
			WHERE i_campaign_phone = $phone"));
}


sub refused
{
	my ($cld, $why) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like($_, $why, 'refused: ' . shown($cld)) for errors($cld);
}


sub taken
{
	my ($cld) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($_, '', 'taken: ' . shown($cld)) for errors($cld);
}


my @numbers = ('1', '0', '112', '+15550100001', '*31#0123', '#', '*', '+*#',
	'0' x 32, '+' . '1' x 31);
my @others = ('', ' ', '+', '++1', '1+2', '12+', '1 2', ' 12', "12\t",
	"1\n", "\n1", "1\r\nX-Evil: 1", '1@host', '1;user=phone', '1?a=b',
	'1<2', '<12>', '"1"', '%31', 'abc', '12a', 'anonymous', 'tel:12',
	'555-1', '(555)1', '1' x 33, '+' . '1' x 32, '1' x 10_240,
	"\x{661}\x{662}", "\x{ff11}", "1\x{a0}2", "'; DROP TABLE config; --");

subtest 'what may be called' => sub {
	taken($_) for @numbers;
	refused($_, $rule) for @others;
	like(sql_error("INSERT INTO campaign_phones (i_campaign, cld)
		VALUES ($campaign, NULL)"), qr/not-null|null value/,
		'refused: no number');
};

subtest 'the caller number' => sub {
	for (@numbers) {
		is(sql_error("UPDATE campaigns SET cli = " . quoted($_)), '',
			'taken: ' . shown($_));
	}
	for (@others, 'sip:100@host.example') {
		like(sql_error("UPDATE campaigns SET cli = " . quoted($_)),
			$rule, 'refused: ' . shown($_));
		like(sql_error("INSERT INTO campaigns (name, cli)
			VALUES ('x', " . quoted($_) . ')'), $rule,
			'refused for a new campaign: ' . shown($_));
	}
	is(sql_error("UPDATE campaigns SET cli = NULL"), '', 'taken: none');
};

my @uris = ('sip:100@pbx.example', 'sip:a.b_c~d+e-f*@10.0.0.1:5061',
	'sip:1@' . 'a' x 194);
my @no_uris = ('sip:', 'sip:@host', 'sip:100@', 'sip:100', 'sips:1@host',
	'SIP:1@host', 'sip:1@host;transport=tcp', 'sip:1@host?Subject=x',
	'sip:1@host:', 'sip:1@host:a', 'sip:a b@host', 'sip:1@ho st',
	"sip:1\@host\n", "sip:1\r\n\@host", 'sip:<1@host>', 'sip:1@host>',
	'"x" <sip:1@host>', 'sip:1%0d@host', 'sip:a:secret@host',
	'sip:1@a@b', 'sip:1@[::1]', 'sip:1@' . 'a' x 195,
	"sip:\x{e9}\@host");

subtest 'sip: URIs only where config allows them' => sub {
	my $no_uri = qr/a sip: URI is no number here/;

	for (undef, 'deny', 'ALLOW', '') {
		sql('DELETE FROM config');
		sql("INSERT INTO config VALUES ('campaign', 'sipuri', '$_')")
			if defined;
		refused($uris[0], $no_uri);
	}
	like((errors($uris[0]))[0], qr{HINT:.*campaign/sipuri to allow},
		'the message says what would allow it');

	sql('DELETE FROM config');
	sql("INSERT INTO config VALUES ('campaign', 'sipuri', 'allow')");
	taken($_) for @uris, @numbers;
	refused($_, $rule) for @no_uris, @others;

	sql("UPDATE campaign_phones SET cld = '$uris[0]'
		WHERE i_campaign_phone = $phone");
	sql('DELETE FROM config');
	is(sql_error("UPDATE campaign_phones SET finished = true
		WHERE i_campaign_phone = $phone"), '',
		'one that is there already can still be worked with');
	refused($uris[1], $no_uri);
};

subtest 'sections and options' => sub {
	my $lower = qr/section and option are lower case and not empty/;

	for (["'Campaign'", "'sipproxy'"], ["'campaign'", "'SipProxy'"],
			["''", "'x'"], ["'x'", "''"], ["'\x{c9}'", "'x'"]) {
		my ($section, $option) = @$_;

		like(sql_error("INSERT INTO config (section, option, value)
			VALUES ($section, $option, '')"), $lower,
			"refused: $section/$option");
	}
	sql("INSERT INTO config VALUES ('campaign', 'sipproxy', 'Host')");
	like(sql_error("UPDATE config SET option = 'SIPPROXY'"), $lower,
		'refused: a change to upper case');
	like(sql_error("INSERT INTO config
		VALUES ('campaign', 'sipproxy', 'x')"), qr/duplicate/,
		'refused: a second value');
	sql('DELETE FROM config');
};

# A value for each field of a campaign that is refused, one by one
subtest 'fields of campaigns' => sub {
	for ('max_concurrent_calls = -1', 'max_attempts = 0',
			'max_attempts = -1', 'timeout_sec = 0',
			'timeout_sec = 86401', 'backoff_sec = -1',
			'threshold_msec = -1', "username = E'a\\nb'",
			"md5secret = E'a\\rb'", "username = repeat('x', 201)",
			"name = ''", "name = E'a\\x1bb'",
			"name = repeat('x', 101)", 'i_schedule = 99',
			'i_ivr_prompt = 99') {
		my ($field) = /^(\w+)/;

		like(sql_error("UPDATE campaigns SET $_"),
			qr/$field|a name is 1 to 100 characters/,
			"refused: $_");
	}
	is(sql("SELECT concat_ws('|', paused, cli, i_schedule,
			max_concurrent_calls, max_attempts, timeout_sec,
			backoff_sec, threshold_msec) FROM campaigns"),
		'f|20|3|300|600|3000', 'the defaults are the reference\'s');
	for ('max_concurrent_calls = 0', 'backoff_sec = 0',
			'threshold_msec = 0', 'timeout_sec = 1') {
		is(sql_error("UPDATE campaigns SET $_"), '', "taken: $_");
	}
};


# Everything of all tables, as one text
sub contents
{
	my @tables = sql("SELECT quote_ident(relname) FROM pg_class
		WHERE relkind IN ('r', 'v')
		AND relnamespace = 'public'::regnamespace ORDER BY 1");

	return join "\n", map {
		my $table = $_;

		"$table: " . join ', ', sql("SELECT to_jsonb(t) - 'next_due'
			FROM $table t ORDER BY to_jsonb(t)::text");
	} @tables;
}


subtest 'a dump goes back in' => sub {
	sql("INSERT INTO config VALUES ('campaign', 'sipuri', 'allow')");
	my $prompt = sql("INSERT INTO ivr_prompts (name, audio, trouble)
		VALUES ('p', '\\x00010203', 'of no format') RETURNING
		i_ivr_prompt");
	my $schedule = sql("INSERT INTO schedules (name, time_zone)
		VALUES ('s', 'Europe/Kyiv') RETURNING i_schedule");
	sql("INSERT INTO schedule_records (i_schedule, start_wday, stop_wday,
		start_time, stop_time) VALUES ($schedule, 1, 7, '00:00',
		'24:00'), ($schedule, NULL, 3, NULL, NULL)");
	sql("UPDATE campaigns SET max_concurrent_calls = 20, username = 'u',
		md5secret = 's', cli = '+123', i_ivr_prompt = $prompt,
		i_schedule = $schedule");
	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $campaign, n::text FROM generate_series(1, 50) AS n");
	sql("INSERT INTO campaign_phones (i_campaign, cld)
		VALUES ($campaign, '$_')") for @uris;
	as_engine('n');
	sql("SELECT claim_phones('n', ARRAY[$campaign], ARRAY[5],
		ARRAY[$prompt], ARRAY[digest], ARRAY[1000], 30, 0, 100)
		FROM ivr_prompts");
	is(sql("SELECT count(*) FROM campaign_phones
		WHERE claimed_by IS NOT NULL"), 5, 'five are being rung');
	sql("UPDATE campaign_phones SET expires = now() - interval '1 second'
		WHERE claimed_by IS NOT NULL AND i_campaign_phone % 2 = 0");
	cmp_ok(sql("SELECT recover_phones('n', false, '{}')"), '>', 0,
		'some were given up');
	# The rows stay, though a new one would be refused now.
	sql("DELETE FROM config");

	my $before = contents();
	my $old = conninfo();
	my ($status, $out, $err) = run_program(['pg_dump', '-d', $old,
		'-f', "$dir/dump.sql"]);
	is("$status $err", '0 ', 'pg_dump');

	database('restored', empty => 1);
	($status, $out, $err) = run_program(['psql', '-Xq', '-v',
		'ON_ERROR_STOP=1', '-f', "$dir/dump.sql", '-d', conninfo()]);
	is("$status $err", '0 ', 'psql takes it without an error');
	is(contents(), $before, 'all is there');

	($status, $out, $err) = ringround('db', 'init', '-d', conninfo());
	is("$status $err", '0 ', 'the schema is the current one');
	is(contents(), $before, 'init has changed nothing');

	refused($uris[0], qr/a sip: URI is no number here/);
	refused('1@2', $rule);
	sql("INSERT INTO campaign_phones (i_campaign, cld)
		VALUES ($campaign, '51')");
	as_engine('n');
	is(sql("SELECT count(*) FROM claim_phones('n', ARRAY[$campaign],
		ARRAY[2], ARRAY[$prompt], ARRAY(SELECT digest
		FROM ivr_prompts), ARRAY[1000], 30, 0, 100)"), 2, 'it goes on');
	is(sql("SELECT total = (SELECT count(*) FROM campaign_phones)
		AND live = (SELECT count(*) FROM campaign_phones
			WHERE claimed_by IS NOT NULL)
		FROM campaign_summary"), 't', 'and counts on');
};

done_testing;
