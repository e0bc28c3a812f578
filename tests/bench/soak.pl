#!/usr/bin/perl

# A week of calls in minutes: campaigns that come and go, pauses, restarts of
# PostgreSQL, consoles; then whether anything has grown. soak.md says what
# each figure means. A missed target is printed, not punished; what cannot be
# measured ends this with a status that is not 0.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../system/lib", "$FindBin::Bin/lib";
use POSIX qw(strftime);
use RingTest;
use Bench::Soak;
use Bench::Table;

my $minutes = $ENV{MINUTES} // 10;
my $days = $ENV{DAYS} // 7;
my $rate = $ENV{RATE} // 60;

$| = 1;
$minutes =~ /^[1-9]\d*$/ && $days =~ /^\d+$/ && $days >= 3
	&& $rate =~ /^[1-9]\d*$/
	or die "MINUTES and RATE are at least 1, DAYS at least 3\n";

# Rests, restarts and what is slow come on top of the days.
local $SIG{ALRM} = sub { die "not done in time\n" };
alarm 60 * $minutes * 2 + 150 * $days;

my ($model) = slurp('/proc/cpuinfo') =~ /^model name\s*: (.*)$/m;
my $cpus = () = slurp('/proc/cpuinfo') =~ /^processor\s*:/mg;

fact('date', strftime '%Y-%m-%d %H:%M', localtime);
fact('machine', "$cpus x " . ($model // '?'));
fact('minutes, days, calls a second', "$minutes, $days, $rate");
bench_soak($minutes * 60 / $days, $days, $rate);
mkdir "$build/bench";
spew("$build/bench/soak.txt", table_text());
