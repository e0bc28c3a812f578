#!/usr/bin/perl

# ringround report: its figures are those of SQL over call_attempts, its
# attempts are all there, whoever may not see numbers sees none.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use RingTest;
use RingTest::Cluster;

cluster();
sql("SET TimeZone = 'UTC'");
is((ringround(qw(db init --roles -d), conninfo()))[0], 0, 'roles');
sql('CREATE ROLE eve LOGIN IN ROLE ringround_viewer');

# Of all kinds, over some days, and another campaign's, which do not count
sub attempts
{
	my ($camp, $first, $n) = @_;

	sql("INSERT INTO campaign_phones (i_campaign_phone, i_campaign, cld,
			finished, status, call_count)
		SELECT i, $camp, '+44' || (1632000000 + i), i % 5 > 0,
			CASE WHEN i % 5 > 2 THEN 'success' ELSE 'failure' END,
			1 + i % 3
		FROM generate_series($first, $first + $n - 1) AS i;
	INSERT INTO call_attempts (i_call_attempt, i_campaign_phone,
			i_campaign, attempt, node, call_id, cld, cli,
			setup_time, connect_time, disconnect_time,
			played_msec, ended_by, sip_code, sip_reason, outcome)
		SELECT i, i, $camp, 1 + i % 3, 'n', i || '\@\"h\",',
			'+44' || (1632000000 + i), '+441632999999', at,
			CASE WHEN o IN ('success', 'premature hangup')
			THEN at + interval '5 s' END, at + interval '30 s',
			CASE o WHEN 'success' THEN 3000 + i * 7919 % 40000
				WHEN 'premature hangup' THEN i % 3000
				ELSE 0 END, 'remote',
			CASE o WHEN 'no answer' THEN 480 WHEN 'failure'
				THEN CASE WHEN i % 2 = 0 THEN 486 ELSE 404 END
				WHEN 'lost' THEN NULL ELSE 200 END,
			CASE o WHEN 'failure' THEN 'call +441632000' ||
				(100 + i % 2) || ' <b>' ELSE 'As is' END, o
		FROM (SELECT i, timestamptz '2026-11-01 00:00+00'
				+ i * interval '7 min 0.25 s' AS at,
			(ARRAY['success', 'success', 'premature hangup',
				'no answer', 'failure', 'failure', 'lost'])
				[1 + i % 7] AS o
			FROM generate_series($first, $first + $n - 1) AS i)
			AS a");
}

sql("INSERT INTO schedules (name, time_zone) VALUES ('s', 'Asia/Kolkata');
	INSERT INTO campaigns (name, i_schedule) VALUES ('fl<oo>d & co', 1),
		('other', NULL), ('none', NULL)");
attempts(1, 1, 5000);
attempts(2, 5001, 300);


sub report
{
	return ringround('report', @_, '-d', conninfo());
}


my ($status, $text, $err) = report(1, '--json');
is("$status $err", '0 ', 'JSON');
my $json = decode_json($text);


# A list of the report, and the same by SQL
sub same
{
	my ($what, $list, $keys, $query) = @_;
	my @got = map { my $row = $_;
		join '|', map { $row->{$_} // '' } @$keys } @{$json->{$list}};

	cmp_ok(scalar @got, '>', 2, "$what: some");
	is_deeply([sort @got], [sort(sql($query))], "$what: as SQL has them");
}


my $mine = 'FROM call_attempts WHERE i_campaign = 1';
same('outcomes', 'outcomes', [qw(outcome attempts)],
	"SELECT outcome, count(*) $mine GROUP BY 1");
same('codes', 'sip_codes', [qw(sip_code attempts)],
	"SELECT sip_code, count(*) $mine GROUP BY 1");
same('hours', 'hours', [qw(hour attempts answered)],
	"SELECT extract(hour FROM setup_time AT TIME ZONE 'Asia/Kolkata'),
		count(*), count(connect_time) $mine AND outcome <> 'lost'
	GROUP BY 1");
same('attempts needed', 'attempts_needed', [qw(attempt attempts)],
	"SELECT attempt, count(*) $mine AND outcome = 'success' GROUP BY 1");
same('what was heard', 'heard', [qw(from_sec to_sec attempts)],
	"SELECT g * 5, g * 5 + 5, count(i_call_attempt)
	FROM generate_series(0, 8) AS g LEFT JOIN call_attempts
		ON i_campaign = 1 AND connect_time IS NOT NULL
		AND played_msec / 5000 = g GROUP BY g");
is(join('|', map { $json->{$_} } qw(phones finished success attempts answered
	heard_sec)), sql("SELECT count(*), count(*) FILTER (WHERE finished),
		count(*) FILTER (WHERE status = 'success'),
		(SELECT count(*) $mine), (SELECT count(connect_time) $mine),
		(SELECT trim_scale(sum(played_msec) / 1000.0) $mine)
	FROM campaign_phones WHERE i_campaign = 1"), 'totals');
is("$json->{name} $json->{time_zone}", 'fl<oo>d & co Asia/Kolkata', 'of it');
is((grep { ($_->{sip_code} // 0) == 480 }
	@{$json->{sip_codes}})[0]{sip_reason}, 'As is', 'a reason that all have');

($status, $text, $err) = report('fl<oo>d & co', '--ascii');
is("$status $err", '0 ', 'text');
unlike($text, qr/[^\n -~]/, 'in ASCII');
like($text, qr/^  success +1429  28\.6% #{9}$/m, 'with bars');
like($text, qr/^  00:00 to 00:59 +\d+ +\d+\.\d% #+$/m, 'by hour');
(undef, $text) = report(1);
like($text, qr/^  success +1429  28\.6% (?:\xe2\x96\x88){9}\xe2\x96\x8f?$/m,
	'or in UTF-8');

subtest 'a page' => sub {
	my $page = "$dir/page.html";

	is_deeply([report(1, '--html', $page)], [0, '', ''], 'written');
	my $html = slurp($page);
	like($html, qr/\A<!DOCTYPE html>/, 'HTML');
	like($html, qr/<h1>fl&lt;oo&gt;d &amp; co</, 'escaped');
	unlike($html, qr/<script|\bsrc=|\bhref=|url\(|https?:/i,
		'nothing from elsewhere');
	is(scalar(() = $html =~ /<svg /g), 5, 'five pictures');
	like($html, qr/>1428 \(28\.6%\)</, 'with numbers');
	is((report(1, '--html', '-'))[1] =~ s/\d\d:\d\d Asia//r,
		$html =~ s/\d\d:\d\d Asia//r, 'or to standard output');
	my ($rc, undef, $why) = report(1, '--html', "$dir/no/page.html");
	is($rc, 1, 'no such folder');
	like($why, qr/page\.html cannot be written: No such/, 'is said');
	is((report(1, '--html', $page, '--json'))[0], 2, 'one form');
};

($status, $text, $err) = report(1, '--csv');
my @lines = split /\n/, $text;
is(scalar @lines, 5001, 'CSV: every attempt');
is(substr($lines[0], 0, 55), 'i_call_attempt,i_campaign_phone,attempt,cld,'
	. 'cli,outcome', 'named');
is($lines[2], '2,2,3,+441632000002,+441632999999,premature hangup,200,As is,'
	. '2026-11-01T00:14:00.500Z,,2026-11-01T00:14:05.500Z,,'
	. '2026-11-01T00:14:30.500Z,2,remote,n,,"2@""h"","', 'as it is');

subtest 'a viewer' => sub {
	my $eve = conninfo() =~ s/user=\S+/user=eve/r;
	my @all = map { (ringround('report', 1, @$_, '-d', $eve))[1] }
		['--csv'], ['--json'], ['--html', '-'], [];

	is(scalar(() = $all[0] =~ /\n/g), 5001, 'sees all attempts');
	like($all[0], qr/,\+441\*+002,\+441\*+999,/, 'masked');
	is_deeply([grep { /\+441632/ } @all], [], 'and no number whole');
	is_deeply(decode_json($all[1])->{hours}, $json->{hours},
		'the same figures');
};

is((report('none'))[0], 0, 'one without attempts');
is((report('none', '--csv'))[1] =~ tr/\n//, 1, 'its CSV has a line of names');
is((report('nope'))[0], 3, 'one that is not there');

# All of them at once would need many times as much.
sql('DELETE FROM campaign_phones WHERE i_campaign = 2');
attempts(2, 10001, 200000);
($status, $text, $err) = run_program(['prlimit', '--data=24000000', $ringround,
	qw(report other --csv -d), conninfo()], seconds => 120);
is("$status $err", '0 ', 'many, in little memory');
is($text =~ tr/\n//, 200001, 'all of them');

done_testing();
