package Bench::Soak;

# Days of calls, each of them like the one before, and what is left of them

use strict;
use warnings;

use Exporter qw(import);
use List::Util qw(max sum0);
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Count;
use RingTest::Engine;
use RingTest::Terminal;
use RingTest::Wav;
use Bench::Proc;
use Bench::Table;
use Bench::World qw(setting sound);
use Time::HiRes qw(sleep time);

our @EXPORT = qw(bench_soak);

use constant {
	CAMPAIGNS => 3,         # a day
	KEPT_DAYS => 2,         # then its campaigns are deleted
	ROUND     => 6,         # seconds between the pauses
	REST      => 50,        # seconds: no timer of a call is left then,
				# and free memory has been given back
	TIDY      => 8,         # seconds in which autovacuum comes round
};

my @tables = qw(campaign_phones call_attempts campaign_counts
	campaign_totals engines);
my ($server, $engine, $callee, %seen);


# The database may be away just now.
sub _try
{
	my ($statement) = @_;

	return until_true(20, sub {
		my $value = eval { sql($statement) // '' };

		return defined $value ? "=$value" : '';
	}) =~ s/^=//r;
}


sub _campaign
{
	my ($phones) = @_;
	my $camp = campaign(i_ivr_prompt => sound(1), threshold_msec => 900,
		max_concurrent_calls => 200, max_attempts => 2,
		backoff_sec => 1, timeout_sec => 10);
	my %part = (1 => 0.7, 2 => 0.1, 3 => 0.1, 5 => 0.1);

	add_phones($camp, $_, int $phones * $part{$_}) for sort keys %part;
	return $camp;
}


sub _restart
{
	stop_child($server, 'INT', 30);
	sleep 2;
	$server = cluster_again();
}


# A console looks around, and leaves by its key or as a lost connection does.
sub _console
{
	my ($lost) = @_;
	my $term = RingTest::Terminal->new("$ringround console -d '" .
		conninfo() . "'", 100, 30);

	$term->shows(10, qr/ENGINE|engine/);
	for my $key (qw(Enter Down 3 5 1)) {
		$term->keys($key);
		sleep 0.5;
	}
	$term->keys('q') && $term->shows(5, qr/^status/m) unless $lost;
	$term->close;
}


# Pauses and resumes until a day's phones are done.
sub _go_on
{
	my ($end, @camps) = @_;
	my $list = join ', ', @camps;
	my $round = 0;

	while (1) {
		my $left = _try("SELECT count(*) FROM campaign_phones
			WHERE i_campaign IN ($list)
			AND (NOT finished OR claimed_by IS NOT NULL)");

		return 1 if $left eq '0';
		return 0 if time > $end;
		my $camp = $camps[++$round % @camps];

		_try("UPDATE campaigns SET paused = true
			WHERE i_campaign = $camp");
		sleep 1;
		_try("UPDATE campaigns SET paused = false
			WHERE i_campaign = $camp");
		$seen{pauses}++;
		if ($round == 1) {
			_console($camp % 2);
			$seen{consoles}++;
		} elsif ($round == 2) {
			_restart();
			$seen{restarts}++;
		} else {
			sleep ROUND - 1;
		}
	}
}


# Phones whose attempts are not those that their numbers deserve
sub _wrong
{
	my ($list) = @_;

	return sql("SELECT count(*) FROM (SELECT p.cld, p.call_count, p.status,
		(SELECT count(*) FROM call_attempts a
			WHERE a.i_campaign_phone = p.i_campaign_phone) AS n
		FROM campaign_phones p WHERE i_campaign IN ($list)) AS p
		WHERE n <> call_count OR (call_count, status::text) <>
		CASE left(cld, 1) WHEN '1' THEN (1, 'success'::text)
			WHEN '5' THEN (2, 'premature hangup'::text)
			ELSE (2, 'failure'::text) END");
}


# Turns a second of the loop, which has nothing to do: what a forgotten timer
# would add to. Others on the machine only take turns away, when the loop comes
# too late for one: the most of several looks counts.
sub _turns
{
	my $switches = sub { (slurp("/proc/$engine->{pid}/task/" .
		"$engine->{pid}/status")
		=~ /^voluntary_ctxt_switches:\s*(\d+)/m)[0] };

	return max(map { my $before = $switches->(); sleep 5;
		($switches->() - $before) / 5 } 1 .. 4);
}


sub _sample
{
	my %is = (memory => resident($engine->{pid}),
		descriptors => scalar(() = glob "/proc/$engine->{pid}/fd/*"),
		threads => scalar(() = glob "/proc/$engine->{pid}/task/*"),
		sessions => sql("SELECT count(*) FROM pg_stat_activity
			WHERE application_name ~ 'ringround'"));

	$is{$_} = sql("SELECT pg_total_relation_size('$_') / 1024")
		for @tables;
	$is{dead} = sql('SELECT sum(n_dead_tup) FROM pg_stat_user_tables');
	return \%is;
}


sub _day
{
	my ($day, $seconds, $rate, $old) = @_;

	sql("DELETE FROM campaigns WHERE i_campaign IN ($old)") if $old;
	# What fails is rung twice: three tenths.
	my $phones = $seconds * $rate * 0.9 / 1.3 / CAMPAIGNS;
	my @camps = map { _campaign($phones) } 1 .. CAMPAIGNS;
	my $list = join ', ', @camps;

	_go_on(time + 3 * $seconds + 60, @camps)
		or die "day $day does not end:\n" . log_of('engine', 20);
	sleep TIDY;
	$seen{wrong} += _wrong($list);
	my $calls = sql("SELECT count(*) FROM call_attempts
		WHERE i_campaign IN ($list)");

	$seen{calls} += $calls;
	my $at_work = resident($engine->{pid});

	sleep REST;
	my $is = _sample();

	fact("day $day", sprintf '%d calls; %d kB, then %d, %d descriptors, ' .
		'%d threads, %d sessions; tables %d kB, dead rows %d', $calls,
		$at_work, @$is{qw(memory descriptors threads sessions)},
		sum0(@$is{@tables}), $is->{dead});
	return ($is, $list);
}


# From the second day on, which has seen all that is made once, or from the
# day on which the first campaigns are deleted
sub _grown
{
	my ($what, $from, @days) = @_;

	return max(map { $_->{$what} } @days[-2, -1]) -
		$days[$from - 1]{$what};
}


sub _verdict
{
	my ($turns, @days) = @_;

	heading('in all');
	fact('calls', $seen{calls});
	fact('pauses, restarts of PostgreSQL, consoles', join ', ',
		@seen{qw(pauses restarts consoles)});
	figure('phones not rung as the rules say', '', [$seen{wrong}],
		'<= 0');
	figure('INVITEs less attempts', '', [events($callee, 'INVITE')
		- $seen{calls}], '<= 0');
	figure('memory, since day 2', 'kB', [_grown('memory', 2, @days)],
		'<= 1024');
	figure("$_, since day 2", '', [_grown($_, 2, @days)], '<= 0')
		for qw(descriptors threads sessions);
	figure('turns of the idle loop a second, first day', '',
		[$turns->[0]]);
	figure('  last day less that', '', [$turns->[1] - $turns->[0]],
		'<= 2');
	figure("$_, since day " . (KEPT_DAYS + 1), 'kB', [_grown($_,
		KEPT_DAYS + 1, @days)]) for @tables;
	my $all = sub { sum0(@{$_[0]}{@tables}) };

	figure('  all tables, last day by day ' . (KEPT_DAYS + 1), '',
		[$all->($days[-1]) / $all->($days[KEPT_DAYS])], '<= 1.1');
}


sub bench_soak
{
	my ($seconds, $days, $rate) = @_;
	my (@days, @lists, @turns);

	$server = cluster(durable => 1,
		args => [qw(-c autovacuum_naptime=2s)]);
	$callee = callees();
	proxy($callee);
	setting('maxcallspersecond', $rate);
	$engine = engine(args => ['-c', 500]);
	for my $day (1 .. $days) {
		my ($is, $list) = _day($day, $seconds, $rate,
			$lists[-(KEPT_DAYS)]);

		push @days, $is;
		push @lists, $list;
		push @turns, _turns() if $day == 1 || $day == $days;
	}
	_verdict(\@turns, @days);
	engine_stop($engine) == 0 or die "the engine does not leave\n";
}

1;
