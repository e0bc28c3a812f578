package RingTest::Terminal;

# A terminal of the test's own, by tmux

use strict;
use warnings;

use POSIX ();
use RingTest;

my $count = 0;


sub _tmux
{
	my ($self, @words) = @_;

	return run_program(['tmux', '-S', $self->{socket}, @words]);
}


# Run a shell command in a terminal of this size. With the name of a file,
# all that the terminal is told is written there.
sub new
{
	my ($class, $command, $columns, $rows, $file) = @_;
	my $self = bless { socket => "$dir/tmux-" . ++$count }, $class;

	$self->{server} = spawn(name => 'tmux', cmd => ['tmux', '-S',
		$self->{socket}, '-f', '/dev/null', '-D']);
	until_true(10, sub { -S $self->{socket} })
		or die "tmux does not start\n";
	my ($status, $out, $err) = $self->_tmux('new-session', '-d', '-x',
		$columns, '-y', $rows, 'sh', '-c', ($file ? 'read go; ' : '')
		. "$command; " . 'echo "status $?"; exec sleep 1000');

	die "tmux: $err" if $status;
	if ($file) {
		$self->_tmux('pipe-pane', '-O', "exec cat > '$file'");
		$self->keys('Enter');
	}
	return $self;
}


# What is on the screen
sub screen
{
	my ($self) = @_;

	return ($self->_tmux('capture-pane', '-p'))[1];
}


# The same with what it looks like: SGR of ECMA-48
sub looks
{
	my ($self) = @_;

	return ($self->_tmux('capture-pane', '-p', '-e'))[1];
}


# Type keys, by tmux's names
sub keys
{
	my ($self, @keys) = @_;

	$self->_tmux('send-keys', @keys);
}


# Type text as it is
sub type
{
	my ($self, $text) = @_;

	$self->_tmux('send-keys', '-l', $text);
}


# Another size
sub resize
{
	my ($self, $columns, $rows) = @_;

	$self->_tmux('resize-window', '-x', $columns, '-y', $rows);
}


sub _tty
{
	my ($self) = @_;

	return (($self->_tmux('display-message', '-p', '#{pane_tty}'))[1]
		=~ m{/dev/(\S+)})[0];
}


# The processes in it, the shell first
sub processes
{
	my ($self) = @_;

	return (run_program(['pgrep', '-t', $self->_tty]))[1] =~ /(\d+)/g;
}


# Whether it takes what programs write
sub flow
{
	my ($self, $on) = @_;
	my $path = '/dev/' . $self->_tty;

	open my $tty, '+<', $path or die "$path: $!";
	# TCOON, TCOOFF
	POSIX::tcflow(fileno $tty, $on ? 1 : 0) or die "tcflow: $!";
}


# Wait until the screen matches. Returns the screen, or ''.
sub shows
{
	my ($self, $seconds, $pattern) = @_;

	return until_true($seconds, sub {
		my $screen = $self->screen;

		return $screen =~ $pattern ? $screen : '';
	});
}


sub close
{
	my ($self) = @_;

	$self->_tmux('kill-server');
	stop_child($self->{server});
}

1;
