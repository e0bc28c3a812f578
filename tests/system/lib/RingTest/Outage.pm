package RingTest::Outage;

# Databases that stop, crash or freeze, and come back; engines that freeze

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use RingTest::Cluster;

our @EXPORT = qw(server_stop server_start freeze thaw);

my @frozen;


# Stop the server as a signal of PostgreSQL's does it: INT at once but in
# order, QUIT like a crash. It must end.
sub server_stop
{
	my ($server, $signal) = @_;

	$server->{words} //= [split /\0/,
		slurp("/proc/$server->{pid}/cmdline")];
	stop_child($server, $signal, 20);
	# The test's own session is gone, and this is how it learns of it.
	1 while eval { sql('SELECT 1'); 1 };
}


# Start it again. Returns the new one.
sub server_start
{
	my ($old) = @_;
	my @user = $> == 0 ? (user => 'postgres') : ();
	my $new = spawn(name => 'postgres', death => 'QUIT', @user,
		cwd => "$dir/pg", cmd => $old->{words});

	$new->{words} = $old->{words};
	until_true(30, sub { (run_program(['psql', '-Xqc', 'SELECT 1',
			conninfo()]))[0] == 0 })
		or die "PostgreSQL does not come back:\n" . slurp($new->{log});
	return $new;
}


# A process and its children, those first that may start others
sub _family
{
	my ($pid) = @_;

	return $pid, map { slurp($_) =~ /^(\d+) \(.*\) \S $pid /s ? $1 : () }
		glob '/proc/[0-9]*/stat';
}


# Stop a child and all that it has started, until thaw()
sub freeze
{
	my ($child) = @_;

	kill 'STOP', $child->{pid};
	push @frozen, _family($child->{pid});
	kill 'STOP', @frozen;
}


sub thaw
{
	kill 'CONT', @frozen;
	@frozen = ();
}


END {
	local $?;
	thaw();
}

1;
