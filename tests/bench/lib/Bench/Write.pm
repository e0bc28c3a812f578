package Bench::Write;

# Status changes committed a second: an engine's, and pgbench's one by one

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use Bench::Cluster;
use Bench::Program;
use Bench::Table;

our @EXPORT = qw(bench_write);

# What three reports of a call change, as three transactions
my $script = <<'EOS';
\set id :first + :client_id * :span + :i
\set i :i + 1
UPDATE TABLE SET status = 'answer', setup_time = now(), connect_time = now() WHERE i_campaign_phone = :id;
UPDATE TABLE SET status = 'success', finished = true, next_call = NULL WHERE i_campaign_phone = :id;
UPDATE TABLE SET claimed_by = NULL, disconnect_time = now() WHERE i_campaign_phone = :id;
EOS

# The same phones without triggers; its indexes are its own, and small
my $plain = <<'EOS';
DROP TABLE IF EXISTS plain;
CREATE TABLE plain (LIKE campaign_phones INCLUDING ALL);
INSERT INTO plain (i_campaign_phone, i_campaign, cld, expires, call_count,
	setup_time, status, claimed_by, i_attempt)
SELECT i_campaign_phone, i_campaign, cld, expires, call_count, setup_time,
	status, claimed_by, i_attempt
FROM campaign_phones WHERE claimed_by = 'pgbench';
VACUUM (ANALYZE) plain;
EOS


# Rows of phones that were updated in this database so far; a session counts
# in when it ends.
sub _updated
{
	my ($s) = @_;

	until_true(10, sub { !ask($s, "SELECT count(*) FROM pg_stat_activity
		WHERE application_name IN ('ringround', 'pgbench')") })
		or die "a session does not end\n";
	ask($s, 'SELECT pg_stat_force_next_flush()');
	return (ask($s, "SELECT n_tup_upd FROM pg_stat_user_tables
		WHERE relname = 'campaign_phones'"))[-1];
}


# Calls without SIP; that all rows were written is said by the database.
sub _engine
{
	my ($s, $camp, $calls, $pending) = @_;
	my $before = _updated($s);
	my @lines = run_calls('due', campaign => $camp, calls => $calls,
		live => $calls, pending => $pending,
		steps => [qw(answer success end)]);

	my $done = _updated($s) - $before;
	die "$done rows were updated instead of " . $calls * 4 . "\n"
		if $done != $calls * 4;

	return @lines;
}


# Returns updates a second of phones that are claimed for it.
sub _pgbench
{
	my ($s, $camp, $table, $clients, $calls) = @_;
	my $file = spew("$dir/pgbench.sql", $script =~ s/TABLE/$table/gr);
	my $span = int $calls / $clients;

	run_calls('due', node => 'pgbench', campaign => $camp,
		calls => $calls, live => $calls, steps => []);
	ask($s, $plain) if $table eq 'plain';
	my ($first, $n) = split /\|/, ask($s, "SELECT min(i_campaign_phone),
		CASE WHEN max(i_campaign_phone) - min(i_campaign_phone)
		= count(*) - 1 THEN count(*) END
		FROM campaign_phones WHERE claimed_by = 'pgbench'");
	die "the phones claimed are not in a row\n" unless $n == $calls;

	my ($status, $out, $err) = run_program([pg_bin('pgbench'),
		qw(-n -M prepared), '-f', $file, '-c', $clients, '-j', $clients,
		'-t', $span, '-D', "first=$first", '-D', "span=$span", '-D',
		'i=0', conninfo_of('due')], seconds => 600,
		env => { PGOPTIONS => '-c ringround.node=pgbench' });
	die "pgbench: $err" if $status || $err =~ /abort/;
	my ($tps) = $out =~ /^tps = ([\d.]+)/m or die "pgbench: $out";
	ask($s, "UPDATE campaign_phones SET claimed_by = NULL,
		finished = true, status = 'success'
		WHERE claimed_by = 'pgbench'");

	return $tps * 3;
}


sub bench_write
{
	my ($runs, $calls, $one) = @_;
	my $s = connect_to('due');
	my $camp = campaign_arg($s, 1);
	my (%engine, %pgbench, @ratio, @cpu);

	# only an engine may write what an engine writes
	ask($s, "SELECT set_config('ringround.node', 'pgbench', false)");
	for (1 .. $runs) {
		my @lines = _engine($s, $camp, $calls, 1000);

		push @{$engine{$_}}, step_rate($_, @lines)
			for qw(answer success end);
		push @{$engine{all}}, step_rate(undef, @lines);
		push @cpu, [map { $_ / $calls / 3 } @{$lines[-1]}[1, 2]];
		push @{$engine{20}}, step_rate(undef,
			_engine($s, $camp, $one * 2, 20));
		push @{$engine{1}}, step_rate(undef,
			_engine($s, $camp, $one, 1));
		for my $table (qw(campaign_phones plain)) {
			push @{$pgbench{"$table $_"}}, _pgbench($s, $camp,
				$table, $_, $one) for 1, 4;
		}
		push @ratio, $engine{all}[-1]
			/ $pgbench{'campaign_phones 1'}[-1];
	}

	heading('status changes committed a second');
	figure('engine: answers, successes, ends at full speed', '/s',
		$engine{all});
	figure("  $_ only", '/s', $engine{$_}) for qw(answer success end);
	figure("engine: no more than $_ at a time", '/s', $engine{$_})
		for 20, 1;
	figure('pgbench -c 1, the same updates one by one', '/s',
		$pgbench{'campaign_phones 1'});
	figure('pgbench -c 4', '/s', $pgbench{'campaign_phones 4'});
	figure("pgbench -c $_, a table without triggers", '/s',
		$pgbench{"plain $_"}) for 1, 4;
	figure('  engine to pgbench -c 1', '', \@ratio, '>= 3');
	for ('campaign_phones 4', 'plain 1', 'plain 4') {
		my @v = @{$pgbench{$_}};

		figure("  engine to pgbench, $_", '', [map {
			$engine{all}[$_] / $v[$_] } 0 .. $#v]);
	}
	figure('  processor time a report: the engine', 'us',
		[map { $_->[0] } @cpu]);
	figure('  processor time a report: the server', 'us',
		[map { $_->[1] } @cpu]);
}

1;
