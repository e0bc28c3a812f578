package Bench::Life;

# What a call writes, by what the WAL holds of it

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use Bench::Cluster;
use Bench::Program;
use Bench::Table;

our @EXPORT = qw(bench_life);


# The names of this database's relations by their files
sub _names
{
	my ($s) = @_;

	return map { $_->[0] => $_->[1] } rows($s, "SELECT '1663/' ||
		(SELECT oid FROM pg_database WHERE datname =
		current_database()) || '/' || pg_relation_filenode(oid),
		relname FROM pg_class WHERE relkind IN ('r', 'i', 'S')");
}


# Add a record of the WAL to what a step has written.
sub _add
{
	my ($sum, $names, $line) = @_;
	my ($rmgr, $rec, $tot) = $line =~
		m{^rmgr: (\S+)\s+len \(rec/tot\):\s*(\d+)/\s*(\d+)} or return;
	my ($what) = $line =~ /desc: (\S+)/;
	my ($file) = $line =~ /blkref #0: rel (\S+)/;
	my $name = $names->{$file // ''};

	return if defined $file && !$name || $rmgr eq 'Standby'
		|| $rmgr eq 'XLOG' || $rmgr eq 'CLOG';
	$sum->{bytes} += $rec;
	$sum->{images} += $tot - $rec;
	$name = 'a sequence' if $rmgr eq 'Sequence';
	$name //= lc $rmgr;
	$what =~ s/^(UPDATE|HOT_UPDATE|INSERT)\+INIT$/$1/;
	$what = 'INSERT' if $what =~ /^INSERT_(LEAF|UPPER)$/;
	$sum->{count}{$name}{lc($what) =~ s/_/ /gr}++;
}


# Run calls. Returns their steps in order, and what each has written.
sub _measure
{
	my ($s, $camp, $calls, $live, @steps) = @_;
	my @lines = run_calls('due', wal => 1, campaign => $camp,
		calls => $calls, live => $live, pending => $live,
		steps => \@steps);
	my %names = _names($s);
	my (%sum, $from, $step);

	for (@lines) {
		if ($_->[0] eq 'at') {
			my $to = $_->[1];

			if (defined $step) {
				_add($sum{$step} //= {}, \%names, $_)
					for wal_tool($from, $to);
			}
			($from, $step) = ($to, undef);
		} else {
			$step = $_->[0];
		}
	}

	return \%sum;
}


# Records of a relation, by kind, those that are hardly ever written left out
sub _kinds
{
	my ($count, $calls) = @_;

	return join ', ', map { sprintf '%s %.2f', $_, $count->{$_} / $calls }
		sort { $count->{$b} <=> $count->{$a} || $a cmp $b }
		grep { $count->{$_} / $calls >= 0.005 } keys %$count;
}


sub _print
{
	my ($name, $calls, $sum, @steps) = @_;
	my %total;

	fact($name, '');
	for my $step (@steps) {
		my ($count, @bytes) = @{$sum->{$step}}
			{qw(count bytes images)};

		fact("  $step", sprintf '%.0f bytes, page images %.0f',
			map { $_ / $calls } @bytes);
		for (sort keys %$count) {
			my $kinds = _kinds($count->{$_}, $calls);

			fact("    $_", $kinds) if $kinds;
		}
		$total{bytes} += $bytes[0];
		$total{images} += $bytes[1];
	}
	fact('  in all', sprintf '%.0f bytes a call, page images %.0f',
		map { $total{$_} / $calls } qw(bytes images));
}


sub bench_life
{
	my ($calls) = @_;
	my $s = connect_to('due');
	my $camp = campaign_arg($s, 3);
	my @heard = qw(answer success end);

	heading('WAL a call, and what it is for');
	for my $live (100, 1) {
		my $n = $live == 1 ? 100 : $calls;
		my $how = $live == 1 ? 'one at a time' : 'by the hundred';

		# the first to touch a page after a checkpoint writes it whole
		ask($s, 'CHECKPOINT');
		_print("heard, $how", $n, _measure($s, $camp, $n, $live,
			@heard), 'claim', @heard);
		_print("busy, to be tried again, $how", $n, _measure($s,
			$camp, $n, $live, 'retry'), 'claim', 'retry');
	}
	my ($upd, $hot) = split /\|/, ask($s, "SELECT n_tup_upd, n_tup_hot_upd
		FROM pg_stat_user_tables WHERE relname = 'campaign_phones'");
	fact('updates of phones in this database so far', sprintf
		'%d, %.1f %% of them HOT', $upd, $upd ? 100 * $hot / $upd : 0);
}

1;
