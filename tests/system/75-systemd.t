#!/usr/bin/perl

# What systemd is told: a socket plays its part.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Select;
use IO::Socket::UNIX;
use POSIX ();
use Socket;
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Cut;
use RingTest::Engine;
use RingTest::Wav;

# A sign of life is wanted within 0.4 s: for a test, not for a service.
use constant { USEC => 400_000, QUIET => 1.2 };

my $socket = "$dir/notify";
my $systemd = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $socket)
	or die "socket: $!";
my $select = IO::Select->new($systemd);
my (@heard, %env);

chmod 0777, $socket;
%env = (NOTIFY_SOCKET => $socket, WATCHDOG_USEC => USEC);


# What has come since
sub hear
{
	while ($select->can_read(0)) {
		$systemd->recv(my $message, 4096);
		push @heard, split /\n/, $message;
	}
	return @heard;
}


sub told
{
	my ($re) = @_;

	hear();
	return scalar grep { /$re/ } @heard;
}


sub forget
{
	hear();
	@heard = ();
}


# Is there a UDP socket on this port?
sub is_bound
{
	my ($port) = @_;

	return slurp('/proc/net/udp') =~ sprintf '\b0100007F:%04X\b', $port;
}


# Stop one thread, as nothing but a tracer can: SIGSTOP stops them all. It
# goes on when the tracer ends.
sub hold
{
	my ($tid) = @_;
	my %number = (x86_64 => 101, aarch64 => 117);
	my $ptrace = $number{(POSIX::uname())[4]};
	my $tracer = fork // die "fork: $!";
	my $held = "$dir/held-$tid";

	return ($tracer, $held) if $tracer;
	$SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
	# SEIZE, INTERRUPT
	syscall($ptrace, 0x4206, $tid + 0, 0, 0) == 0
		&& syscall($ptrace, 0x4207, $tid + 0, 0, 0) == 0
		or POSIX::_exit(1);
	waitpid $tid, 0x40000000;
	spew($held, 'held');
	sleep 20;
	POSIX::_exit(0);
}


# The thread of that name
sub thread
{
	my ($engine, $name) = @_;
	my ($task) = grep { slurp("$_/comm") =~ /^\Q$name\E$/ }
		glob "/proc/$engine->{pid}/task/*";

	return ($task // '') =~ s{.*/}{}r;
}


sub hangs_when
{
	my ($what, $tid) = @_;
	my ($tracer, $held) = hold($tid);

	wait_for("$what stands still", 10, sub { -e $held
		|| waitpid($tracer, POSIX::WNOHANG()) == $tracer }) or return;
	ok(-e $held, 'by a tracer');
	# What was on its way arrives.
	sleep QUIET;
	forget();
	sleep QUIET;
	is(told(qr/^WATCHDOG/), 0, 'there is no sign of life');
	kill 'KILL', $tracer;
	waitpid $tracer, 0;
	wait_for('there is when it goes on', 10,
		sub { told(qr/^WATCHDOG=1$/) });
}


cluster();
my $cutter = cutter();
my $callee = callees();
my $campaign = campaign(i_ivr_prompt => prompt(tone("$dir/p.wav", 8000, 20)),
	threshold_msec => 500);

proxy($callee);

subtest 'a start without a database' => sub {
	cut($cutter, 'request', 'ringround\.node', times => 1000);
	my $engine = engine(conninfo => $cutter->{conninfo}, env => \%env,
		late => 1);

	wait_for('says that there is none', 10, sub { told(
		qr/^STATUS=no database, nothing is dialled/) });
	ok(is_bound($engine->{port}), 'the SIP port is bound by now');
	is(told(qr/^READY/), 0, 'it is not ready');
	wait_for('it is alive', 10, sub { told(qr/^WATCHDOG=1$/) >= 2 });

	calm($cutter);
	wait_for('it is ready when the database is there', 20,
		sub { told(qr/^READY=1$/) });
	wait_for('and says what it does', 10, sub { told(
		qr/^STATUS=0 live calls of at most \d+, 0 dialled/) });

	is(engine_stop($engine), 0, 'it leaves');
	is(told(qr/^STOPPING=1$/), 1, 'and says so');
	is(told(qr/^READY/), 1, 'it was ready once');
	forget();
};

subtest 'at work' => sub {
	my $engine = engine(env => \%env);

	phone($campaign, '100');
	wait_for('a call is told of', 10, sub { told(
		qr/^STATUS=1 live calls of at most \d+, 1 dialled/) });

	hangs_when('the loop', $engine->{pid});
	hangs_when('the media thread', thread($engine, 'ringround-media'));

	signal_child($engine, 'TERM');
	wait_for('SIGTERM: it says that it stops', 10,
		sub { told(qr/^STOPPING=1$/) });
	wait_for('and for what it waits', 10, sub { told(
		qr/^STATUS=leaving: 1 live calls may end by themselves/) });
	ok(told(qr/^WATCHDOG/) || until_true(10,
		sub { told(qr/^WATCHDOG/) }), 'alive until the end');
	is(engine_stop($engine), 0, 'a second one hangs up');
	forget();
};

subtest 'a start that fails' => sub {
	my $port = free_port();
	my $held = IO::Socket::INET->new(Proto => 'udp',
		LocalAddr => '127.0.0.1', LocalPort => $port) or die "$!";
	my $engine = engine(env => \%env, port => $port, late => 1);

	wait_for('it ends', 10, sub { child_ended($engine) });
	is($engine->{status} >> 8, 1, 'with status 1');
	is(told(qr/^READY/), 0, 'it never said that it was ready');
};

done_testing();
