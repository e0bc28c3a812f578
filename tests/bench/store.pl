#!/usr/bin/perl

# The store at its full size: how long, how fast, how much. README.md says
# what each figure means. A missed target is printed, not punished; what
# cannot be measured ends this with a status that is not 0.

use strict;
use warnings;

use FindBin;
use List::Util qw(max min);
use lib "$FindBin::Bin/../system/lib", "$FindBin::Bin/lib";
use POSIX qw(strftime);

BEGIN {
	$ENV{PHONES} //= 10_000_000;
	$ENV{CAMPAIGNS} //= max(10, int $ENV{PHONES} / 10_000);
	$ENV{RUNS} //= 15;
	$ENV{SHARED_BUFFERS} //= '1GB';
}

use RingTest;
use Bench::Cluster;
use Bench::Life;
use Bench::Load;
use Bench::Plans;
use Bench::Read;
use Bench::Table;
use Bench::Wear;
use Bench::Write;

$| = 1;


sub load_average
{
	return (split ' ', slurp('/proc/loadavg'))[0];
}


sub machine
{
	my $cpu = slurp('/proc/cpuinfo');
	my ($model) = $cpu =~ /^model name\s*: (.*)/m;
	my ($kb) = slurp('/proc/meminfo') =~ /^MemTotal:\s+(\d+)/m;
	my $s = connect_to('postgres');
	my ($status, $out) = run_program([pg_bin('pg_test_fsync'), '-s', 1,
		'-f', data_path('fsync.test')]);
	my ($sync) = $out =~ /one 8kB write.*?fdatasync\s+\S+\s+\S+\s+(\d+)/s;

	fact('date', strftime('%Y-%m-%d %H:%M', localtime));
	fact('machine', sprintf '%d x %s, %d GB', scalar(() =
		$cpu =~ /^processor/mg), $model // '?', $kb / 1048576);
	fact('load before', load_average());
	fact('fdatasync of 8 kB', ($sync // '?') . ' us');
	fact('PostgreSQL', ask($s, 'SHOW server_version'));
	fact('  settings', changed_settings() . '; else its defaults');
	fact('  fsync, synchronous_commit, full_page_writes',
		join ', ', map { ask($s, "SHOW $_") }
		qw(fsync synchronous_commit full_page_writes));
	fact('phones, campaigns', "$ENV{PHONES}, $ENV{CAMPAIGNS}");
}


sub sizes
{
	my $s = connect_to('due');

	heading('on the disk');
	fact("  $_->[0]", sprintf '%d MB', $_->[1] / 1048576) for rows($s,
		"SELECT relname, pg_relation_size(oid) FROM pg_class
		WHERE relname LIKE 'campaign_phones%' AND relkind IN
		('r', 'i') ORDER BY 2 DESC");
}


die "PHONES must be 100000 at least, CAMPAIGNS between 10 and PHONES / 4000\n"
	if $ENV{PHONES} < 100_000 || $ENV{CAMPAIGNS} < 10
	|| $ENV{CAMPAIGNS} > $ENV{PHONES} / 4000;
my $runs = $ENV{RUNS};
my $calls = 16 * int min(250, $ENV{PHONES} / 8000);

start_cluster();
machine();
load_all($ENV{PHONES}, $ENV{CAMPAIGNS});
sizes();
bench_scan($runs, $ENV{CAMPAIGNS});
bench_summary($runs, '', qw(due later));
bench_upkeep($runs);
bench_claim($runs, $ENV{CAMPAIGNS});
my $folder = keep_plans();
bench_life(1000);
bench_write(5, $calls, $calls / 4);
bench_wear($runs, $ENV{PHONES} / 20, $ENV{PHONES} / 100);
bench_summary(5, ' after all this', 'due');
fact('load after', load_average());
stop_cluster();

spew("$build/bench/store.txt", table_text());
print "\nthe plans are in $folder\n";
