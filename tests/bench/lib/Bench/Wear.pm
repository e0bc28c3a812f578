package Bench::Wear;

# What becomes of a claim when rows have been written and nothing is tidied

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use Bench::Cluster;
use Bench::Program;
use Bench::Table;

our @EXPORT = qw(bench_wear);


sub _autovacuum
{
	my ($s, $on) = @_;

	ask($s, "ALTER SYSTEM SET autovacuum = $on");
	ask($s, 'SELECT pg_reload_conf()');
}


sub _calls
{
	my ($camp, $calls) = @_;

	return run_calls('due', campaign => $camp, calls => $calls,
		live => 1000, steps => ['end']);
}


# Claims in the course of a run: those at its beginning, and at its end
sub _course
{
	my ($name, @lines) = @_;
	my @ms = per_claim(@lines);
	my $tenth = int @ms / 10 || 1;

	figure("$name: first tenth of the claims", 'ms',
		[@ms[0 .. $tenth - 1]]);
	figure("$name: last tenth", 'ms', [@ms[-$tenth .. -1]]);
	figure("$name: ends reported", '/s', [step_rate('end', @lines)]);
}


sub _claims
{
	my ($name, $runs, $camp) = @_;

	figure("claim of 100, $name", 'ms',
		[time_claim('due', $runs, 100, $camp)]);
}


sub _readers
{
	my ($name, $runs) = @_;
	my $file = spew("$dir/wear.sql", 'SELECT * FROM campaign_summary');

	figure("campaign_summary, $name", 'ms',
		[time_sql('due', $runs, $file)]);
}


# With autovacuum as it is set, and then without any
sub _churn
{
	my ($s, $runs, $camp, $churn) = @_;

	heading('wear: claims are committed');
	_claims('before', $runs, $camp);
	_course("$churn calls", _calls($camp, $churn));
	_claims('then', $runs, $camp);
	ask($s, 'VACUUM (ANALYZE)');
	heading('wear: autovacuum is off');
	_autovacuum($s, 'off');
	_course("$churn calls", _calls($camp, $churn));
	_claims('then', $runs, $camp);
	_readers('then', $runs);
	ask($s, 'VACUUM (ANALYZE)');
	_claims('after a vacuum', $runs, $camp);
}


sub _old_snapshot
{
	my ($s, $runs, $camp, $held) = @_;
	my $old = connect_to('due');

	heading('wear: somebody keeps an old snapshot');
	ask($old, 'BEGIN ISOLATION LEVEL REPEATABLE READ');
	ask($old, 'SELECT count(*) FROM config');
	_course("$held calls", _calls($camp, $held));
	_claims('then', $runs, $camp);
	_claims('in another campaign', $runs, campaign_arg($s, 2));
	_readers('then', $runs);
	ask($old, 'COMMIT');
	_claims('once it is closed', $runs, $camp);
	ask($s, 'VACUUM (ANALYZE)');
	_claims('after a vacuum', $runs, $camp);
}


sub bench_wear
{
	my ($runs, $churn, $held) = @_;
	my $s = connect_to('due');
	my $camp = campaign_arg($s, 1);

	_churn($s, $runs, $camp, $churn);
	_old_snapshot($s, $runs, $camp, $held);
	_autovacuum($s, 'on');
}

1;
