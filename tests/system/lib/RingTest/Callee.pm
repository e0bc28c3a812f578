package RingTest::Callee;

# Who is called: SIPp with the behaviours of callees.xml, and a stock
# baresip that answers and records what it hears

use strict;
use warnings;

use Exporter qw(import);
use File::Path qw(make_path);
use IO::Socket::INET;
use RingTest;

our @EXPORT = qw(callees events baresip recording wishing);

my $sink;


# RTP that nobody looks at ends here: no ICMP, no work.
sub _sink_port
{
	$sink //= IO::Socket::INET->new(Proto => 'udp', LocalPort => 0,
		LocalAddr => '127.0.0.1') or die "socket: $!";
	setsockopt $sink, SOL_SOCKET, SO_RCVBUF, 2048;

	return $sink->sockport;
}


sub _listens
{
	my ($child, $port) = @_;
	my $hex = sprintf ':%04X ', $port;

	until_true(10, sub { child_ended($child)
			|| slurp('/proc/net/udp') =~ /$hex/ })
		&& !child_ended($child)
		or die "$child->{name} does not start:\n" .
			slurp($child->{log});
}


# Start SIPp as the callees. Options: sink (the port for RTP), trace (write
# down all messages).
sub callees
{
	my (%o) = @_;
	my $port = free_port();
	my $place = "$dir/sipp-$port";

	mkdir $place;
	my $child = spawn(name => 'callees', cwd => $place, cmd => ['sipp',
		'-sf', "$tree/tests/system/callees.xml", qw(-i 127.0.0.1
		-bind_local -ci 127.0.0.1 -cp), free_port(), '-p', $port,
		'-mp', free_port(), '-key', 'sink_port', $o{sink}
		// _sink_port(), $o{trace} ? qw(-trace_msg -message_file
		messages) : (), qw(-nostdin -trace_err -error_file errors
		-trace_logs -log_file events)]);

	$child->{port} = $port;
	$child->{events} = "$place/events";
	$child->{messages} = "$place/messages";
	_listens($child, $port);

	return $child;
}


# What has happened at the callees, in order: [event, number, rest]. Only
# events of a name, or of a number, when they are given.
sub events
{
	my ($child, $event, $number) = @_;
	my @all = map { [split / /, $_, 3] }
		split /\n/, slurp($child->{events});

	@all = grep { $_->[0] eq $event } @all if defined $event;
	@all = grep { $_->[1] eq $number } @all if defined $number;

	return @all;
}


# Start a baresip that answers calls to a number with one codec, given as
# in its option audio_codecs, and records into a folder of its own. It wants
# the media encrypted as a third word says.
sub baresip
{
	my ($number, $codec, $mediaenc) = @_;
	my $port = free_port();
	my $place = "$dir/bs-$port";
	my ($modules) = grep { -d } glob '/usr/lib/baresip/modules ' .
		'/usr/lib/*/baresip/modules';

	die "baresip has no modules\n" unless $modules;
	make_path($place);
	spew("$place/config", join "\n", "sip_listen 127.0.0.1:$port",
		'net_interface 127.0.0.1', 'rtp_ports 16384-32766',
		# What lies in a jitter buffer at the end is not recorded.
		'jitter_buffer_type off', 'jitter_buffer_delay 0-0',
		"module_path $modules", "snd_path $place",
		map({ "module $_.so" } qw(g711 g722 opus sndfile
			srtp dtls_srtp)),
		'module_app account.so', '');
	spew("$place/accounts", "<sip:$number\@127.0.0.1>;regint=0;" .
		"answermode=auto;audio_codecs=$codec" .
		($mediaenc ? ";mediaenc=$mediaenc" : '') . "\n");

	my $child = spawn(name => 'baresip', cwd => $place,
		cmd => ['baresip', '-f', $place]);
	$child->{port} = $port;
	$child->{place} = $place;
	_listens($child, $port);

	return $child;
}


# A callee as if it wanted packets of so many milliseconds: a baresip writes
# what the caller has offered.
sub wishing
{
	my ($callee, $ms) = @_;
	my $port = free_port();
	my $child = spawn(name => 'relay', cmd => [$^X,
		"$tree/tests/system/lib/relay.pl", $port, $callee->{port},
		$ms]);

	$child->{port} = $port;
	_listens($child, $port);

	return $child;
}


# What a baresip has recorded in its only call
sub recording
{
	my ($child) = @_;
	my @files = glob "$child->{place}/dump-*-dec.wav";

	return @files == 1 ? $files[0] : undef;
}

1;
