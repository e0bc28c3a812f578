package Watched;

# An engine with its console, in a terminal, under a tool of valgrind's, and
# a campaign that it rings: all three threads have their work.

use strict;
use warnings;

use Exporter qw(import);
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Count;
use RingTest::Engine;
use RingTest::Terminal;
use RingTest::Wav;

our @EXPORT = qw(watch);

# All is slower by twenty times and more.
my $patience = 180;
my $here = "$tree/tests/valgrind";


sub _look_around
{
	my ($term) = @_;

	for my $key (qw(3 Enter q 4 5 1 Enter / 1 Enter f \\ e ? q 1)) {
		$term->keys($key);
		sleep 1;
	}
}


# Run the campaigns. Returns what the tool has said of the engine.
sub watch
{
	my ($tool, @args) = @_;
	my $log = "$dir/$tool.log";
	my $command = join ' ', 'valgrind', "--tool=$tool",
		'--trace-children=yes', '--child-silent-after-fork=yes',
		"--suppressions=$here/$tool.supp", '--num-callers=30',
		"--log-file=$log.\%p", @args;
	my $server = cluster();
	my $callee = callees();
	my %set = (i_ivr_prompt => prompt(tone("$dir/tone.wav", 8000, 6)),
		threshold_msec => 5000, timeout_sec => 20, backoff_sec => 1,
		max_attempts => 2, max_concurrent_calls => 10);
	my $port = free_port();

	proxy($callee);
	my ($one, $two) = map { campaign(%set, name => "'$_'") } qw(one two);
	add_phones($one, $_, 4) for 1 .. 5;
	my $term = RingTest::Terminal->new("$command $ringround " .
		"-l 127.0.0.1:$port -d '" . conninfo() . "' -n watched",
		100, 30);

	ok($term->shows($patience, qr/one +(RUNNING|FULL|BACKOFF)/),
		'it dials, and the console shows it') or diag($term->screen);
	_look_around($term);
	wait_for('all are rung', $patience, sub { over($one) });

	# A server that goes and comes is a path of its own.
	stop_child($server, 'INT', 20);
	sleep 3;
	cluster_again();
	until_true(20, sub { (eval { sql('SELECT 1') } // '') eq '1' });
	add_phones($two, $_, 3) for 1, 2, 5;
	wait_for('and the others, after a restart of the server', $patience,
		sub { over($two) });
	rules_ok($_, $callee, 2) for $one, $two;
	counters_ok();

	my $pid = sql("SELECT pid FROM engines WHERE node = 'watched'");
	$term->keys('Q');
	sleep 2;
	$term->keys('d');
	ok($term->shows($patience, qr/^status 0$/m), 'it leaves cleanly')
		or diag($term->screen);
	my $text = slurp("$log.$pid");
	like($text, qr/^==$pid== Command: .*baresip/m,
		'it was the engine that was watched');
	$term->close;

	return $text;
}

1;
