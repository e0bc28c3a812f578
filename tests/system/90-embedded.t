#!/usr/bin/perl

# The database that ringround makes for itself

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Wav;

my $place = "$dir/home/data/ringround";
my $pid_file = "$place/data/postmaster.pid";

mkdir "$dir/home/data";
$ENV{XDG_DATA_HOME} = "$dir/home/data";


# The process of the server, when it runs
sub server
{
	my ($pid) = slurp($pid_file) =~ /\A(\d+)\n/;

	return $pid && kill(0, $pid)
		&& slurp("/proc/$pid/comm") =~ /^postgres/ ? $pid : 0;
}


# However the test ends, the server does.
END {
	local $?;
	my $pid = server();

	if ($pid) {
		kill 'QUIT', $pid;
		until_true(5, sub { !server() });
	}
}


sub start
{
	my ($node) = @_;
	my $port = free_port();
	my $engine = spawn(name => 'engine', cmd => [$ringround, '--daemon',
		'-l', "127.0.0.1:$port", '-n', $node]);

	wait_for("engine $node finds the database", 20, sub {
		slurp($engine->{log}) =~ /the database is there/
		|| child_ended($engine) });
	ok(!child_ended($engine), 'and runs');
	return $engine;
}


sub ask
{
	my ($statement) = @_;
	my ($status, $out, $err) = run_program([$ringround, 'db', 'shell'],
		stdin => spew("$dir/statement", join "\n", '\set QUIET on',
		'\pset format unaligned', '\pset tuples_only on',
		"$statement;", ''));

	chomp $out;
	return $status ? $err : $out;
}


sub stopped
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok(!server(), 'the last one who left stopped the server');
	ok(!-e $pid_file, 'in order');
	is(join(' ', glob "$place/run/.s*"), '', 'no socket is left');
}


subtest 'from nothing, two at once' => sub {
	my @both = map { spawn(name => 'init', cmd => [$ringround,
		qw(db init)]) } 1, 2;

	wait_for('both end', 60, sub {
		@both == grep { child_ended($_) } @both });
	is(join(' ', map { $_->{status} } @both), '0 0', 'and well')
		or diag(log_of('init', 5));
	is(scalar(grep { slurp($_->{log}) =~ /^schema created/ } @both), 1,
		'one has made the schema');
	is(scalar(grep { slurp($_->{log}) =~ /^schema is up to date/ }
		@both), 1, 'the other has found it');
	stopped();
};

subtest 'what was put in is there again' => sub {
	my ($status, $id, $err) = ringround(qw(prompt add hello),
		tone("$dir/tone.wav", 8000, 1));

	is($status, 0, 'a prompt is added') or diag($err);
	stopped();
	is(ask('SELECT name FROM ivr_prompts'), 'hello', 'it is there');
	stopped();
};

subtest 'who else may look' => sub {
	my $mode = sub { sprintf '%04o', (stat $_[0])[2] & 07777 };

	is($mode->("$place/data"), '0700', 'the data is for the user alone');
	my $engine = start('one');

	is(ask('SHOW listen_addresses'), '', 'no TCP');
	my $pid = server();
	my %ours = map { $_ => 1 } map { readlink =~ /socket:\[(\d+)\]/ }
		glob "/proc/$pid/fd/*";

	is(scalar(grep { $ours{(split)[9] // ''} } map { split /\n/,
		slurp("/proc/net/$_") } qw(tcp tcp6)), 0,
		'the server has no TCP socket');
	is(stop_child($engine, 'TERM', 20), 0, 'the engine leaves');
	stopped();
};

subtest 'the last one stops it' => sub {
	my ($one, $two) = (start('one'), start('two'));
	my $pid = server();

	ok($pid, 'there is a server');
	is(stop_child($one, 'TERM', 20), 0, 'the first engine leaves');
	is(server(), $pid, 'the server stays');
	is(ask('SELECT 1'), 1, 'and answers');
	is(server(), $pid, 'who only asked does not stop it either');
	is(stop_child($two, 'TERM', 20), 0, 'the second one leaves');
	stopped();
};

subtest 'after a kill' => sub {
	my $engine = start('one');

	stop_child($engine, 'KILL');
	my $pid = server();

	ok($pid, 'the server is still there');
	$engine = start('one');
	is(server(), $pid, 'the next engine goes on with it');
	is(stop_child($engine, 'TERM', 20), 0, 'it leaves');
	stopped();
};

subtest 'after a crash of both' => sub {
	my $engine = start('one');
	my $pid = server();

	stop_child($engine, 'KILL');
	kill 'KILL', $pid;
	wait_for('the server is gone', 5, sub { !server() });
	ok(-e $pid_file, 'not in order');
	$engine = start('one');
	is(ask('SELECT name FROM ivr_prompts'), 'hello',
		'what was there is there');
	is(stop_child($engine, 'TERM', 20), 0, 'the next engine leaves');
	stopped();
};

done_testing();
