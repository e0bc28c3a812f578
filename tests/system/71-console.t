#!/usr/bin/perl

# The console of an engine, in a terminal: pause, drill, filter, tag, freeze,
# sizes, leaving it

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
my $prompt = prompt(tone("$dir/tone.wav", 8000, 7));
my %slow = (i_ivr_prompt => $prompt, threshold_msec => 1000,
	max_concurrent_calls => 3, timeout_sec => 20, max_attempts => 1);
my $alpha = campaign(%slow, name => "'alpha'");
my $beta = campaign(%slow, name => "'beta'", paused => 'true');
my $gamma = campaign(%slow, name => "'gamma'", paused => 'true');
my $count = 0;
my @pids;

# Engines without a terminal outlive it: that is what they are here for.
END {
	kill 'KILL', grep { slurp("/proc/$_/cmdline") =~ /^baresip\0/ } @pids;
}

proxy($callee);
phone($alpha, "70$_") for 10 .. 39;
phone($beta, "+4471$_") for 10 .. 19;
phone($gamma, "72$_") for 10 .. 11;


# A console with its engine, at 80x24. Returns (terminal, node).
sub console
{
	my $port = free_port();
	my $node = 'dial' . ++$count;
	my $term = RingTest::Terminal->new("$ringround -l 127.0.0.1:$port " .
		"-d '" . conninfo() . "' -n $node", 80, 24);

	$term->shows(20, qr/ENGINE|engine ok/) or die $term->screen;
	push @pids, until_true(10, sub { sql("SELECT pid FROM nodes
		WHERE node = '$node' AND connected") });
	return ($term, $node);
}


sub shown
{
	my ($term, $seconds, $pattern, $what) = @_;
	my $screen = $term->shows($seconds, $pattern);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok($screen, $what) or diag($term->screen);
	return $screen;
}


my ($term, $node) = console();

subtest 'pause and resume' => sub {
	shown($term, 10, qr/> alpha +(RUNNING|FULL)/, 'it dials');
	wait_for('calls are live', 10, sub { sql("SELECT count(*) FROM
		campaign_phones WHERE claimed_by IS NOT NULL") >= 3 });
	$term->keys('p');
	my $screen = shown($term, 3, qr/alpha +(PAUSING|DRAINING \d)/,
		'one key pauses, and says that it is not done yet');
	shown($term, 5, qr/alpha +DRAINING \d/, 'calls finish');
	shown($term, 2, qr/paused alpha, \d calls? finishing \(u: undo \d+s/,
		'it says so, and offers to undo it');
	is(sql("SELECT paused FROM campaigns WHERE i_campaign = $alpha"),
		't', 'it is paused');
	$term->keys('p');
	shown($term, 15, qr/alpha +PAUSED/, 'then none is live');
	is(sql("SELECT count(*) FROM campaign_phones
		WHERE claimed_by IS NOT NULL"), 0, 'really');
	$term->keys('r');
	shown($term, 5, qr/alpha +(RUNNING|FULL)/, 'r resumes it');
	shown($term, 2, qr/resumed alpha \(u: undo/, 'and says so');
	$term->keys('u');
	shown($term, 5, qr/alpha +(DRAINING|PAUSED)/, 'u undoes that');
	is(sql("SELECT paused FROM campaigns WHERE i_campaign = $alpha"),
		't', 'in the database');
	$term->keys('r');
	shown($term, 5, qr/alpha +(RUNNING|FULL)/, 'and so on');
};

subtest 'to a call and its packets' => sub {
	$term->keys('3');
	shown($term, 10, qr/LIVE CALLS [1-9].*\n.*\n.*NUMBER.*\n> 70\d\d/,
		'live calls');
	shown($term, 10, qr/> 70\d\d +alpha +(answer|success)/,
		'one of them answers');
	$term->keys('Enter');
	my $screen = shown($term, 10, qr/alpha > 70\d\d > attempt 1 of 1/,
		'Enter opens it');
	shown($term, 5, qr/prompt start/, 'its timeline');
	shown($term, 5, qr/prompt test \[.+\] 0:0\d\/0:0\d +\d+%/,
		'its prompt');
	my (@tx, @bar);
	for (1 .. 3) {
		my $now = $term->screen;

		push @tx, $1 if $now =~ /rtp tx (\d+)/;
		push @bar, scalar(() = $now =~ /\xe2\x96\x88/g);
		select undef, undef, undef, 0.7;
	}
	ok(@tx >= 2 && $tx[-1] > $tx[0], 'packets are counted')
		or diag("@tx\n", $term->screen);
	cmp_ok($bar[1], '>', $bar[0], 'and the bar moves')
		or diag("@bar\n");
	shown($term, 15, qr/(< BYE|> BYE) +success/,
		'its end, from the database');
	$term->keys('q');
	shown($term, 5, qr/LIVE CALLS/, 'q goes back');
	$term->keys('1');
};

subtest 'hang up' => sub {
	$term->keys('3');
	shown($term, 20, qr/> 70\d\d +alpha/, 'a call');
	$term->keys('*', 'x');
	my $screen = shown($term, 3, qr/Hang up \d calls?\?/, 'x asks');
	$term->keys('n');
	shown($term, 3, qr/nothing done/, 'n leaves it');
	$term->keys('x');
	shown($term, 3, qr/Hang up/, 'x asks again') or return;
	$term->keys('y');
	shown($term, 5, qr/(\d calls? (is|are) hung up|no such call)/,
		'y does it');
	$term->keys('U', '1');
};

subtest 'filter, sort, tag, several at once' => sub {
	$term->keys('/');
	$term->type('AMM');
	my $screen = shown($term, 3, qr/filter: AMM/, 'a filter is typed');
	shown($term, 3, qr/> gamma/, 'it holds at once');
	unlike($term->screen, qr/^. beta/m, 'others are gone');
	$term->keys('Enter', '\\');
	shown($term, 3, qr/^. beta/m, 'until it is cleared');
	$term->keys('I');
	shown($term, 3, qr/gamma.*\n. beta.*\n. alpha/, 'the order inverted');
	$term->keys('I', '>', '>', '>');
	shown($term, 3, qr/sort DONE\/TOTAL\+/, 'by another column');
	shown($term, 3, qr/gamma.*\n. beta.*\n. alpha/, 'is another order');
	$term->keys('<', '<', '<', 'g', 'j', 'Space', 'Space', 'r');
	shown($term, 3, qr/tagged 2/, 'two are tagged');
	wait_for('both are resumed', 5, sub { sql("SELECT count(*) FROM
		campaigns WHERE NOT paused") == 3 });
	shown($term, 3, qr/resumed 2 campaigns/, 'by one key');
	$term->keys('p');
	wait_for('and paused', 5, sub { sql("SELECT count(*) FROM
		campaigns WHERE paused") == 2 });
	$term->keys('U');
};

subtest 'numbers' => sub {
	$term->keys('g', 'j', 'Enter');
	shown($term, 5, qr/beta > PHONES/, 'the phones of a campaign');
	$term->keys('/');
	$term->type('+44711');
	shown($term, 5, qr/number=\^\+44711/, 'a number is typed');
	shown($term, 5, qr/> \+447110/, 'and found by its beginning');
	$term->keys('BSpace', 'BSpace', 'BSpace', 'BSpace', 'BSpace',
		'BSpace');
	$term->type('7117');
	$term->keys('Enter');
	shown($term, 5, qr/number=\*7117/, 'Enter looks anywhere');
	shown($term, 5, qr/> \+447117[^+]*$/s, 'and finds one');
	$term->keys('\\', 'f');
	shown($term, 5, qr/status=idle/, 'f goes by status');
	$term->keys('\\', 'q');
};

subtest 'freeze' => sub {
	$term->keys('Z');
	my $screen = shown($term, 3, qr/FROZEN \d\d:\d\d:\d\d/, 'Z freezes');
	sql("UPDATE campaigns SET name = 'renamed'
		WHERE i_campaign = $gamma");
	select undef, undef, undef, 2;
	unlike($term->screen, qr/renamed/, 'nothing moves');
	like($term->screen, qr/gamma/, 'what was there stays');
	$term->keys('Z');
	shown($term, 3, qr/renamed/, 'Z lets it move');
	shown($term, 3, qr/LIVE/, 'again');
};

subtest 'out of the console' => sub {
	$term->keys('e');
	my $screen = shown($term, 3, qr/3 rows written to /, 'e exports');
	my ($file) = glob "$dir/ringround-campaigns-*.csv";
	like(slurp($file // ''), qr/^id,name,state.*\r\n$alpha,alpha,/,
		'a CSV file');
	is((stat($file // ''))[2] & 0777, 0600, 'for its owner');
	$term->_tmux(qw(set -s set-clipboard on));
	$term->keys('g', 'y');
	shown($term, 3, qr/copied, if this terminal can: alpha/, 'y copies');
	ok(until_true(3, sub { ($term->_tmux('show-buffer'))[1]
		eq 'alpha' }), 'to the clipboard');
};

subtest 'a terminal that takes nothing' => sub {
	my $heard = sub { sql("SELECT count(*) FROM campaign_phones
		WHERE status = 'success'") };

	sql("UPDATE campaigns SET paused = false WHERE i_campaign = $beta");
	my $before = $heard->();
	signal_child($term->{server}, 'STOP');
	wait_for('calls go on', 30, sub { $heard->() > $before });
	signal_child($term->{server}, 'CONT');
	shown($term, 5, qr/LIVE \ds/, 'and it shows what is now');
	sql("UPDATE campaigns SET paused = true WHERE i_campaign = $beta");
};

subtest 'sizes' => sub {
	$term->resize(1, 1);
	select undef, undef, undef, 0.7;
	$term->keys('j', 'k', '3', '1');
	$term->resize(40, 10);
	shown($term, 5, qr/60x16 needed, this is 40x10/,
		'too small is told');
	$term->resize(60, 16);
	shown($term, 5, qr/CAMPAIGNS 3.*\n.*\n.*NAME/, 'the least that does');
	$term->resize(200, 60);
	shown($term, 5, qr/PROGRESS/, 'a large one');
	$term->resize(80, 24);
	shown($term, 5, qr/\?Help.*q:Quit/, 'and back');
};

subtest 'help' => sub {
	$term->keys('?');
	shown($term, 3, qr/HELP.*\n *\n?.*Keys/, '? helps');
	$term->keys('G');
	shown($term, 3, qr/brackets/, 'to its end');
	$term->keys('q');
	shown($term, 3, qr/CAMPAIGNS/, 'and back');
};

subtest 'left running' => sub {
	$term->keys('C-z');
	shown($term, 3, qr/it is not\s+stopped/, '^Z does not stop it');
	$term->keys('c', 'q');
	shown($term, 3, qr/h  headless/, 'q asks');
	wait_for('a call is live', 20, sub { sql("SELECT count(*) FROM
		campaign_phones WHERE status = 'answer'") });
	my $id = sql("SELECT i_campaign_phone FROM campaign_phones
		WHERE status = 'answer' LIMIT 1");
	$term->keys('h');
	shown($term, 5, qr/^status 0/m, 'h gives the terminal back');
	is(sql("SELECT connected FROM nodes WHERE node = '$node'"), 't',
		'the engine goes on');
	wait_for('so does the call', 15, sub { sql("SELECT status
		FROM campaign_phones WHERE i_campaign_phone = $id")
		eq 'success' });
	$term->close;
	select undef, undef, undef, 1;
	is(sql("SELECT connected FROM nodes WHERE node = '$node'"), 't',
		'without the terminal, too');
	kill 'TERM', $pids[-1];
	wait_for('until it is told', 20, sub { (sql("SELECT connected
		FROM nodes WHERE node = '$node'") // '') ne 't' });
};

subtest 'a lost terminal' => sub {
	($term, $node) = console();
	my $pid = $pids[-1];

	sql("UPDATE campaigns SET paused = false");
	wait_for('a call is live', 20, sub { sql("SELECT count(*) FROM
		campaign_phones WHERE status = 'answer'
		AND claimed_by = '$node'") });
	my $id = sql("SELECT i_campaign_phone FROM campaign_phones
		WHERE status = 'answer' AND claimed_by = '$node' LIMIT 1");
	stop_child($term->{server}, 'KILL');
	wait_for('the call goes on', 15, sub { sql("SELECT status
		FROM campaign_phones WHERE i_campaign_phone = $id")
		eq 'success' });
	my $cpu = sub { my @f = split / /, slurp("/proc/$pid/stat");
		$f[13] + $f[14] };
	sql("UPDATE campaigns SET paused = true");
	wait_for('all calls end', 20, sub { !sql("SELECT count(*) FROM
		campaign_phones WHERE claimed_by IS NOT NULL") });
	my $before = $cpu->();
	select undef, undef, undef, 3;
	cmp_ok($cpu->() - $before, '<', 100, 'nothing spins');
	my @ttys = grep { m{^/dev/(pts|tty)} } map { readlink // '' }
		glob "/proc/$pid/fd/*";
	is("@ttys", '', 'the terminal is let go');
	kill 'TERM', $pid;
	wait_for('it leaves when it is told', 20, sub { !kill 0, $pid });
};

# How the shell finds its terminal: the modes as they were, and its screen
sub given_back
{
	my ($status, $what) = @_;
	my $modes = sub { (run_program(['stty', '-a', '-F',
		($term->_tmux('display-message', '-p', '#{pane_tty}'))[1]
		=~ s/\n//r]))[1] };

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	shown($term, 10, qr/^status $status/m, $what);
	like($modes->(), qr/ icanon .* echo /s, 'lines, echoed');
	unlike($term->screen, qr/CAMPAIGNS/, 'on the screen of before');
}

subtest 'a signal instead of a hang-up' => sub {
	($term, $node) = console();
	my ($shell, $front) = $term->processes;

	kill 'HUP', $front;
	given_back(0, 'the terminal is given back');
	is(sql("SELECT connected FROM nodes WHERE node = '$node'"), 't',
		'the engine goes on');
	$term->close;
	kill 'TERM', $pids[-1];
	wait_for('until it is told', 20, sub { !kill 0, $pids[-1] });
};

subtest 'an engine that is killed' => sub {
	($term, $node) = console();
	kill 'KILL', $pids[-1];
	given_back(137, 'ends its front, too');
	like($term->screen, qr/the engine was ended by signal 9/, 'says so');
	$term->close;
};

done_testing();
