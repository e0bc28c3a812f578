package Bench::Cluster;

# A PostgreSQL as it would be in earnest: nothing is lost in a crash. It is
# this run's own, and goes with it, unless KEEP names a folder for it.

use strict;
use warnings;

use Exporter qw(import);
use File::Path qw(make_path);
use IPC::Open2 qw(open2);
use RingTest;

our @EXPORT = qw(
	start_cluster stop_cluster connect_to disconnect ask rows databases conninfo_of
	wal_tool pg_bin data_path server_log changed_settings
);

my ($bin) = reverse sort { ($a =~ /(\d+)/)[0] <=> ($b =~ /(\d+)/)[0] }
	glob '/usr/lib/postgresql/*/bin';
my @user = $> == 0 ? (user => 'postgres') : ();
my $home = $ENV{KEEP} // "$dir/pg";
my $data = "$home/data";
my ($server, @sessions);

# What differs from PostgreSQL's own defaults
my @settings = ("shared_buffers=$ENV{SHARED_BUFFERS}", 'max_wal_size=4GB');


sub changed_settings
{
	return join ', ', @settings;
}


sub pg_bin
{
	my ($program) = @_;

	return "$bin/$program";
}


sub data_path
{
	my ($name) = @_;

	return "$home/$name";
}


sub server_log
{
	return $server->{log};
}


sub conninfo_of
{
	my ($name) = @_;

	return "host=$home user=ringround dbname=$name";
}


sub _initdb
{
	return if -e "$data/PG_VERSION";

	my ($status, $out, $err) = run_program([pg_bin('initdb'), '-D', $data,
		qw(-A trust -U ringround -E UTF8 --locale=C.UTF-8
		--no-instructions)], @user, cwd => $home, seconds => 120);
	die "initdb: $err" if $status;
}


sub start_cluster
{
	die "PostgreSQL is not installed\n" unless $bin;
	make_path($home);
	chown +(getpwnam 'postgres')[2, 3], $home if @user;
	_initdb();

	$server = spawn(name => 'postgres', death => 'QUIT', @user,
		cwd => $home, cmd => [pg_bin('postgres'), '-D', $data,
		'-k', $home, '-c', 'listen_addresses=',
		map { ('-c', $_) } @settings]);
	until_true(120, sub {
		die "PostgreSQL ended:\n" . slurp($server->{log})
			if child_ended($server);
		(run_program(['psql', '-Xqc', 'SELECT 1',
			conninfo_of('postgres')]))[0] == 0;
	}) or die "PostgreSQL does not start:\n" . slurp($server->{log});
}


# A clean end, so that a kept cluster starts without recovery
sub stop_cluster
{
	disconnect($_) for @sessions;
	stop_child($server, 'INT', 120);
}


sub disconnect
{
	my ($s) = @_;

	@sessions = grep { $_ != $s } @sessions;
	close $s->{in};
	waitpid $s->{pid}, 0;
}


# A session of its own
sub connect_to
{
	my ($name) = @_;
	my ($out, $in);
	my $pid = open2($out, $in, qw(setpriv --pdeathsig KILL), 'sh', '-c',
		'exec stdbuf -oL psql -XqAt -F "|" "$1" 2>&1', 'sh',
		conninfo_of($name));

	binmode $_, ':utf8' for $in, $out;
	$in->autoflush(1);
	my $s = { in => $in, out => $out, pid => $pid };
	push @sessions, $s;
	return $s;
}


# Returns all lines that a statement prints; dies on an error.
sub _lines
{
	my ($s, $text) = @_;
	my (@lines, $error);

	print { $s->{in} } "$text\n;\n\\echo \001\n";
	while (1) {
		my $line = readline($s->{out});

		die "the database is gone\n" unless defined $line;
		chomp $line;
		last if $line eq "\001";
		$error //= $line if $line =~ /^(ERROR|FATAL|invalid)\b/;
		push @lines, $line;
	}
	die join("\n", @lines) . "\nin: $text\n" if $error;

	return @lines;
}


# In list context all rows, else the first
sub ask
{
	my @lines = _lines(@_);

	return wantarray ? @lines : $lines[0];
}


# Rows as lists
sub rows
{
	return map { [split /\|/, $_, -1] } _lines(@_);
}


sub databases
{
	my $s = connect_to('postgres');
	my @names = ask($s, 'SELECT datname FROM pg_database');

	disconnect($s);
	return @names;
}


# The WAL between two places, one line a record
sub wal_tool
{
	my ($from, $to) = @_;
	my ($status, $out, $err) = run_program([pg_bin('pg_waldump'),
		'-p', "$data/pg_wal", '-s', $from, '-e', $to], @user,
		cwd => $home, seconds => 120);

	die "pg_waldump: $err" if $status;
	return split /\n/, $out;
}


END {
	local ($?, $!);
	disconnect($_) for @sessions;
	stop_child($server, 'INT', 60) if $server && $ENV{KEEP};
}

1;
