package RingTest::Bouncer;

# A PgBouncer of the test's own, in front of the cluster

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use RingTest::Cluster;

our @EXPORT = qw(bouncer bouncer_conninfo bouncer_restart bouncer_log);

my ($program) = grep { -x } map { "$_/pgbouncer" } split /:/, $ENV{PATH};
my $count = 0;


sub _start
{
	my ($b) = @_;

	spew("$b->{place}/ini", join "\n", '[databases]',
		"* = host=$dir/pg port=5432", '[pgbouncer]',
		map({ "$_ = $b->{set}{$_}" } sort keys %{$b->{set}}), '');
	$b->{child} = spawn(name => 'pgbouncer', cwd => $b->{place},
		cmd => [$program, '-q', "$b->{place}/ini"],
		$> == 0 ? (user => 'postgres') : ());
	until_true(10, sub { child_ended($b->{child})
			|| (run_program(['psql', '-Xqc', 'SELECT 1',
				bouncer_conninfo($b)]))[0] == 0 });
	die "pgbouncer does not start:\n" . bouncer_log($b)
		if child_ended($b->{child});
}


# Start one. Settings are those of its section [pgbouncer].
sub bouncer
{
	my (%set) = @_;
	my $b = { place => "$dir/bouncer-" . ++$count };

	die "PgBouncer is not installed\n" unless $program;
	mkdir $b->{place};
	chown +(getpwnam 'postgres')[2, 3], $b->{place} if $> == 0;
	spew("$b->{place}/users", "\"ringround\" \"\"\n");
	%set = (pool_mode => 'session', auth_type => 'trust',
		auth_file => "$b->{place}/users", listen_port => 6432,
		unix_socket_dir => $b->{place},
		logfile => "$b->{place}/log", %set);
	$b->{set} = \%set;
	_start($b);

	return $b;
}


# How to connect through it to the database in use
sub bouncer_conninfo
{
	my ($b) = @_;

	return conninfo() =~ s{host=\S+}{host=$b->{place} port=6432}r;
}


# Kill it, with all that goes through it, and start it again, with changed
# settings
sub bouncer_restart
{
	my ($b, %set) = @_;

	stop_child($b->{child}, 'KILL');
	$b->{set} = {%{$b->{set}}, %set};
	unlink glob "$b->{place}/.s.PGSQL.*";
	_start($b);
}


sub bouncer_log
{
	my ($b) = @_;

	return slurp("$b->{place}/log");
}

1;
