package Bench::Pty;

# A program in a pseudo-terminal of its own: what it writes, when, and what
# stands on the screen then. All terminals are read in one loop.

use strict;
use warnings;

use Bench::Screen;
use IO::Pty;
use IO::Select;
use POSIX qw(WNOHANG);
use RingTest;
use Time::HiRes qw(time);

use constant { FRAME => 0.1, TCOOFF => 0, TCOON => 1 };

my $main = $$;
my @all;


# Start it. Options: width (80), height (24), env.
sub new
{
	my ($class, $cmd, %o) = @_;
	my $p = bless { width => $o{width} // 80, height => $o{height} // 24,
		log => [], pty => IO::Pty->new, name => $cmd->[0] }, $class;

	$p->{screen} = Bench::Screen->new($p->{width}, $p->{height});
	$p->{pty}->slave->set_winsize($p->{height}, $p->{width});
	$p->{pid} = fork // die "fork: $!";
	_become($p, $cmd, $o{env}) unless $p->{pid};
	# Who does the work may be a child of it: then the caller says so.
	$p->{work} = $p->{pid};
	$p->{tty} = $p->{pty}->ttyname;
	$p->{pty}->close_slave;
	$p->{pty}->blocking(0);
	push @all, $p;

	return $p;
}


sub _become
{
	my ($p, $cmd, $env) = @_;

	$SIG{$_} = 'DEFAULT' for qw(INT TERM HUP PIPE);
	%ENV = (%ENV, TERM => 'xterm-256color', %{$env || {}});
	$p->{pty}->make_slave_controlling_terminal;
	my $slave = $p->{pty}->slave;

	chdir $dir;
	open STDIN, '<&', $slave;
	open STDOUT, '>&', $slave;
	open STDERR, '>&', $slave;
	close $slave;
	{ no warnings; exec qw(setpriv --pdeathsig KILL), @$cmd };
	POSIX::_exit(127);
}


sub _read
{
	my ($p) = @_;
	my $n = sysread $p->{pty}, my $bytes, 65536;

	return if !defined $n && ($!{EAGAIN} || $!{EINTR});
	return $p->{over} = 1 unless $n;
	push @{$p->{log}}, [time, $n];
	$p->{screen}->feed($bytes);
}


# Read all terminals that are not stalled, until the condition holds or so
# many seconds are over. Returns when it held, or undef.
sub pump
{
	my ($seconds, $condition) = @_;
	my $end = time + $seconds;

	while (1) {
		my $left = $end - time;
		my @open = grep { !$_->{stalled} && !$_->{over} } @all;

		return time if $condition && $condition->();
		return undef if $left <= 0;
		my %of = map { $_->{pty} => $_ } @open;

		$left = 0.02 if $condition && $left > 0.02;
		_read($of{$_}) for IO::Select->new(map { $_->{pty} } @open)
			->can_read($left);
	}
}


sub keys
{
	my ($p, $keys) = @_;

	syswrite $p->{pty}, $keys;
}


# Milliseconds from the keys to when the screen fulfils the condition;
# dies after so many seconds
sub after
{
	my ($p, $keys, $seconds, $condition) = @_;
	my $start = time;

	$p->keys($keys);
	return 1000 * ($p->until($seconds, $condition) - $start);
}


# When the screen fulfils the condition: a pattern, or code
sub until
{
	my ($p, $seconds, $condition) = @_;
	my $holds = ref $condition eq 'CODE' ? $condition
		: sub { $p->{screen}->text =~ $condition };

	return pump($seconds, $holds) // die "$p->{name} on " .
		"$p->{width}x$p->{height} does not show it at line " .
		(caller)[2] . ":\n" . $p->{screen}->text;
}


# Bytes of each refresh in a span of time: what came without a pause
sub refreshes
{
	my ($p, $from, $to) = @_;
	my ($last, @sizes) = 0;

	for (@{$p->{log}}) {
		my ($at, $n) = @$_;

		next if $at < $from || $at > $to;
		push @sizes, 0 if $at - $last > FRAME;
		$sizes[-1] += $n;
		$last = $at;
	}

	return @sizes;
}


# All that it has written since
sub bytes
{
	my ($p, $from) = @_;
	my $sum = 0;

	$sum += $_->[1] for grep { $_->[0] >= $from } @{$p->{log}};
	return $sum;
}


# Seconds of CPU of all its threads, those that have ended included where
# nanoseconds are not to be had
sub cpu
{
	my ($p) = @_;
	my @ns = map { slurp($_) =~ /^(\d+) \d+ [1-9]/ ? $1 : () }
		glob "/proc/$p->{work}/task/*/schedstat";
	my $ns = 0;

	$ns += $_ for @ns;
	return $ns / 1e9 if $ns;
	my @stat = split ' ', slurp("/proc/$p->{work}/stat") =~ s/^.*\) //sr;

	return ($stat[11] + $stat[12]) / POSIX::sysconf(POSIX::_SC_CLK_TCK);
}


# Its memory in MiB: what is resident, what nobody shares with it
sub memory
{
	my ($p) = @_;
	my ($rss) = slurp("/proc/$p->{work}/status") =~ /^VmRSS:\s+(\d+)/m;
	my ($own) = slurp("/proc/$p->{work}/smaps_rollup")
		=~ /^Private_Dirty:\s+(\d+)/m;

	return (($rss // 0) / 1024, ($own // 0) / 1024);
}


sub _flow
{
	my ($p, $action) = @_;

	open my $tty, '+<', $p->{tty} or die "$p->{tty}: $!";
	POSIX::tcflow(fileno $tty, $action) or die "tcflow: $!";
}


# From now on the terminal takes no byte, and nobody reads it, as with a
# connection that hangs and whose buffers are full
sub stall
{
	my ($p) = @_;

	_flow($p, TCOOFF);
	$p->{stalled} = 1;
}


sub go_on
{
	my ($p) = @_;

	$p->{stalled} = 0;
	_flow($p, TCOON);
}


sub ended
{
	my ($p) = @_;

	$p->{dead} ||= waitpid($p->{pid}, WNOHANG) != 0;
	return $p->{dead};
}


# The terminal is gone
sub hang_up
{
	my ($p) = @_;

	$p->{over} = 1;
	close $p->{pty};
}


# Ask it to leave by these keys, and see to it
sub leave
{
	my ($p, $keys) = @_;

	$p->keys($keys);
	pump(3, sub { $p->ended });
	$p->end;
}


# An engine outlives its terminal and who has started it.
sub _engines
{
	my ($p) = @_;
	my @pids = $p->{work} == $p->{pid} ? () : $p->{work};

	push @pids, map { slurp($_) =~ /^(\d+) \(.*\) \S $p->{pid} /s
		? $1 : () } glob '/proc/[0-9]*/stat' unless $p->ended;
	return grep { slurp("/proc/$_/cmdline") =~ /^baresip\0/ } @pids;
}


sub end
{
	my ($p) = @_;
	my @engines = _engines($p);

	kill 'KILL', $p->{pid} unless $p->ended;
	kill 'KILL', @engines;
	until_true(5, sub { $p->ended });
	$p->hang_up unless $p->{over};
	@all = grep { $_ != $p } @all;
}


END {
	local ($?, $!);
	if ($$ == $main) {
		$_->end for @all;
	}
}

1;
