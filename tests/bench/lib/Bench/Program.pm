package Bench::Program;

# The programs that measure with the engine's own objects

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use Bench::Cluster;

our @EXPORT = qw(
	campaign_arg time_sql time_claim run_calls per_claim step_rate
	with_plans query_params
);

my $plans = '';         # options of a session whose plans are kept


sub _run
{
	my ($name, $database, @args) = @_;
	my @flags = @args && $args[0] eq '-w' ? shift @args : ();
	my ($status, $out, $err) = run_program(["$build/tests/bench/$name",
		@flags, conninfo_of($database) . $plans, @args],
		seconds => 7200);

	die "$name: $err" if $status;
	return map { [split] } split /\n/, $out;
}


# Run something; PostgreSQL logs the plan of all that is done meanwhile.
sub with_plans
{
	my ($work) = @_;

	$plans = " options='-c session_preload_libraries=auto_explain " .
		join(' ', map { "-c auto_explain.log_$_" }
		qw(min_duration=0 analyze=on buffers=on triggers=on
		nested_statements=on)) . "'";
	my @result = $work->();
	$plans = '';

	return @result;
}


# A campaign as the programs want it named
sub campaign_arg
{
	my ($s, $id) = @_;

	return ask($s, "SELECT concat_ws(':', i_campaign, i_ivr_prompt, digest)
		FROM campaigns JOIN ivr_prompts USING (i_ivr_prompt)
		WHERE i_campaign = $id") // die "no campaign $id\n";
}


# As many of these parameters as a statement of sql/query has
sub query_params
{
	my ($file, @values) = @_;
	my ($n) = sort { $b <=> $a }
		slurp("$tree/sql/query/$file") =~ /\$(\d+)/g;

	$n //= 0;
	die "$file wants $n parameters\n" if $n > @values;
	return @values[0 .. $n - 1];
}


# Of each run the milliseconds, and those of the server's processor, without
# the first few, which find caches cold
sub time_sql
{
	my ($database, $runs, $file, @params) = @_;
	my @got = _run('time_sql', $database, $runs + 3, $file, @params);

	return map { [$_->[0] / 1000, $_->[2] / 1000] } @got[3 .. $#got];
}


# The same of claims; each must yield what it asks for.
sub time_claim
{
	my ($database, $runs, $limit, @campaigns) = @_;
	my @got = _run('time_claim', $database, $runs + 3, $limit,
		@campaigns);
	my @wrong = grep { $_->[1] != $limit * @campaigns } @got;

	die "a claim yielded $wrong[0][1] phones\n" if @wrong;
	return map { [$_->[0] / 1000, $_->[2] / 1000] } @got[3 .. $#got];
}


# Options: wal, node, campaign, calls, live, pending, steps. Returns lines
# as lists.
sub run_calls
{
	my ($database, %o) = @_;

	return _run('run_calls', $database, $o{wal} ? '-w' : (),
		$o{node} // 'bench', $o{campaign}, $o{calls}, $o{live},
		$o{pending} // 1000, @{$o{steps}});
}


# Milliseconds of each claim of a run
sub per_claim
{
	return map { $_->[1] / 1000 } grep { $_->[0] eq 'claim' } @_;
}


# Reports a second of a run's steps, all or one of them
sub step_rate
{
	my ($step, @lines) = @_;
	my ($n, $usec) = (0, 0);

	for (@lines) {
		next unless $_->[0] =~ /^(answer|success|end|retry)$/
			&& (!defined $step || $_->[0] eq $step);
		$usec += $_->[1];
		$n += $_->[2];
	}

	return $n * 1e6 / $usec;
}

1;
