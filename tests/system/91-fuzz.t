#!/usr/bin/perl

# The targets of libFuzzer, for a few seconds each: FUZZ_SECONDS, 5. What
# they find is in build-fuzz/crash. make check builds them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use File::Basename qw(basename);
use Test::More;
use RingTest;

my $bin = "$tree/build-fuzz/tests/fuzz";
my @targets = map { basename($_) =~ /^fuzz_(.*)\.c$/ }
	sort glob "$tree/tests/fuzz/fuzz_*.c";
my $seconds = $ENV{FUZZ_SECONDS} // 5;

plan skip_all => 'no clang here, which the targets are built with'
	if (run_program(['sh', '-c', 'command -v clang']))[0];

cmp_ok(scalar @targets, '>=', 8, 'there are targets');
is(join(' ', grep { !-x "$bin/fuzz_$_" } @targets), '',
	'all are built: make fuzz-build');
is(join(' ', grep { !glob "$tree/tests/fuzz/corpus/$_/*" } @targets), '',
	'each has something to begin with');

my ($status, $out, $err) = run_program(['sh', "$tree/tests/fuzz/run",
	$seconds], seconds => 60 + $seconds * @targets);

is($status, 0, 'no input ends any of them') or diag($out . $err);
for my $target (@targets) {
	my ($runs) = $out =~ /^\Q$target\E: (\d+) runs, nothing found$/m;
	my @seeds = glob "$tree/tests/fuzz/corpus/$target/*";

	cmp_ok($runs // 0, '>', scalar @seeds, "$target has made its runs");
}

done_testing();
