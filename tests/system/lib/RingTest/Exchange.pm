package RingTest::Exchange;

# A SIP exchange that knows when each call came, by the kernel's clock: how
# many calls a second, and how many at a time, have been rung

use strict;
use warnings;

use Exporter qw(import);
use List::Util qw(max);
use IO::Socket::INET;
use RingTest;

our @EXPORT = qw(exchange happened most_at_once most_within);

my $sink;


# Start one; its port goes to proxy() of RingTest::Engine.
sub exchange
{
	my $port = free_port();
	my $file = "$dir/exchange-$port";

	# RTP that nobody looks at ends here: no ICMP, no work.
	$sink //= IO::Socket::INET->new(Proto => 'udp', LocalPort => 0,
		LocalAddr => '127.0.0.1') or die "socket: $!";
	setsockopt $sink, SOL_SOCKET, SO_RCVBUF, 2048;
	my $child = spawn(name => 'exchange', cmd => [$^X,
		"$tree/tests/system/lib/exchange.pl", $port,
		$sink->sockport, $file]);

	until_true(10, sub { -e $file || child_ended($child) })
		&& !child_ended($child)
		or die "the exchange does not start:\n" .
			slurp($child->{log});
	$child->{port} = $port;
	$child->{file} = $file;

	return $child;
}


# What has happened, in order: hashes of at, event, number, call. Only events
# of a name, and of numbers with a beginning, when they are given.
sub happened
{
	my ($exchange, $event, $prefix) = @_;
	my @all = map { my %e; @e{qw(at event number call)} = split / /; \%e }
		split /\n/, slurp($exchange->{file});

	@all = grep { $_->{event} eq $event } @all if defined $event;
	@all = grep { $_->{number} =~ /^$prefix/ } @all if defined $prefix;

	return @all;
}


# The most calls of numbers with a beginning that were up at the same time:
# from the INVITE until the end of the call came from either side
sub most_at_once
{
	my ($exchange, $prefix) = @_;
	my ($most, %up) = (0);

	for (happened($exchange, undef, $prefix)) {
		$up{$_->{call}} = 1 if $_->{event} eq 'INVITE';
		delete $up{$_->{call}} if $_->{event} =~ /^(BYE|CANCEL)$/
			# An ACK of a refusal is the end of that call.
			|| $_->{event} eq 'ACK' && $_->{number} =~ /^2/;
		$most = max($most, scalar keys %up);
	}

	return $most;
}


# The most INVITEs within any span of so many seconds, its end not in it;
# those that were sent again do not count.
sub most_within
{
	my ($exchange, $prefix, $seconds) = @_;
	my @at = map { $_->{at} } happened($exchange, 'INVITE', $prefix);
	my ($from, $most) = (0, 0);

	for my $to (0 .. $#at) {
		$from++ while $at[$to] - $at[$from] >= $seconds;
		$most = max($most, $to - $from + 1);
	}

	return $most;
}

1;
