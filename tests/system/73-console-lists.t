#!/usr/bin/perl

# Lists of tens of thousands of phones on the console: their orders, all of a
# filter tagged and hung up or written to a file, a search that takes long

use strict;
use warnings;
use utf8;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Terminal;
use RingTest::Wav;

binmode Test::More->builder->$_, ':utf8'
	for qw(output failure_output todo_output);

cluster();
my $callee = callees();
my $prompt = prompt(tone("$dir/tone.wav", 8000, 20));
my $many = 30_000;
my $still = campaign(name => "'still'", paused => 'true');
my $loud = campaign(name => "'loud'", i_ivr_prompt => $prompt,
	max_concurrent_calls => 3, threshold_msec => 1000, max_attempts => 1,
	timeout_sec => 60, paused => 'true');

proxy($callee);
sql("INSERT INTO campaign_phones (i_campaign, cld, status, finished,
		call_count, next_call)
	SELECT $still, '+44' || (n * 7919 % 1000003 + 1000000),
		CASE n % 4 WHEN 0 THEN 'success' WHEN 1 THEN 'failure'
			ELSE 'idle' END, n % 4 = 0, (n % 4 < 2)::integer,
		CASE n % 4 WHEN 1 THEN '2040-01-01 UTC'::timestamptz
			+ n * 7919 % 1000003 * interval '10 us' END
	FROM generate_series(1, $many) AS n");
sql("INSERT INTO campaign_phones (i_campaign, cld)
	SELECT $loud, '70' || n FROM generate_series(1000, 2999) AS n");


sub console
{
	my ($environment) = @_;
	my $term = RingTest::Terminal->new(($environment // '') .
		" $ringround console -d '" . conninfo() . "'", 80, 24);

	$term->shows(20, qr/CAMPAIGNS 2/) or die $term->screen;
	return $term;
}


sub shown
{
	my ($term, $seconds, $pattern, $what) = @_;
	my $screen = $term->shows($seconds, $pattern);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok($screen, $what) or diag($term->screen);
	return $screen;
}


# Wait until just these numbers are on the screen
sub lists
{
	my ($term, $what, $sql) = @_;
	my $want = join ' ', sql($sql);
	my $got;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok(until_true(5, sub {
		$got = join ' ', $term->screen =~ /^[> ][* ](\+44\d+) /mg;
		return $got eq $want;
	}), $what) or is($got, $want);
}


my $rows = 18;
my $from = "SELECT cld FROM campaign_phones WHERE i_campaign = $still";
my $term = console();

$term->keys('j', 'Enter');
shown($term, 5, qr/still > PHONES/, 'the phones');

subtest 'orders' => sub {
	my $number = 'cld COLLATE "C"';

	lists($term, 'by id', "$from ORDER BY i_campaign_phone LIMIT $rows");
	$term->keys('>');
	shown($term, 3, qr/NUMBER\+/, 'the head tells');
	shown($term, 3, qr/TRY, SIP, LAST EVENT, RING\/PLAY have no index/,
		'and a line, what cannot be sorted by');
	lists($term, 'by number', "$from ORDER BY $number LIMIT $rows");
	$term->keys('G');
	lists($term, 'to its end', "SELECT cld FROM ($from ORDER BY $number
		DESC LIMIT $rows) AS x ORDER BY $number");
	$term->keys('I');
	shown($term, 3, qr/NUMBER-/, 'inverted');
	lists($term, 'from the other end',
		"$from ORDER BY $number DESC LIMIT $rows");
	$term->keys(('PgDn') x 4);
	lists($term, 'some pages on', "$from ORDER BY $number DESC
		LIMIT $rows OFFSET " . (3 * $rows + 1));
	$term->keys(('PgUp') x 4, 'I', '>');
	shown($term, 3, qr/STATUS\+/, 'by status');
	$term->keys('G');
	lists($term, 'successes are the last', "SELECT cld FROM (
		$from AND status = 'success' ORDER BY i_campaign_phone DESC
		LIMIT $rows) AS x ORDER BY $number IS NULL,
		(SELECT i_campaign_phone FROM campaign_phones p
		WHERE p.cld = x.cld AND i_campaign = $still)");
	$term->keys('>', 'I');
	shown($term, 3, qr/NEXT CAL-/, 'by the next call, the last first');
	lists($term, 'to the microsecond', "$from AND NOT finished
		ORDER BY coalesce(next_call, '-infinity') DESC,
		i_campaign_phone DESC LIMIT $rows");
	$term->keys('f');
	shown($term, 3, qr/by id: no index/, 'not within a status');
	$term->keys('\\', 'I');
	lists($term, 'by id again',
		"$from ORDER BY i_campaign_phone LIMIT $rows");
};


# The list changes when the screen does: with a terminal that takes nothing
# a key means the row that stands there, though it has left the list.
subtest 'keys mean what is shown' => sub {
	my ($first, $second) = sql("$from AND status = 'idle'
		ORDER BY i_campaign_phone LIMIT 2");
	my $set = "UPDATE campaign_phones SET status = '%s'
		WHERE i_campaign = $still AND cld = '$first'";

	$term->keys('f');
	shown($term, 3, qr/^> \Q$first\E .*status=idle/ms, 'by status');
	$term->flow(0);
	sql(sprintf $set, 'failure');
	# Another console has seen it: this one has been told, too.
	my $other = console();

	$other->keys('j', 'Enter', 'f');
	shown($other, 5, qr/^> \Q$second\E /m, 'the row has gone');
	$other->keys('Q');
	$other->close;
	$term->keys('Enter');
	sleep 1;
	$term->flow(1);
	shown($term, 5, qr/still > \Q$first\E/, 'that row was opened');
	$term->keys('q');
	shown($term, 5, qr/^> \Q$second\E /m, 'then it has gone');
	sql(sprintf $set, 'idle');
	$term->keys('g', '\\');
	shown($term, 3, qr/status=any/, 'all again');

	$term->keys('G', 'Enter');
	shown($term, 5, qr/still > \Q@{[sql("$from
		ORDER BY i_campaign_phone DESC LIMIT 1")]}\E/,
		'G and Enter at once: the last');
	$term->keys('q', 'g');
	shown($term, 5, qr/rows 1-18/, 'back at the first');
};


# The file that e writes, its lines without their ends
sub written
{
	my ($n) = @_;
	my $screen = shown($term, 30, qr/$n rows written to/, "all $n rows");
	my ($file) = $screen =~ m{rows written to (/\S+\.csv)}
		or return;
	my @lines = split /\r\n/, slurp($file);

	is((stat $file)[2] & 0777, 0600, 'for its owner');
	unlink $file;
	is(shift @lines, 'id,number,status,tries,next_call,sip_code,'
		. 'last_event,played_ms', 'with a head');
	return @lines;
}


subtest 'all of it to a file' => sub {
	$term->keys('e');
	my @lines = written($many);
	is_deeply([map { join ',', (split /,/)[0 .. 3] } @lines],
		[sql("SELECT concat_ws(',', i_campaign_phone, cld, status,
		call_count || '/3') FROM campaign_phones
		WHERE i_campaign = $still ORDER BY i_campaign_phone")],
		'as the database has them');

	$term->keys('f', 'f', 'f', 'f');
	shown($term, 3, qr/status=failure/, 'of a status');
	$term->keys('I', 'e');
	@lines = written($many / 4);
	is_deeply([map { (split /,/)[0] } @lines], [sql("SELECT
		i_campaign_phone FROM campaign_phones WHERE i_campaign = $still
		AND status = 'failure' ORDER BY 1 DESC")],
		'in the order of the list');
	like($lines[0], qr/,2040-01-01T00:00:0\d\.\d+Z,/, 'times for programs');

	$term->keys('\\', 'I', 'e', 'Escape');
	shown($term, 5, qr/stopped: no file was written/, 'Esc stops it');
	is_deeply([glob "$dir/*.csv"], [], 'and leaves nothing');
	like($term->screen, qr/still > PHONES/, 'the screen stays');
};

subtest 'all of a filter hung up' => sub {
	my $engine = engine(node => 'far');
	my $live = "FROM campaign_phones WHERE claimed_by IS NOT NULL";

	sql("UPDATE campaigns SET paused = false WHERE i_campaign = $loud");
	wait_for('calls are answered', 20, sub { sql("SELECT count(*) $live
		AND connect_time IS NOT NULL") == 3 });
	sql("UPDATE campaigns SET paused = true WHERE i_campaign = $loud");
	my @numbers = sql("SELECT cld $live ORDER BY i_campaign_phone");
	my ($keep) = sql("SELECT i_campaign_phone $live
		ORDER BY i_campaign_phone LIMIT 1");

	$term->keys('q', 'g', 'Enter');
	shown($term, 5, qr/loud > PHONES.*\n.*\n.*\n> 701000/, 'its phones');
	$term->keys('*');
	shown($term, 3, qr/2000 tagged: all that the filter lets through/,
		'* tags what is not loaded, too');
	shown($term, 3, qr/^>\*701000.*\n \*|^>\*701000.*\n\* /m, 'marked');
	$term->keys('G');
	shown($term, 3, qr/^>\*702999/m, 'to the end');
	$term->keys('x');
	shown($term, 5, qr/Hang up 3 calls\?/, 'x asks with the count');
	shown($term, 3, qr/$numbers[0], $numbers[1], $numbers[2]/,
		'and the numbers');
	$term->keys('n');
	shown($term, 3, qr/nothing done/, 'n leaves them');

	# One of them is taken out by its id, far from the end.
	$term->keys(':');
	$term->type($keep);
	$term->keys('Enter');
	shown($term, 5, qr/^>\*$numbers[0] /m, 'one of them');
	$term->keys('Space', 'x');
	shown($term, 5, qr/Hang up 2 calls\?/, 'is taken out')
		or return;
	$term->keys('y');
	shown($term, 5, qr/2 calls are hung up/, 'y does it');
	wait_for('they end', 10, sub { sql("SELECT count(*) $live") == 1 });
	is(sql("SELECT cld $live"), $numbers[0], 'the other one goes on');
	is_deeply([sql("SELECT cld FROM call_attempts
		WHERE ended_by = 'local' ORDER BY i_campaign_phone")],
		[@numbers[1, 2]], 'just those were meant');

	# A single tag, of a phone that is not held any more
	$term->keys('U', ':');
	$term->type($keep);
	$term->keys('Enter');
	shown($term, 5, qr/^> $numbers[0] /m, 'untagged');
	$term->keys('Space', 'G');
	shown($term, 5, qr/^> 702999/m, 'far away');
	$term->keys('x');
	shown($term, 5, qr/Hang up 1 call\?.*\n.*$numbers[0]/,
		'its call is known');
	$term->keys('y');
	wait_for('it ends', 10, sub { sql("SELECT count(*) $live") == 0 });
	engine_stop($engine);
};

# Comparing takes long there: half a millisecond each.
subtest 'a search that takes long' => sub {
	sql("CREATE FUNCTION public.strpos(text, text) RETURNS integer
		LANGUAGE plpgsql AS \$\$ BEGIN
		PERFORM pg_sleep(0.0005);
		RETURN pg_catalog.strpos(\$1, \$2);
		END \$\$");
	my $slow = console("PGOPTIONS='-c search_path=public,pg_catalog'");

	$slow->keys('j', 'Enter');
	shown($slow, 5, qr/still > PHONES/, 'the phones');
	$slow->keys('/');
	$slow->type('*#*');
	$slow->keys('Enter');
	shown($slow, 10, qr/searching, [1-9]\d?% of the numbers/,
		'it says how far it is');
	sql("UPDATE campaigns SET name = 'renamed'
		WHERE i_campaign = $still");
	shown($slow, 4, qr/renamed > PHONES.*LIVE/,
		'what changes is shown meanwhile');
	like($slow->screen, qr/searching/, 'it goes on');
	$slow->keys('Escape');
	shown($slow, 2, qr/number=\^\*#\*/, 'Esc ends it');
	shown($slow, 3, qr/No phone is like that/, 'at once');
	$slow->keys('\\');
	shown($slow, 5, qr/rows 1-18 of 30,000/, 'nothing is left of it');
	$slow->close;
	sql('DROP FUNCTION public.strpos(text, text)');

	$term->keys('q', 'G', 'Enter', '/');
	$term->type('99999');
	$term->keys('Enter');
	lists($term, 'another finds what there is', "$from
		AND cld LIKE '%99999%' ORDER BY cld COLLATE \"C\"");
};

$term->keys('Q');
shown($term, 5, qr/^status 0/m, 'the console ends well');
$term->close;

done_testing();
