package Bench::Read;

# Claims, scans, summaries: what must not depend on how many phones there are

use strict;
use warnings;

use Exporter qw(import);
use List::Util qw(min);
use RingTest;
use Bench::Cluster;
use Bench::Program;
use Bench::Table;

our @EXPORT = qw(bench_claim bench_scan bench_summary bench_upkeep);

my $query = "$tree/sql/query";


sub _statement
{
	my ($database, $runs, $file, @values) = @_;

	return time_sql($database, $runs, "$query/$file",
		query_params($file, @values));
}


# In turn, since the machine may be faster now than later
sub _few_and_all
{
	my ($runs, $few, $all) = @_;
	my (@few, @all, @ratio, @server);

	for (1 .. 5) {
		my @a = time_claim('few', $runs, 100, $few);
		my @b = time_claim('due', $runs, 100, $all);

		push @few, @a;
		push @all, @b;
		push @ratio, median(map { $_->[0] } @b)
			/ median(map { $_->[0] } @a);
		push @server, median(map { $_->[1] } @b)
			/ median(map { $_->[1] } @a);
	}
	figure('100 out of 10,000', 'ms', \@few, '<= 5');
	figure('100 out of all', 'ms', \@all, '<= 5');
	figure('  ratio, five times in turn', '', \@ratio, '<= 1.3');
	figure("  ratio of the server's processor time", '', \@server);
}


sub bench_claim
{
	my ($runs, $campaigns) = @_;
	my $few = connect_to('few');
	my $due = connect_to('due');
	my @spread = map { campaign_arg($due, $_) }
		grep { $_ % 2 == 0 } 2 .. $campaigns;

	splice @spread, 100 if @spread > 100;
	heading('claim of due phones, rolled back');
	_few_and_all($runs, campaign_arg($few, 1), campaign_arg($due,
		2 + 2 * int $campaigns / 4));
	figure('100 out of the largest campaign, a fifth of all', 'ms',
		[time_claim('due', $runs, 100, campaign_arg($due, 1))]);
	figure('1 each of ' . @spread . ' campaigns', 'ms',
		[time_claim('due', $runs, 1, @spread)]);
	figure('1', 'ms', [time_claim('due', $runs, 1,
		campaign_arg($due, 2))]);
	_listed($runs, $due, campaign_arg($due, 2 + 2 * int $campaigns / 4));
}


# Each phone that is due is looked up in the do-not-call list.
sub _listed
{
	my ($runs, $s, $campaign) = @_;

	ask($s, "INSERT INTO do_not_call (number) SELECT '+999' || n
		FROM generate_series(1, 1000000) AS n");
	ask($s, 'VACUUM ANALYZE do_not_call');
	figure('100 out of all, a million on the do-not-call list', 'ms',
		[time_claim('due', $runs, 100, $campaign)], '<= 5');
	ask($s, 'TRUNCATE do_not_call');
}


# What an engine asks at each scan interval: what is due within the next one,
# and what there is of some campaigns, whatever the counters say
sub bench_scan
{
	my ($runs, $campaigns) = @_;
	my ($some) = slurp("$tree/core/engine_priv.h") =~ /SAMPLE\s*= (\d+)/;
	my @last = 1 .. $campaigns;

	splice @last, 0, -min($some // 0, $campaigns);
	my $sample = '{' . join(',', @last) . '}';

	heading('scan');
	figure('due_campaigns.sql, nothing due, ' . @last . ' looked at',
		'ms', [_statement('later', $runs, 'due_campaigns.sql', 5,
		$sample)], '<= 2');
	figure('due_campaigns.sql, nothing due, none looked at', 'ms',
		[_statement('later', $runs, 'due_campaigns.sql', 5, '{}')]);
	figure('due_campaigns.sql, all campaigns due', 'ms',
		[_statement('due', $runs, 'due_campaigns.sql', 5, $sample)]);
	figure('campaigns.sql, nothing due', 'ms',
		[_statement('later', $runs, 'campaigns.sql')]);
	figure('campaigns.sql, all campaigns due', 'ms',
		[_statement('due', $runs, 'campaigns.sql')]);
}


sub _exact
{
	my ($database) = @_;
	my $s = connect_to($database);
	my ($wrong) = ask($s, <<'EOS');
SELECT count(*) FROM campaign_summary s FULL JOIN (
	SELECT i_campaign, count(*) AS total,
		count(*) FILTER (WHERE finished) AS finished,
		count(*) FILTER (WHERE status = 'idle') AS idle,
		count(*) FILTER (WHERE status = 'trying') AS trying,
		count(*) FILTER (WHERE status = 'answer') AS answer,
		count(*) FILTER (WHERE status = 'failure') AS failure,
		count(*) FILTER (WHERE status = 'premature hangup') AS early,
		count(*) FILTER (WHERE status = 'success') AS success,
		count(*) FILTER (WHERE claimed_by IS NOT NULL) AS live,
		count(*) FILTER (WHERE NOT finished AND claimed_by IS NULL
			AND coalesce(next_call, '-infinity') <= now()) AS due,
		min(greatest(next_call, now())) FILTER (WHERE NOT finished
			AND claimed_by IS NULL) AS next_due
	FROM campaign_phones GROUP BY i_campaign) AS c USING (i_campaign)
FULL JOIN (SELECT i_campaign, count(*) AS attempts,
	sum(played_msec) AS msec FROM call_attempts GROUP BY i_campaign) AS a
	USING (i_campaign)
WHERE (s.total, s.finished, s.idle, s.trying, s.answer, s.failure,
	s.premature_hangup, s.success, s.live, s.due_now, s.next_due,
	s.attempts, s.heard_sec)
IS DISTINCT FROM (c.total, c.finished, c.idle, c.trying, c.answer, c.failure,
	c.early, c.success, c.live, c.due, c.next_due,
	coalesce(a.attempts, 0), coalesce(a.msec, 0) / 1000.0)
EOS
	my ($n, $phones) = split /\|/, ask($s, 'SELECT count(*),
		sum(total) FROM campaign_summary');

	fact("exact? $database", $wrong ? "WRONG in $wrong campaigns"
		: "all $n campaigns, $phones phones, as counted one by one");
	die "campaign_summary is wrong\n" if $wrong;
}


sub bench_summary
{
	my ($runs, $name, @databases) = @_;
	my $whole = spew("$dir/whole.sql", 'SELECT * FROM campaign_summary');
	my $one = spew("$dir/one.sql", 'SELECT * FROM campaign_summary ' .
		'WHERE i_campaign = 2');

	heading("campaign_summary$name");
	for my $database (@databases) {
		figure("$database: all campaigns", 'ms', [time_sql($database,
			$runs, $whole)], '<= 10');
		figure("$database: one campaign", 'ms', [time_sql($database,
			$runs, $one)], '<= 10');
		_exact($database);
	}
}


# What each engine does every five seconds
sub bench_upkeep
{
	my ($runs) = @_;

	heading('upkeep, every 5 s in each engine');
	for (qw(later due)) {
		figure("recover_phones.sql with fold_tally(): $_", 'ms',
			[_statement($_, $runs, 'recover_phones.sql', 'bench',
			'f', '{}')]);
	}
}

1;
