package RingTest;

# What every system test needs: a folder of its own, children that never
# outlive it, ports that nobody else uses, and waiting for conditions.

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use Fcntl qw(:flock);
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use POSIX qw(WNOHANG);
use Socket;
use Test::More ();
use Time::HiRes qw(time sleep);

our @EXPORT = qw(
	$tree $build $ringround $dir
	wait_for until_true spawn signal_child stop_child child_ended
	run_program ringround slurp spew free_port log_of
);

our $tree = abs_path(dirname(__FILE__) . '/../../..');
our $build = abs_path($ENV{RINGROUND_BUILD} || "$tree/build")
	// die "nothing is built: run make, or set RINGROUND_BUILD\n";
our $ringround = "$build/ringround";
our $dir = tempdir('rtXXXXXX', DIR => '/tmp');

my $main = $$;
my ($setpriv) = grep { -x } map { "$_/setpriv" } split /:/, $ENV{PATH};
my @children;
my @held;

chmod 0755, $dir;
mkdir "$dir/$_" for qw(home tmp);

# Nothing of the caller's world reaches the programs under test.
delete @ENV{grep { /^(PG|XDG_|LC_|LANG)/ } keys %ENV};
delete @ENV{qw(LD_PRELOAD NOTIFY_SOCKET JOURNAL_STREAM TMUX)};
$ENV{HOME} = "$dir/home";
$ENV{TMPDIR} = "$dir/tmp";
$ENV{LC_ALL} = 'C.UTF-8';
$ENV{PATH} .= ':/usr/sbin:/sbin';
chmod 01777, "$dir/tmp";

# exit() runs END: children are ended and the folder goes.
$SIG{$_} = sub { exit 1 } for qw(INT TERM HUP);
$SIG{PIPE} = 'IGNORE';


sub slurp
{
	my ($path) = @_;

	open my $f, '<', $path or return '';
	local $/;
	return scalar(<$f>) // '';
}


sub spew
{
	my ($path, $text) = @_;

	open my $f, '>', $path or die "$path: $!";
	print $f $text;
	close $f or die "$path: $!";
	return $path;
}


# Poll until the condition holds. Returns its value, or '' after so many
# seconds.
sub until_true
{
	my ($seconds, $condition) = @_;
	my $end = time + $seconds;
	my $value;

	until ($value = $condition->()) {
		return '' if time > $end;
		sleep 0.02;
	}

	return $value;
}


# The same as a test of its own
sub wait_for
{
	my ($what, $seconds, $condition) = @_;
	my $value = until_true($seconds, $condition);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	Test::More::ok($value, $what)
		or Test::More::diag("not within $seconds s");
	return $value;
}


# As another account only when root must not run it
sub _command
{
	my (%o) = @_;
	my @cmd = ($setpriv, '--pdeathsig', $o{death} // 'KILL');

	if ($o{user} && $> == 0) {
		my $group = (getpwnam $o{user})[3];

		push @cmd, '--reuid', $o{user}, '--regid', $group,
			'--init-groups';
	}

	return (@cmd, @{$o{cmd}});
}


sub _become
{
	my (%o) = @_;

	$SIG{$_} = 'DEFAULT' for qw(INT TERM HUP PIPE);
	for (keys %{$o{env} || {}}) {
		defined $o{env}{$_} ? $ENV{$_} = $o{env}{$_}
			: delete $ENV{$_};
	}
	chdir($o{cwd} // $dir);
	open STDIN, '<', $o{stdin} // '/dev/null';
	open STDOUT, '>', $o{stdout};
	if ($o{stderr}) {
		open STDERR, '>', $o{stderr};
	} else {
		open STDERR, '>&', \*STDOUT;
	}
	my @cmd = _command(%o);
	{ no warnings; exec { $cmd[0] } @cmd };
	POSIX::_exit(127);
}


# Start a child that dies with the test. Options: name, cmd, user, env, cwd,
# death (signal), stdin, stdout, stderr (files).
my $spawned = 0;

sub spawn
{
	my (%o) = @_;
	my $name = ($o{name} // 'child') . '-' . ++$spawned;

	$o{stdout} //= "$dir/$name.log";
	my $pid = fork // die "fork: $!";
	_become(%o) unless $pid;

	my $child = { pid => $pid, name => $name, log => $o{stdout},
		kind => $o{name} // '' };
	push @children, $child;
	return $child;
}


# Has it ended? Its status is in $child->{status} then.
sub child_ended
{
	my ($child) = @_;

	return 1 if defined $child->{status};
	return 0 unless waitpid($child->{pid}, WNOHANG) == $child->{pid};
	$child->{status} = $?;
	return 1;
}


sub signal_child
{
	my ($child, $signal) = @_;

	return child_ended($child) ? 0 : kill $signal, $child->{pid};
}


# Ask it to end, wait, kill it in the end. Returns its wait status.
sub stop_child
{
	my ($child, $signal, $seconds) = @_;

	signal_child($child, $signal // 'TERM');
	unless (until_true($seconds // 5, sub { child_ended($child) })) {
		signal_child($child, 'KILL');
		until_true(5, sub { child_ended($child) });
	}

	return $child->{status};
}


# Run a program to its end: (exit status or -signal, stdout, stderr)
sub run_program
{
	my ($cmd, %o) = @_;
	my $n = ++$spawned;
	my $child = spawn(%o, cmd => $cmd, name => 'run',
		stdout => "$dir/out-$n", stderr => "$dir/err-$n");
	my $ended = until_true($o{seconds} // 30,
		sub { child_ended($child) });

	stop_child($child, 'KILL') unless $ended;
	my $status = $child->{status};
	my @got = ($ended ? $status & 127 ? -($status & 127) : $status >> 8
		: -999, slurp("$dir/out-$n"), slurp("$dir/err-$n"));
	unlink "$dir/out-$n", "$dir/err-$n";
	@children = grep { $_ != $child } @children;

	return @got;
}


# The program under test with these arguments, as run_program() does
sub ringround
{
	my @args = @_;
	my $o = ref $args[-1] ? pop @args : {};

	return run_program([$ringround, @args], %$o);
}


# A port that is free for UDP and TCP, and no other test's. It lies below
# those that the system and RTP choose from, and is even: libre's programs
# take the next one for TLS.
sub free_port
{
	my ($host) = @_;

	$host //= '127.0.0.1';
	for (1 .. 2000) {
		my $port = 10000 + 2 * int rand 3150;
		my $name = "\0ringround-test-port-$port";

		socket my $hold, AF_UNIX, SOCK_DGRAM, 0 or die "socket: $!";
		bind $hold, pack_sockaddr_un($name) or next;
		my $udp = IO::Socket::INET->new(Proto => 'udp',
			LocalAddr => $host, LocalPort => $port) or next;
		my $tcp = IO::Socket::INET->new(Proto => 'tcp', Listen => 1,
			LocalAddr => $host, LocalPort => $port) or next;
		my $tls = IO::Socket::INET->new(Proto => 'tcp', Listen => 1,
			LocalAddr => $host, LocalPort => $port + 1) or next;
		push @held, $hold;
		return $port;
	}

	die "no free port\n";
}


# The last lines of what children of a kind have printed
sub log_of
{
	my ($kind, $lines) = @_;
	my $text = '';

	for my $child (grep { $_->{kind} eq $kind } @children) {
		my @all = split /\n/, slurp($child->{log});

		splice @all, 0, @all - $lines if @all > $lines;
		$text .= join "\n", "$child->{name}:", @all, '';
	}

	return $text;
}


END {
	if ($$ == $main) {
		my $status = $?;
		my $tb = Test::More->builder;

		Test::More::diag(log_of('engine', 30))
			if $status || !$tb->is_passing;
		local @SIG{qw(INT TERM HUP)} = ('IGNORE') x 3;
		for (reverse @children) {
			stop_child($_, $_->{kind} eq 'postgres'
				? 'QUIT' : 'KILL');
		}
		chdir '/';
		$ENV{RINGROUND_KEEP} ? Test::More::diag("kept: $dir")
			: remove_tree($dir);
		$? = $status;
	}
}

1;
