package RingTest::Cluster;

# A PostgreSQL server of the test's own, on a unix socket only

use strict;
use warnings;

use Exporter qw(import);
use File::Path qw(make_path);
use IPC::Open2 qw(open2);
use RingTest;

our @EXPORT = qw(as_engine by_engine cluster cluster_again conninfo database
	sql sql_error);

my ($bin) = reverse sort { ($a =~ /(\d+)/)[0] <=> ($b =~ /(\d+)/)[0] }
	glob '/usr/lib/postgresql/*/bin';
my ($server, $name, %session, @command);


# Start it anew after its end
sub cluster_again
{
	$server = spawn(@command);
	until_true(20, sub { -S "$dir/pg/.s.PGSQL.5432"
			&& (run_program(['psql', '-Xqc', 'SELECT 1',
				conninfo()]))[0] == 0 })
		or die "PostgreSQL does not start:\n" . slurp($server->{log});

	return $server;
}


# Start it. durable: as a real one, it survives a crash of the machine. args:
# more for the server; initdb: for its making; env: its environment.
sub cluster
{
	my (%o) = @_;
	my $data = "$dir/pg/data";
	my @user = $> == 0 ? (user => 'postgres') : ();

	die "PostgreSQL is not installed\n" unless $bin;
	make_path("$dir/pg");
	chown +(getpwnam 'postgres')[2, 3], "$dir/pg" if @user;

	my ($status, $out, $err) = run_program(["$bin/initdb", '-D', $data,
		qw(-A trust -U ringround -E UTF8 --locale=C.UTF-8 --no-sync
		--no-instructions), @{$o{initdb} || []}], @user,
		cwd => "$dir/pg");
	die "initdb: $err" if $status;

	my @fast = $o{durable} ? () : qw(-c fsync=off
		-c synchronous_commit=off -c full_page_writes=off);
	@command = (name => 'postgres', death => 'QUIT', @user,
		env => $o{env}, cwd => "$dir/pg", cmd => ["$bin/postgres", '-D', $data,
		'-k', "$dir/pg", '-c', 'listen_addresses=', @fast,
		qw(-c max_connections=50 -c shared_buffers=32MB),
		@{$o{args} || []}]);
	$name = 'postgres';
	cluster_again();
	database('rr') unless $o{empty};

	return $server;
}


# Make a database and use it from now on. With a schema unless told not to.
sub database
{
	my ($new, %o) = @_;

	sql("CREATE DATABASE $new");
	$name = $new;
	return if $o{empty};

	my ($status, $out, $err) = ringround('db', 'init', '-d', conninfo());
	die "ringround db init: $err" if $status;
}


# How to connect; to another database when it is given
sub conninfo
{
	return "host=$dir/pg user=ringround dbname=" . ($_[0] // $name);
}


sub _session
{
	return $session{$name} if $session{$name};

	my ($out, $in);
	my $pid = open2($out, $in, qw(setpriv --pdeathsig KILL), 'sh', '-c',
		'exec stdbuf -oL psql -XqAt -F "|" "$1" 2>&1', 'sh',
		conninfo());

	binmode $_, ':utf8' for $in, $out;
	$in->autoflush(1);
	return $session{$name} = { in => $in, out => $out, pid => $pid };
}


# Returns (rows as text, error)
sub _query
{
	my ($text) = @_;
	my $s = _session();
	my (@rows, @errors);

	print { $s->{in} } "$text\n;\n\\echo \001\n";
	while (1) {
		my $line = readline($s->{out});

		unless (defined $line) {
			delete $session{$name};
			die "the database is gone\n";
		}
		chomp $line;
		last if $line eq "\001";
		if (@errors || $line =~ /^(ERROR|FATAL|invalid)\b/) {
			push @errors, $line;
		} else {
			push @rows, $line unless $line =~ /^NOTICE:/;
		}
	}

	return (\@rows, join "\n", @errors);
}


# Run statements. In list context all rows, each one text with | between
# its columns; else the first row. Dies on an error.
sub sql
{
	my ($rows, $error) = _query(@_);

	die "$error\nin: $_[0]\n" if $error;
	return wantarray ? @$rows : $rows->[0];
}


# Run a statement that should be refused. Returns the error, or ''.
sub sql_error
{
	return (_query(@_))[1];
}


# From now on this session may claim, as the engine of that name
sub as_engine
{
	sql("SELECT set_config('ringround.schema', max(version)::text, false),
		set_config('ringround.node', '$_[0]', false)
		FROM schema_version");
}


# Run code while the session counts as an engine's
sub by_engine (&)
{
	my ($code) = @_;

	as_engine('n');
	my @all = wantarray ? $code->() : scalar $code->();
	sql('RESET ringround.node');
	return wantarray ? @all : $all[0];
}


END {
	local ($?, $!);
	for (values %session) {
		close $_->{in};
		waitpid $_->{pid}, 0;
	}
}

1;
