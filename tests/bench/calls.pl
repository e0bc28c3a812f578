#!/usr/bin/perl

# Calls through one engine: how many, what a packet costs, how late it is,
# beside a bare sendto() and SIPp. calls.md says what each figure means. A
# missed target is printed, not punished; what cannot be measured ends this
# with a status that is not 0.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../system/lib", "$FindBin::Bin/lib";
use POSIX qw(strftime);
use RingTest;
use Bench::Flood;
use Bench::Live;
use Bench::Peer;
use Bench::Rate;
use Bench::Table;
use Bench::Turns;
use Bench::World;

my %parts = (
	peer => \&bench_peer,
	live => \&bench_live,
	cps => \&bench_cps,
	codecs => \&bench_codecs,
	ptime => \&bench_ptime,
	talk => \&bench_talk,
	first => \&bench_first,
	pace => \&bench_pace,
	flood => \&bench_flood,
);
my @order = qw(peer live cps codecs ptime talk first pace);
my @wanted = split /,/, $ENV{PARTS} // join ',', @order;
my $seconds = $ENV{SECONDS} // 10;
my $runs = $ENV{RUNS} // 3;
my $limit = $ENV{LIMIT} // 3600;

$| = 1;


sub machine
{
	my ($model) = slurp('/proc/cpuinfo') =~ /^model name\s*: (.*)$/m;
	my $cpus = () = slurp('/proc/cpuinfo') =~ /^processor\s*:/mg;

	fact('date', strftime '%Y-%m-%d %H:%M', localtime);
	fact('machine', "$cpus x " . ($model // '?'));
	fact('load before', slurp('/proc/loadavg') =~ s/ .*//sr);
	fact('runs, seconds each', "$runs, $seconds");
}


for (@wanted) {
	$parts{$_} or die "no part $_: " . join(' ', @order) . "\n";
}
local $SIG{ALRM} = sub { die "not done within $limit s\n" };
alarm $limit;
machine();
world();
setting('maxcallspersecond', $ENV{RATE} // 200);
$parts{$_}->($seconds, $runs) for @wanted;
mkdir "$build/bench";
spew("$build/bench/calls.txt", table_text());
