package RingTest::Standby;

# A hot standby of the cluster, by streaming replication

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use RingTest::Cluster;

our @EXPORT = qw(standby standby_conninfo standby_sql standby_wait
	standby_promote);

my ($bin) = reverse sort { ($a =~ /(\d+)/)[0] <=> ($b =~ /(\d+)/)[0] }
	glob '/usr/lib/postgresql/*/bin';


sub _psql
{
	my ($text, $conninfo) = @_;
	my ($status, $out, $err) = run_program(['psql', '-XqAtc', $text,
		$conninfo]);

	chomp($out, $err);
	return ($status, $out, $err);
}


# Copy the cluster as it runs, and start the copy as its standby
sub standby
{
	my $place = "$dir/standby";
	my @user = $> == 0 ? (user => 'postgres') : ();

	mkdir $place, 0755;
	chown +(getpwnam 'postgres')[2, 3], $place if @user;
	my ($status, $out, $err) = run_program(["$bin/pg_basebackup", '-d',
		conninfo() =~ s/dbname=\S+//r, '-D', "$place/data",
		qw(-R -X stream -c fast)], @user, cwd => $place);
	die "pg_basebackup: $err" if $status;

	my $server = spawn(name => 'postgres', death => 'QUIT', @user,
		cwd => $place, cmd => ["$bin/postgres", '-D', "$place/data",
		'-k', $place, '-c', 'listen_addresses=', qw(-c fsync=off
		-c max_connections=50 -c shared_buffers=32MB)]);
	$server->{place} = $place;
	until_true(20, sub { (_psql('SELECT 1', standby_conninfo($server)))[0]
			== 0 })
		or die "the standby does not start:\n" .
			slurp($server->{log});

	return $server;
}


# How to connect to its copy of the database in use
sub standby_conninfo
{
	my ($server) = @_;

	return conninfo() =~ s{host=\S+}{host=$server->{place}}r;
}


# What a statement gives there, or the error
sub standby_sql
{
	my ($server, $text) = @_;
	my ($status, $out, $err) = _psql($text, standby_conninfo($server));

	return $status ? $err : $out;
}


# Wait until it has all that is committed now
sub standby_wait
{
	my ($server) = @_;
	my $lsn = sql('SELECT pg_current_wal_insert_lsn()');

	until_true(20, sub { standby_sql($server,
		"SELECT pg_last_wal_replay_lsn() >= '$lsn'") eq 't' })
		or die "the standby does not catch up\n";
}


# Make it a server of its own
sub standby_promote
{
	my ($server) = @_;

	standby_sql($server, 'SELECT pg_promote()') eq 't'
		or die "it cannot be promoted\n";
}

1;
