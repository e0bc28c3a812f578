#!/usr/bin/perl

# The commands around campaigns, schedules and the do-not-call list, as an
# operator and his scripts use them

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use RingTest;
use RingTest::Cluster;
use RingTest::Terminal;

cluster();
sql("SET TimeZone = 'UTC'");


# (status, stdout, stderr)
sub tool
{
	my @args = @_;
	my $o = ref $args[-1] ? pop @args : {};

	return ringround(@args, '-d', conninfo(), $o);
}


sub does
{
	my ($what, $expected, @args) = @_;
	my ($status, $out, $err) = tool(@args);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($err, '', "$what: without a complaint");
	is($status, 0, "$what: done");
	ref $expected ? like($out, $expected, $what)
		: is($out, $expected, $what);
	return $out;
}


sub fails
{
	my ($what, $expected, $pattern, @args) = @_;
	my ($status, $out, $err) = tool(@args);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($status, $expected, "$what: status $expected");
	is($out, '', "$what: nothing on stdout");
	like($err, qr/\Aringround: [^\n]+\n\z/, "$what: one line");
	like($err, $pattern, $what);
}


sub json
{
	my ($status, $out) = tool(@_, '--json');

	return eval { decode_json($out) } // "status $status: $out";
}


subtest 'every command has help, a place in the manual, completion' => sub {
	my (undef, $help) = ringround('--help');
	my @commands = $help =~ /^(?:Usage:|      ) ringround ((?!\[)\w.*)/mg;
	my $man = slurp("$tree/packaging/ringround.1");
	my ($synopsis) = $man =~ /^\.SH SYNOPSIS\n(.*?)^\.SH /ms;
	my ($commands) = $man =~ /^\.SH COMMANDS\n(.*?)^\.SH /ms;
	my (undef, $completion) = ringround('completion');

	s/\\([-e])/$1/g for $synopsis, $commands;
	cmp_ok(scalar @commands, '>', 15, 'there are commands');
	for (@commands) {
		my ($words) = /^([a-z]+(?: [a-z][a-z-]+)?)/;
		my ($status, $out) = ringround(split(/ /, $words), '--help');

		is($status, 0, "$words --help");
		like($out, qr/\AUsage: ringround $words\b/, 'says how');
		like($synopsis, qr/^\.B ringround $words$/m, 'synopsis');
		like($commands, qr/^\.BI? "?$words\b/m, 'manual');
		like($completion, qr/^\t'$words'\) words=/m, 'completion');
		for my $option ($out =~ /^ +(?:-\w, )?--([\w-]+)/mg) {
			my $name = $option =~ s/-/\\\\?-/gr;
			like($man, qr/\\-\\-$name\b/, "$words --$option is "
				. 'in the manual');
		}
	}
	my ($status) = run_program(['bash', '-n'], stdin =>
		spew("$dir/completion", $completion));
	is($status, 0, 'bash can read it');
	for (['', 'cam', 'campaign'], ['-d x=y campaign', 'l', 'list'],
			['campaign', 'res', 'resume'],
			['campaign -d x=y', 'del', 'delete'],
			['import', '--dr', '--dry-run'],
			['', '--dae', '--daemon'], ['dnc add', '--rea',
			'--reason'], ['nodes', 'x', '']) {
		my ($before, $begun, $wanted) = @$_;
		my $words = (run_program(['bash', '-c', '. "$1"
			[[ $(complete -p ringround) = *"-F _ringround"* ]] ||
				exit
			COMP_WORDS=(ringround $2 "$3")
			COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
			_ringround ringround
			echo "${COMPREPLY[*]}"', 'bash', "$dir/completion",
			$before, $begun]))[1];

		is($words, "$wanted\n", "ringround $before $begun: $wanted");
	}
};

subtest 'campaigns' => sub {
	does('none', "there is no campaign\n", qw(campaign list));
	is_deeply(json(qw(campaign list)), [], 'none as JSON');
	does('one', "1\n", qw(campaign add flood max_attempts=5
		--cli +441632960000), 'description=a "b", c');
	does('another', "2\n", qw(campaign add school paused=yes));
	is(sql("SELECT concat_ws(' ', name, max_attempts, cli, description,
		paused, timeout_sec) FROM campaigns WHERE i_campaign = 1"),
		'flood 5 +441632960000 a "b", c f 300', 'as it was told');
	does('a table', qr/^I_CAMPAIGN[ ]+NAME[ ]+PAUSED[ ].*\n
		[ ]+1[ ]+flood[ ]+no[ ].*\n[ ]+2[ ]+school[ ]+yes[ ]/x,
		qw(campaign list));
	does('CSV', qr/\Ai_campaign,name,paused,total,.*\n1,flood,false,0,/,
		qw(campaign list --csv));
	my $all = json(qw(campaign list));
	is(join(' ', map { "$_->{i_campaign} $_->{name}" } @$all),
		'1 flood 2 school', 'JSON');
	is(ref $all->[0]{paused}, 'JSON::PP::Boolean', 'with booleans');
	is(json(qw(campaign show flood))->{description}, 'a "b", c',
		'all of one');
	does('a line a column', qr/^max_attempts +5$/m,
		qw(campaign show 1));

	fails('one that is not there', 3, qr/no campaign 'x'.*list/,
		qw(campaign show x));
	does('the same name', "3\n", qw(campaign add flood));
	fails('which is two', 1, qr/1, 3.*number/, qw(campaign show flood));
	does('its number does', qr/flood/, qw(campaign show 3));
	fails('no name', 2, qr/needs NAME/, qw(campaign add));
	fails('a bad value', 2, qr/max_attempts.*1 to/,
		qw(campaign add x max_attempts=0));
	fails('a bad number', 1, qr/a number is/, qw(campaign add x cli=me));
	fails('a prompt that is not there', 3, qr/no prompt 'p'/,
		qw(campaign add x prompt=p));
	fails('two forms', 2, qr/--csv.*--json/,
		qw(campaign list --csv --json));
	is(sql('SELECT count(*) FROM campaigns'), 3,
		'what was refused is not there');
};

subtest 'campaign set' => sub {
	does('what changed', qr/^max_attempts +5 +7\n/m, qw(campaign set 1
		max-attempts=7 --timeout-sec 300));
	does('nothing', "nothing changed\n", qw(campaign set 1
		max_attempts=7));
	is_deeply(json(qw(campaign set 1 cli=)), [{ column => 'cli',
		old => '+441632960000', new => undef }], 'taken away');
	fails('no column', 2, qr/'colour'/, qw(campaign set 1 colour=red));
	fails('not all', 1, qr/a number is/, qw(campaign set 1
		max_attempts=9 cli=me));
	is(sql('SELECT max_attempts FROM campaigns WHERE i_campaign = 1'), 7,
		'then nothing');
};

subtest 'secrets' => sub {
	my $secret = "S'x\\ 7";
	my $stored = sub { sql('SELECT md5secret FROM campaigns
		WHERE i_campaign = 1') };

	fails('on the command line', 2, qr/(?!.*OpenSesame)command line/,
		qw(campaign set 1 md5secret=OpenSesame));
	my $text = does('from a file', qr/^md5secret /m,
		qw(campaign set 1 --md5secret),
		spew("$dir/secret", "$secret\nmore\n"));
	is($stored->(), $secret, 'its first line');
	unlike($text, qr/\Q$secret\E/, 'is not shown');
	my ($status) = tool(qw(campaign set 1 --md5secret env:RR_SECRET),
		{ env => { RR_SECRET => 'of env' } });
	is($stored->(), 'of env', 'from the environment');
	($status) = tool(qw(campaign set 1 --md5secret -),
		{ stdin => spew("$dir/secret", "piped\n") });
	is($stored->(), 'piped', 'from standard input');
	is(json(qw(campaign show 1))->{has_secret}, JSON::PP::true,
		'that there is one is shown');
	unlike(join('', map { (tool(@$_))[1] } [qw(campaign show 1)],
		[qw(campaign list)], [qw(campaign show 1 --csv)]), qr/piped/,
		'and not more');
	does('taken away', qr/md5secret/, qw(campaign set 1 md5secret=));
	is(json(qw(campaign show 1))->{has_secret}, JSON::PP::false,
		'there is none');
};

subtest 'pause, resume, stop' => sub {
	is_deeply([map { $_->{changed} ? 'yes' : 'no' }
		@{json(qw(campaign pause 1 2))}], [qw(yes no)],
		'what was changed');
	fails('not all are there', 3, qr/'nope'/,
		qw(campaign resume 1 nope));
	is(sql('SELECT count(*) FROM campaigns WHERE paused'), 2,
		'then none is changed');
	does('resumed', qr/^ +1 +flood +no +yes +0$/m,
		qw(campaign resume 1));

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		VALUES (1, '4711'), (1, '4712')");
	by_engine { sql("UPDATE campaign_phones SET claimed_by = 'n',
		status = 'answer', i_attempt = 77, call_count = 1,
		expires = now() + interval '1 h' WHERE cld = '4711'") };
	is(json(qw(campaign pause 1))->[0]{live}, 1, 'a live call');
	is(json(qw(campaign stop 1))->[0]{hung_up}, 1, 'is hung up');
	is(sql('SELECT i_attempt FROM hangups'), 77, 'by its engine');
};

subtest 'delete' => sub {
	fails('without a terminal', 2, qr/--yes/, qw(campaign delete 1));
	fails('with live calls', 1, qr/live calls: 1.*Pause it/,
		qw(campaign delete 1 --yes));
	by_engine { sql('UPDATE campaign_phones SET claimed_by = NULL') };
	does('with --yes', '', qw(campaign delete 3 -y));
	fails('it is gone', 3, qr/no campaign/, qw(campaign delete 3 -y));
	is(sql('SELECT count(*) FROM campaign_phones'), 2,
		'others are there');
};

subtest 'asked on a terminal' => sub {
	my $term = RingTest::Terminal->new("$ringround campaign delete 1 -d '"
		. conninfo() . "'", 100, 10);

	ok($term->shows(10, qr/delete\ the\ campaign\ 'flood'\ with\ 2\ phones
		\ and\ 0\ attempts\?\ \[y\/N\]/x), 'it asks');
	$term->keys('n', 'Enter');
	ok($term->shows(10, qr/nothing was deleted\s+status 4/), 'no is no');
	$term->close;
	is(sql('SELECT count(*) FROM campaigns WHERE i_campaign = 1'), 1,
		'it is there');

	$term = RingTest::Terminal->new("$ringround campaign set 1 "
		. "--md5secret - -d '" . conninfo() . "'", 100, 10);
	ok($term->shows(10, qr/secret:/), 'a secret is asked for');
	$term->type('Typed77');
	$term->keys('Enter');
	my $screen = $term->shows(10, qr/status 0/);
	like($screen, qr/md5secret/, 'it is set');
	unlike($screen, qr/Typed77/, 'without echo');
	is(sql('SELECT md5secret FROM campaigns WHERE i_campaign = 1'),
		'Typed77', 'as typed');
	$term->close;

	$term = RingTest::Terminal->new("$ringround campaign delete 1 -d '"
		. conninfo() . "'", 100, 10);
	ok($term->shows(10, qr/\[y\/N\]/), 'asked again');
	$term->keys('y', 'Enter');
	ok($term->shows(10, qr/status 0/), 'yes is yes');
	$term->close;
	is(sql('SELECT count(*) FROM campaigns WHERE i_campaign = 1'), 0,
		'it is gone');
};

subtest 'schedules' => sub {
	does('one', "1\n", qw(schedule add office), 'mon-fri 09:00-17:30',
		'sat 10-12', qw(--time-zone Europe/Kyiv));
	does('a night', "2\n", qw(schedule add night), 'fri 22:00-06:00');
	does('a table', qr/^I_SCHEDULE +NAME .*\n +1 +office +Europe\/Kyiv /,
		qw(schedule list));
	my $at = sub { my ($what, @at) = @_;
		my ($status, $out) = tool(qw(schedule show), @at, '--json');
		my $got = decode_json($out);
		return join ' ', $status, $got->{open} ? 'open' : 'closed',
			$got->{next_change} };

	is($at->('', 'office', '--at', '2026-11-27 12:00'),
		'0 open 2026-11-27T15:30:01Z', 'open, in its own zone');
	is($at->('', 'office', '--at', '2026-11-27T15:31:00Z'),
		'4 closed 2026-11-28T08:00:00Z', 'closed, by UTC');
	is($at->('', 'night', '--at', '2026-11-28T05:00:00+00'),
		'0 open 2026-11-28T06:00:01Z', 'the night is Friday\'s');
	is($at->('', 'night', '--at', '2026-11-27T05:00:00+00'),
		'4 closed 2026-11-27T22:00:00Z', 'and not Thursday\'s');
	does('its records', qr/^records +mon-fri 09:00-17:30; sat 10:00-12:00$/m,
		qw(schedule show 1));
	fails('no time', 1, qr/rubbish/, qw(schedule show 1 --at rubbish));
	fails('no schedule', 3, qr/no schedule/, qw(schedule show 7));
	fails('no record', 2, qr/'soon'.*mon-fri/, qw(schedule add x soon));
	fails('no zone', 1, qr/time zone is/, qw(schedule add x always
		--time-zone Mars));
	is(sql('SELECT count(*) FROM schedules'), 2,
		'what was refused is not there');
	does('for a campaign', qr/^i_schedule +- +1$/m,
		qw(campaign set 2 schedule=office));
};

subtest 'the do-not-call list' => sub {
	does('nobody', "nobody is on the do-not-call list\n", qw(dnc list));
	is_deeply([map { "$_->{number} $_->{reason} $_->{new}" }
		@{json(qw(dnc add --reason asked), '+44 1632 960001',
			'4711')}], ['+441632960001 asked 1', '4711 asked 1'],
		'added');
	is(json(qw(dnc add 00441632960001))->[0]{new}, JSON::PP::false,
		'in another notation it is there already');
	does('the list', qr/^\+441632960001 +441632960001 +asked +\d{4}-/m,
		qw(dnc list));
	does('one of it', qr/\A[^\n]+\n4711,4711,asked,[^\n]+\n\z/,
		qw(dnc list 4711 --csv));
	fails('one that is not', 3, qr/'123' is not/, qw(dnc list 123));
	fails('no number', 1, qr/a number is/, qw(dnc add 1 x));
	fails('not all', 3, qr/'1' is not/, qw(dnc remove 4711 1));
	is(sql('SELECT count(*) FROM do_not_call'), 2, 'then none');
	does('removed', qr/^4711 /m, qw(dnc remove 4711));
	is(sql('SELECT number FROM do_not_call'), '+441632960001',
		'one is left');
	is(scalar @{json(qw(dnc list))}, 1, 'and listed');
};

done_testing();
