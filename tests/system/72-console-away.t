#!/usr/bin/perl

# ringround console on an engine that runs elsewhere: actions, rights, tables
# on standard output, the shell's job control, a database that goes away

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

my $server = cluster();
my $callee = callees();
my $prompt = prompt(tone("$dir/tone.wav", 8000, 20));
my $alpha = campaign(name => "'alpha'", i_ivr_prompt => $prompt,
	max_concurrent_calls => 2, threshold_msec => 1000, max_attempts => 1);
my $odd = campaign(name => "'comma, \"quote\" ü'", paused => 'true');

proxy($callee);
phone($alpha, "+7770$_") for 10 .. 29;
phone($odd, "71");


sub console
{
	my (@words) = @_;
	my $term = RingTest::Terminal->new("$ringround console @words -d '"
		. conninfo() . "'", 80, 24);

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


sub printed
{
	my ($status, $out, $err) = ringround('console', '-d', conninfo(),
		@_);

	is($err, '', "@_: nothing to complain about");
	is($status, 0, 'it ends well');
	return $out;
}


subtest 'no engine' => sub {
	my $term = console();

	shown($term, 5, qr/alpha +NO ENGINE/, 'it says that none is there');
	$term->keys('q');
	shown($term, 5, qr/^status 0/m, 'q leaves at once');
	$term->close;
};

my $engine = engine(node => 'far');

subtest 'actions' => sub {
	my $term = console();

	shown($term, 10, qr/alpha +(FULL|RUNNING)/, 'it dials');
	$term->keys('3');
	shown($term, 10, qr/LIVE CALLS 2/, 'its calls');
	shown($term, 10, qr/(answer|success) +1\/1.* far/, 'with the engine');
	my $id = sql("SELECT i_campaign_phone FROM campaign_phones WHERE
		claimed_by IS NOT NULL ORDER BY i_campaign_phone LIMIT 1");
	$term->keys('>', '>', '>', '>', '>', 'g');
	my ($number) = $term->screen =~ /^> (\+\d+)/m;
	$term->keys('x');
	shown($term, 5, qr/Hang up 1 call/, 'x asks') or return;
	$term->keys('y');
	shown($term, 5, qr/1 call is hung up/, 'y does it');
	wait_for('it is over', 5, sub { sql("SELECT claimed_by IS NULL FROM
		campaign_phones WHERE cld = '$number'") eq 't' });
	$term->keys('1', 'g', 'p');
	shown($term, 5, qr/alpha +DRAINING/, 'p pauses');
	$term->keys('X');
	shown($term, 5, qr/Stop alpha\?/, 'X asks for the name');
	$term->type('alph');
	$term->keys('Enter');
	shown($term, 5, qr/nothing done: that is not its name/, 'all of it');
	$term->keys('X');
	shown($term, 5, qr/Stop alpha\?/, 'X asks again');
	$term->type('alpha');
	$term->keys('Enter');
	shown($term, 5, qr/stopped: paused, \d calls/, 'and stops it');
	shown($term, 10, qr/alpha +PAUSED/, 'calls are over');
	$term->keys('q');
	shown($term, 5, qr/^status 0/m, 'q leaves');
	$term->close;
	ok(!child_ended($engine), 'the engine goes on');
};

subtest 'only looking' => sub {
	my $term = console('--readonly');

	shown($term, 5, qr/ ro$/m, 'it says so');
	shown($term, 5, qr/\(p:Pause\) \(r:Resume\)/, 'keys are in brackets');
	$term->keys('g', 'r');
	shown($term, 5, qr/this console may only read/, 'and do nothing');
	is(sql("SELECT paused FROM campaigns WHERE i_campaign = $alpha"),
		't', 'really');
	$term->keys('q');
	$term->close;
};

subtest 'a role that may only read' => sub {
	my ($status, undef, $err) = ringround(qw(db init --roles -d),
		conninfo());

	is($status, 0, 'there are roles') or diag($err);
	sql("CREATE ROLE eye LOGIN IN ROLE ringround_viewer");
	my $term = RingTest::Terminal->new("$ringround console -d '" .
		conninfo() =~ s/user=\w+/user=eye/r . "'", 80, 24);

	shown($term, 20, qr/ eye  ro$/m, 'it says who looks, and how');
	shown($term, 5, qr/\(p:Pause\) \(r:Resume\)/, 'keys are in brackets');
	$term->keys('g', 'p');
	shown($term, 5, qr/the role eye may not do that/,
		'and do nothing, and it is said why');
	$term->keys('Enter');
	shown($term, 5, qr/> \+?[\d*]*\*[\d*]* +/, 'numbers are masked');
	$term->keys('/');
	shown($term, 5, qr/numbers are masked for this role/,
		'and cannot be sought');
	$term->keys('Q');
	shown($term, 5, qr/^status 0/m, 'it leaves');
	$term->close;
};

subtest 'job control' => sub {
	my $term = RingTest::Terminal->new("env PS1='shell> ' bash --norc " .
		'--noprofile -i', 80, 24);

	$term->shows(10, qr/shell>/) or die $term->screen;
	$term->type("$ringround console -d '" . conninfo() . "'");
	$term->keys('Enter');
	shown($term, 10, qr/CAMPAIGNS 2/, 'a console in a shell');
	$term->keys('C-z');
	shown($term, 5, qr/Stopped/, '^Z goes to the shell');
	$term->type('echo is-$((6 * 7))');
	$term->keys('Enter');
	shown($term, 5, qr/is-42/, 'which can be used');
	$term->type('fg');
	$term->keys('Enter');
	shown($term, 5, qr/CAMPAIGNS 2.*\n.*\n.*NAME/, 'fg comes back');
	shown($term, 5, qr/LIVE/, 'to what is now');
	$term->keys('j', 'q');
	$term->type('stty -a');
	$term->keys('Enter');
	shown($term, 5, qr/\bicanon\b/, 'the terminal is as it was');
	unlike($term->screen, qr/-icanon|-echo\b|-isig/, 'all of it');
	$term->type('kill -HUP $$; exit');
	$term->close;
};

subtest 'a hang-up' => sub {
	my $term = console();
	my ($shell, @of) = $term->processes;

	ok(@of >= 1, 'it runs');
	stop_child($term->{server}, 'KILL');
	wait_for('it ends by itself', 3, sub { !grep { kill 0, $_ } @of });
};

subtest 'keys ahead of a question' => sub {
	my $term = console();
	my $paused = sub { sql("SELECT string_agg(paused::text, ' '
		ORDER BY i_campaign) FROM campaigns") };

	sql("UPDATE campaigns SET paused = false WHERE i_campaign = $odd");
	shown($term, 5, qr/comma.*(RUNNING|FULL|NO PROMPT)/, 'one dials');
	my $before = $paused->();

	$term->type('Pyy');
	shown($term, 5, qr/Pause 1 campaign\?.*y: yes/s, 'the question stays');
	is($paused->(), $before, 'they do not answer it');
	$term->keys('n');
	shown($term, 5, qr/nothing done/, 'n does');
	sql("UPDATE campaigns SET paused = true WHERE i_campaign = $odd");
	$term->keys('Q');
	$term->close;
};

subtest 'a database that does not answer' => sub {
	my $term = console();
	my $lock = spawn(name => 'psql', cmd => ['psql', '-Xqc',
		'BEGIN; LOCK campaigns; SELECT pg_sleep(60)', conninfo()]);

	shown($term, 15, qr/STALE [5-9]s db (slow|refuses)/, 'it is told');
	like($term->screen, qr/alpha/, 'the last rows are kept');
	$term->keys('g', 'r');
	shown($term, 5, qr/nothing done: the database/, 'and not acted on');
	stop_child($lock, 'INT');
	shown($term, 15, qr/LIVE \ds/, 'it comes back');
	is(sql("SELECT paused FROM campaigns WHERE i_campaign = $alpha"),
		't', 'nothing was done later');
	$term->keys('Q');
	$term->close;
};

subtest 'the database goes and comes' => sub {
	my $term = console();

	shown($term, 5, qr/LIVE 1s/, 'all is well');
	stop_child($server, 'INT', 10);
	shown($term, 10, qr/STALE \d+s db down, retry \d+s/, 'it is told');
	like($term->screen, qr/alpha/, 'the last rows are kept');
	select undef, undef, undef, 1;
	$term->keys('g', 'r');
	shown($term, 5, qr/nothing done: the database is away/,
		'nothing is done on them');
	shown($term, 20, qr/retry [78]s/, 'it tries less and less often');
	$server = cluster_again();
	eval { sql("SELECT 1") };       # the session of before is gone
	$term->keys('C-r');
	shown($term, 5, qr/LIVE \ds/, 'and at once when it is told to');
	$term->keys('r');
	shown($term, 10, qr/alpha +(RUNNING|FULL)/, 'and r resumes');
	$term->keys('p', 'q');
	$term->close;
};

subtest 'printed' => sub {
	my $out = printed('--once', '--ascii');

	like($out, qr/^  NAME.*STATE/, '--once: the heads');
	like($out, qr/^  alpha +\w+( \d+)? +\[[-#]+\] +\d+% +\d+\/20/m,
		'a row');
	unlike($out, qr/[^\x00-\x7f]/, 'in ASCII');

	$out = printed('--csv');
	like($out, qr/^id,name,state,percent,done,total,calls,/,
		'--csv: the names');
	like($out, qr/\r\n$odd,"comma, ""quote"" \xc3\xbc",PAUSED,0,0,1,0,/,
		'a row');
	$out = printed('--csv', 'phones', 'alpha');
	is(scalar(() = $out =~ /\r\n/g), 21, 'phones, all of them');
	like($out, qr/^\d+,\+777010,/m, 'with their numbers');
	my $again = printed('--csv', 'phones', $alpha);
	is_deeply([$again =~ /^\d+,\+\d+,/mg], [$out =~ /^\d+,\+\d+,/mg],
		'by the number, too');
	my $id = sql("SELECT min(i_campaign_phone) FROM campaign_phones");
	like(printed('--csv', 'phone', $id),
		qr/^1,\d{4}-\d\d-\d\dT[\d:.]+Z,,> INVITE/m, 'a phone');
	like(printed('--plain', 'phone', $id), qr/^1, time \d\d:/m, 'plain');
	like(printed('--plain'), qr/^$alpha, name alpha, state \w+/m,
		'--plain: a line');
	like(printed('--csv', 'engines'), qr/^far,UP,/m, 'engines');
	like(printed('--csv', 'calls'), qr/^id,number,campaign/, 'calls');

	for (['phones', 'nobody'], ['phone', '999999']) {
		my ($status, undef, $err) = ringround('console', '-d',
			conninfo(), '--csv', @$_);

		is($status, 1, "@$_: not there");
		like($err, qr/^ringround: there is no .*\n\z/, 'is told');
	}
	my ($status, undef, $err) = ringround('console', '-d', conninfo());

	is($status, 1, 'without a terminal');
	like($err, qr/^ringround: no terminal.*--once.*\n\z/, 'is told');
};

is(engine_stop($engine, 40), 0, 'the engine leaves');
done_testing();
