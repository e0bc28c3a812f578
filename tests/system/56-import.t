#!/usr/bin/perl

# Numbers from files: whatever spreadsheets write, all of it or nothing

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use POSIX qw(mkfifo);
use Test::More;
use RingTest;
use RingTest::Cluster;
use RingTest::Terminal;

cluster();
sql("INSERT INTO campaigns (name, paused) VALUES ('flood', true)");

my $file = "$dir/numbers.csv";
my $rejects = "$file.rejects";
my @columns = qw(read added duplicate_in_file already_there on_do_not_call
	invalid);


sub phones
{
	return sql("SELECT string_agg(cld, ' ' ORDER BY i_campaign_phone)
		FROM campaign_phones");
}


sub import_file
{
	my ($text, @args) = @_;

	unlink $rejects;
	spew($file, $text);
	return ringround('import', 'flood', $file, '-d', conninfo(), @args);
}


# Into an empty campaign: the counts in the order of @columns, and the phones
sub gives
{
	my ($what, $text, $counts, $expected, @args) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	sql('DELETE FROM campaign_phones');
	my ($status, $out, $err) = import_file($text, '--json', @args);
	is($err, '', "$what: without a complaint");
	is($status, 0, "$what: done");
	my $got = eval { decode_json($out) } // {};
	is(join(' ', map { $got->{$_} // '-' } @columns), $counts,
		"$what: counts");
	is(phones(), $expected, "$what: phones");
	is(-e $rejects ? 1 : 0, $got->{rejects} ? 1 : 0,
		"$what: a file of rejects if there are some");
	return $got;
}


sub fails
{
	my ($what, $expected, $pattern, $text, @args) = @_;
	my $before = phones();
	my ($status, $out, $err) = import_file($text, @args);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($status, $expected, "$what: status $expected");
	is($out, '', "$what: nothing on stdout");
	like($err, qr/\Aringround: [^\n]+\n\z/, "$what: one line");
	like($err, $pattern, $what);
	is(phones(), $before, "$what: nothing is imported");
	is_deeply([glob "$file.*"], [], "$what: no file is left");
}


subtest 'files' => sub {
	my $one = '+441632960001';
	my $two = "$one +441632960002";

	gives('a plain one', "$one\n+44 (0)1632 960-002\n", '2 2 0 0 0 0',
		$two);
	gives('a mark, CRLF, a header, semicolons', "\xef\xbb\xbfName;Phone\r\n"
		. "\"M\xc3\xbcller; J.\";01632 960001\r\nx;1632.960002\r\n",
		'2 2 0 0 0 0', $two, qw(--country gb));
	gives('Latin-1', "name,tel\nM\xfcller,$one\n", '1 1 0 0 0 0', $one,
		qw(--encoding latin1));
	gives('tabs', "x\t$one\ny\t$one\n", '2 1 1 0 0 0', $one);
	gives('line ends in quotes', "name,phone\n\"a\nb\",$one\nc,x\n",
		'2 1 0 0 0 1', $one);
	like(slurp($rejects), qr/^4,x,holds letters$/m, 'lines are counted');
	gives('an empty one', '', '0 0 0 0 0 0', '');
	gives('a header alone', "name,phone\r\n", '0 0 0 0 0 0', '');
	gives('blank lines', "\n\n$one\n\n", '1 1 0 0 0 0', $one);
	gives('a header by force', "12345\n$one\n", '1 1 0 0 0 0', $one,
		'--header');
	gives('none by force', "x\n$one\n", '2 1 0 0 0 1', $one,
		'--no-header');
	gives('by name', "a,b\n1,$one\n", '1 1 0 0 0 0', $one,
		qw(--column B));
	gives('by number', "12345,$one\n", '1 1 0 0 0 0', $one,
		qw(--column 2));
	gives('a delimiter', "a|$one\n", '1 1 0 0 0 0', $one,
		qw(--delimiter | --column 2));
	gives('without a country', "4711\n*21#\n0163\n", '3 3 0 0 0 0',
		'4711 *21# 0163');
	is(sql("SELECT n FROM campaign_counts WHERE i_campaign = 1
		AND status = 'idle'"), 3, 'and counted');
};

subtest 'rejects' => sub {
	sql("INSERT INTO do_not_call (number) VALUES ('+441632960009'),
		('01632960008'), ('4711')");
	sql("INSERT INTO config VALUES ('campaign', 'country', '44')");
	gives('all kinds', join("\n", 'name,phone', 'a,+441632960001',
		'b,0800 FLOWERS', 'c,01632960009', 'd', 'e,', 'f,112',
		'g,0044 1632 960001', "h,\"x\\y\tz\"", 'i,+999 12345',
		'j,01632960008', 'k,0044 1632 960007'), '11 2 1 0 2 6',
		'+441632960001 +441632960007', qw(--country GB));
	is(slurp($rejects), <<'END', 'each line, with its reason');
line,number,reason
3,0800 FLOWERS,holds letters
4,01632960009,is on the do-not-call list
5,,has too few columns
6,"",is empty
7,112,is no number of this country: its length or its first digit is wrong
8,0044 1632 960001,is in line 2 already
9,x\y?z,holds letters
10,+999 12345,begins with no country's calling code
11,01632960008,is on the do-not-call list
END
	gives('short ones', "4711\n4712\n", '2 1 0 0 1 0', '4712');
	sql("DELETE FROM config WHERE option = 'country'");

	my ($status, $out) = import_file("4712\n4713\n", '--csv',
		'--rejects', "$dir/elsewhere");
	like($out, qr{^2,1,0,1,0,0,false,\Q$dir\E/elsewhere$}m, 'CSV');
	is(slurp("$dir/elsewhere"), "line,number,reason\n1,4712,is in the "
		. "campaign already\n", 'where they were wanted');
	ok(!-e $rejects, 'and nowhere else');
	sql("UPDATE campaign_phones SET cld = '00441632960001'
		WHERE cld = '4713'");
	($status, $out) = import_file("+441632960001\n", '--csv');
	like($out, qr/^1,0,0,1,0,0,/m, 'it knows what is written otherwise');
	fails('no place for them', 1, qr/rejects.*--rejects/,
		"x\n4712\n5000\n", '--no-header', '--rejects',
		"$dir/none/x");
	sql('DELETE FROM do_not_call');
};

subtest 'a dry run' => sub {
	sql('DELETE FROM campaign_phones');
	my $text = "4711\n4711\nx1234\n4712\n";
	my ($status, $out) = import_file($text, '--dry-run', '--csv');
	my $said = slurp($rejects);

	is($status, 0, 'done');
	is(phones(), '', 'it changes nothing');
	my (undef, $real) = import_file($text, '--csv');
	is($out =~ s/,true,/,false,/r, $real, 'it says the same');
	is(slurp($rejects), $said, 'its rejects, too');
	is(phones(), '4711 4712', 'as the real one');
	(undef, $out) = import_file("4713\n", '--dry-run');
	like($out, qr/^added +1\n(.*\n)*dry_run +yes$/m, 'a table');
};

subtest 'refused as a whole' => sub {
	fails('not UTF-8', 1, qr/line 2: not UTF-8.*--encoding latin1/,
		"4711\nM\xfcller\n");
	fails('junk', 1, qr/NUL byte/, "4711\n\x7fELF\0\1\2\n");
	fails('a spreadsheet', 1, qr/spreadsheet/, "PK\3\4\n");
	fails('UTF-16', 1, qr/UTF-16/, "\xff\xfe4\0");
	fails('an open quote', 1, qr/line 2: a quote/, "4711\n\"4712\n4713\n");
	fails('no such column', 1, qr/no column 'fax'.*'name', 'phone'/,
		"name,phone\nx,4711\n", qw(--column fax));
	fails('a column of an empty file', 1, qr/no column.*empty/, '',
		qw(--column fax));
	fails('no clear column', 1, qr/--column/, "a,b\n4711,4712\n");
	fails('no country', 2, qr/'UK' is no country/, "4711\n",
		qw(--country UK));
	fails('no encoding', 2, qr/latin1/, "4711\n", qw(--encoding koi8-r));
	fails('no delimiter', 2, qr/delimiter/, "4711\n",
		qw(--delimiter ab));
	fails('both', 2, qr/--header/, "4711\n", qw(--header --no-header));

	my ($status, undef, $err) = ringround('import', 'nope', $file, '-d',
		conninfo());
	is($status, 3, 'no such campaign');
	like($err, qr/no campaign 'nope'/, 'it says so');
	($status, undef, $err) = ringround('import', 'flood', "$dir/nope",
		'-d', conninfo());
	is($status, 3, 'no such file');
	like($err, qr/cannot open/, 'it says so');
};

subtest 'standard input, many lines, two at a time' => sub {
	sql('DELETE FROM campaign_phones');
	my $many = spew("$dir/many", join '', map { '+38044' . (1000000 + $_)
		. "\r\n" } 1 .. 100_000);
	my @child = map { spawn(name => "import-$_", cwd => $dir, stdin =>
		$many, cmd => [$ringround, 'import', 'flood', '-', '-d',
		conninfo(), '--rejects', "$dir/many-$_.rejects"]) } 1, 2;
	wait_for('both end', 60, sub { !grep { !child_ended($_) } @child });

	is(sql("SELECT concat_ws(' ', count(*), count(DISTINCT cld),
		min(cld), max(cld)) FROM campaign_phones"),
		'100000 100000 +380441000001 +380441100000',
		'every number is there once');
	is(sql('SELECT total FROM campaign_summary'), 100_000, 'counted');
	is(sql("SELECT bool_and(ordered) FROM (SELECT cld >= lag(cld) OVER
		(ORDER BY i_campaign_phone) IS NOT FALSE AS ordered
		FROM campaign_phones) x"), 't', 'in the order of the file');
	my @rejects = grep { -e } map { "$dir/many-$_.rejects" } 1, 2;
	is(scalar @rejects, 1, 'the second one added none');
	is(scalar(() = slurp($rejects[0]) =~ /in the campaign already$/mg),
		100_000, 'and says so of each');
};

subtest 'what is cut off leaves nothing' => sub {
	sql('DELETE FROM campaign_phones');
	mkfifo("$dir/pipe", 0600) or die "mkfifo: $!";
	my $begin = sub {
		my $child = spawn(name => 'cut', cwd => $dir, stderr =>
			"$dir/cut.err", cmd => [$ringround, 'import', 'flood',
			"$dir/pipe", '-d', conninfo()]);

		open my $pipe, '>', "$dir/pipe" or die "pipe: $!";
		$pipe->autoflush(1);
		print $pipe map { '+38044' . (2000000 + $_) . "\n" }
			1 .. 50_000;
		return ($child, $pipe);
	};
	my $sessions = sub { sql("SELECT count(*) FROM pg_stat_activity
		WHERE query LIKE 'COPY import_lines%' AND state = 'active'") };

	my ($child, $pipe) = $begin->();
	wait_for('it is at work', 20, sub { $sessions->() == 1 });
	signal_child($child, 'KILL');
	wait_for('it is killed', 10, sub { child_ended($child) });
	close $pipe;
	wait_for('its session ends', 20, sub { $sessions->() == 0 });
	is(phones(), '', 'killed');

	($child, $pipe) = $begin->();
	wait_for('another one is', 20, sub { $sessions->() == 1 });
	sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE query LIKE 'COPY import_lines%' AND state = 'active'");
	print $pipe map { '+38044' . (3000000 + $_) . "\n" } 1 .. 50_000;
	close $pipe;
	wait_for('it ends', 20, sub { child_ended($child) });
	is($child->{status} >> 8, 1, 'its database is lost');
	like(slurp("$dir/cut.err"), qr/\Aringround: [^\n]+\n\z/, 'it says so');
	is(phones(), '', 'and nothing is there');

	my ($status) = run_program(['bash', '-c', '"$0" import flood - -d "$1" '
		. '< <(printf "+380442000001\n+380442\xff") ; exit $?',
		$ringround, conninfo()], cwd => $dir);
	is($status, 1, 'a pipe that breaks within a character');
	is(phones(), '', 'leaves nothing');
	is_deeply([glob "$dir/*.part"], [], 'no file either');
};

subtest 'the do-not-call list' => sub {
	my @dnc = ('dnc', 'import', $file, '-d', conninfo(), qw(--json
		--country GB));

	spew($file, "tel\n01632 960001\n+44 1632 960001\nx\n01632960002\n");
	my ($status, $out) = ringround(@dnc, '--dry-run', '--reason', 'asked');
	is(sql('SELECT count(*) FROM do_not_call'), 0, 'a dry run');
	($status, $out) = ringround(@dnc, '--reason', 'asked');
	is($status, 0, 'done');
	is(join(' ', map { decode_json($out)->{$_} } @columns),
		'4 2 1 0 0 1', 'counts');
	is(sql("SELECT string_agg(number || ' ' || reason, ', ' ORDER BY
		digits) FROM do_not_call"),
		'+441632960001 asked, +441632960002 asked', 'they are on it');
	($status, $out) = ringround(@dnc);
	is(join(' ', map { decode_json($out)->{$_} } @columns),
		'4 0 1 2 0 1', 'again');
	($status, $out, my $err) = ringround(@dnc[0, 1],
		spew("$dir/new", "4711\n"), @dnc[3, 4], '--reason', "a\nb");
	is($status, 1, 'a bad reason');
	like($err, qr/a reason is/, 'it says what one is');
	is(sql('SELECT count(*) FROM do_not_call'), 2, 'then nothing');
};

# The import waits for the one, and puts the others on the list.
subtest 'a number that somebody else is adding' => sub {
	my $other = spawn(name => 'psql', cmd => ['psql', '-Xq', '-d',
		conninfo(), '-c', "BEGIN; INSERT INTO do_not_call (number)
			VALUES ('+441632960003'); SELECT pg_sleep(2); COMMIT"]);

	wait_for('it is not committed', 10, sub { sql("SELECT EXISTS (SELECT
		FROM pg_stat_activity WHERE wait_event = 'PgSleep')") eq 't' });
	my ($status, $out, $err) = ringround('dnc', 'import', spew("$dir/new",
		"+441632960003\n+441632960004\n"), '-d', conninfo());
	is("$status $err", '0 ', 'no reason to fail');
	is(sql('SELECT count(*) FROM do_not_call'), 4, 'both are on it');
	stop_child($other);
};

# The import asks the list by sets, the claim number by number.
subtest 'the list says the same as to the claim' => sub {
	my @tails = map { 10_000_000 + int rand 1000 } 1 .. 300;
	my @heads = ('', qw(0 00 44 +44 0044 +380 00380 380 1 +1 044 044 4 +4));
	my @some = map { my $tail = $_; map { ($_ . $tail, $_ . $tail % 1000) }
		@heads } @tails;
	my %seen;
	my @file = grep { !$seen{s/^[+]//r}++ } @some;

	for my $country ('', qw(44 1 380)) {
		sql('DELETE FROM campaign_phones');
		sql('DELETE FROM do_not_call');
		sql('DELETE FROM config');
		sql("INSERT INTO config VALUES ('campaign', 'country',
			'$country')") if $country;
		sql("INSERT INTO do_not_call (number) SELECT unnest('{" .
			join(',', map { ($heads[rand @heads] . $_,
			$heads[rand @heads] . $_ % 1000) }
			grep { rand() > 0.8 } @tails)
			. "}'::text[]) ON CONFLICT DO NOTHING");
		import_file(join("\n", @file, ''), '--no-header');
		is(sql('SELECT count(*) FROM campaign_phones p WHERE EXISTS (
			SELECT FROM do_not_call WHERE digits = ANY
			(dnc_forms(p.cld, dnc_country())))'), 0,
			"none is added that is on it, in '$country'");
		my @out = slurp($rejects) =~
			/^\d+,(\S+),is on the do-not-call list$/mg;
		cmp_ok(scalar @out, '>', 0, 'some are left out');
		is(sql("SELECT count(*) FROM unnest('{" . join(',', @out)
			. "}'::text[]) n WHERE NOT EXISTS (SELECT FROM
			do_not_call WHERE digits = ANY (dnc_forms(n,
			dnc_country())))"), 0, 'and those are on it');
	}
	sql('DELETE FROM campaign_phones');
	sql('DELETE FROM config');
	sql('DELETE FROM do_not_call');
	sql("INSERT INTO do_not_call (number) VALUES ('+441632960001')");
};

subtest 'an operator may' => sub {
	my ($status, $out, $err) = ringround(qw(db init --roles -d),
		conninfo());

	is($status, 0, 'roles') or diag($err);
	sql("SET client_min_messages = warning");
	sql('DROP ROLE IF EXISTS import_tester');
	sql('CREATE ROLE import_tester LOGIN IN ROLE ringround_operator');
	spew($file, "+441632960001\n+441632960077\n");
	unlink $rejects;
	($status, $out, $err) = ringround('import', 'flood', $file, '--csv',
		'-d', conninfo() =~ s/user=\S+/user=import_tester/r);
	is($err, '', 'without a complaint');
	like($out, qr/^2,1,0,0,1,0,/m, 'all of it');
	is(phones(), '+441632960077', 'the phone is there');
	sql('DROP ROLE import_tester');
};

subtest 'on a terminal' => sub {
	my $term = RingTest::Terminal->new("sh -c '(sleep 1.5; cat; sleep 0.5)'"
		. " <$dir/many | $ringround import flood - --dry-run --rejects "
		. "$dir/t.rejects -d '" . conninfo() . "'", 100, 20);
	my $seen = $term->shows(20, qr/reading \d+ \(\d+\/s\)|adding \.\.\./);

	ok($seen, 'how far it is');
	my $end = $term->shows(30, qr/dry_run +yes/);
	like($end, qr/added +100000\b/, 'and how it went');
	unlike($end, qr/reading|adding/, 'the bar is taken away');
	$term->close;
};

done_testing();
