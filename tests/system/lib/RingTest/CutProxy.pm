package RingTest::CutProxy;

# A proxy between an engine and PostgreSQL that cuts the connection at a
# wanted place. It knows of the protocol where messages begin, which
# statement a Sync belongs to, and with which ReadyForQuery its answer ends.
# Run as a process of its own; RingTest::Cut tells it what to do.

use strict;
use warnings;

use IO::Select;
use IO::Socket::UNIX;
use Time::HiRes qw(time);

use constant STARTUP => 'startup';

my ($upstream, @rules, $chance, %of);
my @modes = qw(request answer middle);


sub _cut
{
	my ($conn) = @_;

	delete @of{@$conn{qw(client server)}};
	close $conn->{$_} for qw(client server);
	$conn->{gone} = 1;
}


# The server has to have everything, whatever it costs to wait.
sub _forward
{
	my ($conn, $to, $bytes) = @_;

	while (!$conn->{gone} && length $bytes) {
		my $n = syswrite $conn->{$to}, $bytes;

		return _cut($conn) unless $n;
		substr($bytes, 0, $n) = '';
	}
}


# How the unit of this statement ends: as it should, or what is wanted
sub _mode
{
	my ($label) = @_;
	my $mode = '';

	for my $rule (@rules) {
		next unless $rule->{left} && $label =~ $rule->{re};
		--$rule->{left};
		$mode = $rule;
		last;
	}
	$mode ||= { mode => $modes[rand @modes] }
		if $chance && rand() < $chance;
	print "$mode->{mode} ", $label =~ s/\s+/ /gr, "\n" if $mode;

	return $mode;
}


# A whole request, up to its Sync
sub _unit
{
	my ($conn, $label, $bytes) = @_;
	my $rule = _mode($label);
	my $mode = $rule ? $rule->{mode} : '';

	return _cut($conn) if $mode eq 'request';
	push @{$conn->{units}}, { mode => $mode, held => '' };
	_forward($conn, 'server', $bytes);
	$conn->{deaf_until} = time + $rule->{seconds} if $mode eq 'hole';
}


sub _request
{
	my ($conn, $type, $body) = @_;

	if ($type eq 'P') {
		my ($name, $text) = split /\0/, $body, 3;

		$conn->{names}{$name} = $text;
	} elsif ($type eq 'B') {
		my (undef, $name) = split /\0/, $body, 3;

		$conn->{label} = $conn->{names}{$name};
	} elsif ($type eq 'Q') {
		$conn->{label} = $body;
	}
	return unless $type eq 'S' || $type eq 'Q';

	_unit($conn, $conn->{label} // '', $conn->{unit});
	$conn->{unit} = '';
}


sub _from_client
{
	my ($conn) = @_;
	my $head = $conn->{started} ? 5 : 4;

	while (!$conn->{gone} && length $conn->{from_client} >= $head) {
		my $size = $head - 4 + unpack 'N',
			substr $conn->{from_client}, $head - 4, 4;

		last if length $conn->{from_client} < $size;
		my $message = substr $conn->{from_client}, 0, $size, '';

		if (!$conn->{started}) {
			$conn->{started} = 1;
			$head = 5;
			_unit($conn, STARTUP, $message);
		} elsif ($message =~ /\AX/) {
			_forward($conn, 'server', $message);
		} else {
			$conn->{unit} .= $message;
			_request($conn, substr($message, 0, 1),
				substr $message, 5);
		}
	}
}


sub _answer
{
	my ($conn, $type, $message) = @_;
	my $unit = $conn->{units}[0];

	if (!$unit || $unit->{mode} !~ /answer|middle/) {
		_forward($conn, 'client', $message);
		shift @{$conn->{units}} if $type eq 'Z';
		return;
	}

	$unit->{held} .= $message;
	return unless $type eq 'Z';
	_forward($conn, 'client', substr $unit->{held}, 0,
		length($unit->{held}) / 2) if $unit->{mode} eq 'middle';
	_cut($conn);
}


sub _from_server
{
	my ($conn) = @_;

	while (!$conn->{gone} && length $conn->{from_server} >= 5) {
		my $size = 1 + unpack 'N', substr $conn->{from_server}, 1, 4;

		last if length $conn->{from_server} < $size;
		my $message = substr $conn->{from_server}, 0, $size, '';

		_answer($conn, substr($message, 0, 1), $message);
	}
}


sub _accept
{
	my ($listener) = @_;
	my $client = $listener->accept or return;
	my $server = IO::Socket::UNIX->new(Peer => $upstream);

	return close $client unless $server;
	my $conn = { client => $client, server => $server, units => [],
		unit => '', map { ("from_$_" => '') } qw(client server) };
	$of{$client} = [$conn, 'client'];
	$of{$server} = [$conn, 'server'];
}


sub _readable
{
	my ($socket) = @_;
	my ($conn, $side) = @{$of{$socket}};
	my $n = sysread $socket, $conn->{"from_$side"}, 65536,
		length $conn->{"from_$side"};

	return _cut($conn) unless $n;
	$side eq 'client' ? _from_client($conn) : _from_server($conn);
}


# rule MODE TIMES SECONDS REGEX, chance SEED PROBABILITY, calm
sub _order
{
	my ($control) = @_;
	my $line = readline $control;

	return 0 unless defined $line;
	chomp $line;
	my ($verb, $rest) = split / /, $line, 2;
	if ($verb eq 'rule') {
		my ($mode, $times, $seconds, $re) = split / /, $rest, 4;

		push @rules, { mode => $mode, left => $times, re => qr/$re/,
			seconds => $seconds };
	} elsif ($verb eq 'chance') {
		my ($seed, $p) = split / /, $rest;

		srand $seed;
		$chance = $p;
	} else {
		@rules = ();
		$chance = 0;
	}
	syswrite $control, "done\n";
	return 1;
}


# Which sockets are to be listened to now: a connection in a black hole is
# neither read nor closed.
sub _listening
{
	my $now = time;

	return map { $_->[0]{$_->[1]} } grep {
		($_->[0]{deaf_until} // 0) <= $now } values %of;
}


sub run
{
	my ($listen, $control);

	($listen, $upstream, $control) = @_;
	$SIG{PIPE} = 'IGNORE';
	STDOUT->autoflush(1);
	my $listener = IO::Socket::UNIX->new(Local => $listen, Listen => 50)
		or die "$listen: $!\n";
	chmod 0777, $listen;
	my $orders = IO::Socket::UNIX->new(Local => $control, Listen => 1)
		or die "$control: $!\n";
	my $boss = $orders->accept;

	while (1) {
		my $ready = IO::Select->new($listener, $boss, _listening());

		for ($ready->can_read(0.05)) {
			if ($_ == $listener) {
				_accept($listener);
			} elsif ($_ == $boss) {
				_order($boss) or return;
			} elsif ($of{$_}) {
				_readable($_);
			}
		}
	}
}

1;
