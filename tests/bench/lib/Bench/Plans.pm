package Bench::Plans;

# EXPLAIN (ANALYZE, BUFFERS) of what engines send, as they send it

use strict;
use warnings;

use Exporter qw(import);
use File::Path qw(make_path);
use RingTest;
use Bench::Cluster;
use Bench::Program;

our @EXPORT = qw(keep_plans);

my $folder = "$build/bench/plans";


# What an engine does besides, when it connects and every few seconds
my $besides = qr/\blost\ AS | recover_phones | crowded | fold_tally | set_config
	| connected_nodes | pg_backend_pid | (INTO|DELETE\ FROM)\ engines\b/x;


# The plans that the server's log holds from a place on; what is in functions
# and triggers comes before the statement itself, and says where it is from.
sub _plans
{
	my ($from) = @_;
	my $log = substr slurp(server_log()), $from;
	my @plans;

	for (split /^(?=\S.*LOG:  duration: )/m, $log) {
		my ($took, $plan, $context) =
			/LOG:  (duration: [\d.]+ ms)  plan:\n((?:\t[^\n]*\n)+)(.*)/s
			or next;

		next if "$plan$context" =~ $besides;
		$plan =~ s/^\t//mg;
		push @plans, "$took\n$plan";
	}

	return @plans;
}


# Keep the last plan of each statement: the first finds caches cold.
sub _keep
{
	my ($name, $work) = @_;
	my $from = length slurp(server_log());
	my (%last, @order);

	with_plans($work);
	for (_plans($from)) {
		my ($query) = /Query Text: (.*?\n)(?=[A-Z][^\n]*\(cost=)/s;

		die "no plan: $_" unless defined $query;
		push @order, $query unless $last{$query};
		$last{$query} = $_;
	}
	die "no plan of $name\n" unless @order;
	spew("$folder/$name.txt", join "\n", map { $last{$_} } @order);
}


sub keep_plans
{
	my $s = connect_to('due');
	my $camp = campaign_arg($s, 2);
	my $query = "$tree/sql/query";
	my @steps = qw(answer success end);
	my $sum = spew("$dir/plan.sql", 'SELECT * FROM campaign_summary');

	make_path($folder);
	_keep('claim', sub { time_claim('due', 3, 100, $camp) });
	for my $last (0 .. $#steps) {
		_keep("report_$steps[$last]", sub { run_calls('due',
			campaign => $camp, calls => 400, live => 400,
			steps => [@steps[0 .. $last]]) });
	}
	_keep($_, sub { time_sql('later', 3, "$query/$_.sql",
		query_params("$_.sql", 5, '{1,2,3,4}')) })
		for qw(campaigns due_campaigns);
	_keep('summary', sub { time_sql('later', 3, $sum) });

	return $folder;
}

1;
