package RingSip;

# Peers with one behaviour each, and what they saw: SIPp with a scenario of
# tests/system/sipp, sockets that take RTP, and the rows of a call

use strict;
use warnings;

use Exporter qw(import);
use IO::Socket::INET;
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;
use Test::More ();
use Time::Local qw(timelocal);
use Time::HiRes qw(time sleep);

our @EXPORT = qw(peer listener wire story header sdp media packets sound
	ring row attempt ends);

use constant SIOCGSTAMPNS => 0x8907;


# --- peers -------------------------------------------------------------------

# In the namespace that the child is in
sub _listens
{
	my ($child, $proto, $port) = @_;
	my $hex = sprintf ':%04X ', $port;
	my $net = "/proc/$child->{pid}/net/";

	until_true(10, sub { child_ended($child)
			|| grep { slurp("$net$_") =~ /$hex/ }
				$proto, "${proto}6" });
	return !child_ended($child);
}


# SIPp takes four media ports, though it never uses them here.
sub _media_ports
{
	for (1 .. 100) {
		my $port = free_port();

		return $port if 4 == grep { IO::Socket::INET->new(
			Proto => 'udp', LocalPort => $_) } $port .. $port + 3;
	}

	die "no free ports\n";
}


# Parts between <!-- each NAME --> and <!-- end --> are repeated for each
# value of the list that has the name: with the value for @NAME@ or, when it
# is a hash, its values for @NAME.KEY@.
sub _repeat
{
	my ($part, $name, $value) = @_;

	$part =~ s/\@$name\@/$value/g unless ref $value;
	$part =~ s/\@$name\.(\w+)\@/$value->{$1} \/\/ ''/ge if ref $value;

	return $part;
}


sub _scenario
{
	my ($scenario, $place, $each) = @_;
	my $text = slurp("$tree/tests/system/sipp/$scenario.xml");

	$text =~ s{<!-- each (\w+) -->\n(.*?)<!-- end -->\n}{
		my ($name, $part) = ($1, $2);
		join '', map { _repeat($part, $name, $_) }
			@{$each->{$name} || []};
	}gse;

	return spew("$place/scenario.xml", $text);
}


my ($media, $peers);


# Start SIPp with a scenario. Options: transport (of -t: u1, t1), host, port,
# keys (for [name] in the scenario), each (lists, for _scenario()), args, wrap
# (a command to run it by). RTP goes to a socket of media() unless there is a
# key sink_port.
sub peer
{
	my ($scenario, %o) = @_;
	my $host = $o{host} // '127.0.0.1';
	my $port = $o{port} // free_port();
	my $transport = $o{transport} // 'u1';
	my $place = "$dir/$scenario-" . ++$peers;
	my %keys = %{$o{keys} || {}};

	$keys{sink_port} //= ($media //= media())->{port};
	mkdir $place;
	my @cmd = (@{$o{wrap} || []}, 'sipp',
		'-sf', _scenario($scenario, $place, $o{each}),
		'-t', $transport, '-i', $host, qw(-bind_local -ci 127.0.0.1),
		'-p', $port, map({ ('-key', $_, $keys{$_}) } sort keys %keys),
		qw(-nostdin -trace_err -error_file), "$place/errors",
		qw(-trace_msg -message_file), "$place/messages",
		@{$o{args} || []});
	my $child;

	# Its other ports may be taken by somebody else in the meantime.
	for (1 .. 3) {
		$child = spawn(name => $scenario, cwd => $place, cmd => [@cmd,
			'-cp', free_port(), '-mp', _media_ports()]);
		last if _listens($child, $transport =~ /^u/ ? 'udp' : 'tcp',
			$port);
	}
	die "$child->{name} does not start:\n" . slurp($child->{log})
		if child_ended($child);

	$child->{host} = $host;
	$child->{port} = $port;
	$child->{messages} = "$place/messages";
	$child->{errors} = "$place/errors";
	$child->{proxy} = ($host =~ /:/ ? "[$host]" : $host) . ":$port" .
		($transport =~ /^t/ ? ';transport=tcp' : '');

	return $child;
}


# The first header of a name in a message of wire(), or ''
sub header
{
	my ($message, $name) = @_;

	return '' unless $message;
	return $message->{text} =~ /^\Q$name\E:\s*(.*?)\s*$/im ? $1 : '';
}


sub _time
{
	my ($y, $mon, $day, $h, $min, $s, $part) =
		$_[0] =~ /(\d+)-(\d+)-(\d+) (\d+):(\d+):(\d+)(\.\d+)/;

	return timelocal($s, $min, $h, $day, $mon - 1, $y) + $part;
}


# Every message that a peer has sent or received, in order: at (seconds), out
# (sent by it), first (line), method or code, cseq (method), number (To),
# call_id, text.
sub wire
{
	my ($peer, $call_id) = @_;
	my @all;

	for (split /^-{20,} (?=\d{4}-)/m, slurp($peer->{messages})) {
		my ($when, $what, $text) = /^(\S+ \S+)\n(.*?):\n\n(.*)/s
			or next;
		my %m = (at => _time($when), text => $text,
			out => scalar($what =~ /sent/));

		($m{first}) = $text =~ /^(.*?)\r?$/m;
		$m{code} = $1 if $m{first} =~ m{^SIP/2.0 (\d+)};
		$m{method} = $1 if $m{first} =~ /^([A-Z]+) /;
		($m{cseq}) = $text =~ /^CSeq:\s*\d+ (\w+)/im;
		$m{call_id} = header(\%m, 'Call-ID');
		($m{number}) = header(\%m, 'To') =~ /sips?:([^@]*)@/;
		push @all, \%m;
	}
	@all = grep { $_->{call_id} eq $call_id } @all if defined $call_id;

	return @all;
}


# The first messages in short, as "<INVITE >180 >200 <ACK": < to the peer
sub story
{
	return substr join(' ', map {
		($_->{out} ? '>' : '<') . ($_->{code} // $_->{method})
	} @_), 0, 500;
}


# An SDP body for a scenario: RTP goes to a media(), by these lines when they
# are given.
sub sdp
{
	my ($media, @lines) = @_;
	my @where = grep { /^c=/ } @lines;

	@where = 'c=IN IP4 127.0.0.1' unless @where;
	@lines = grep { !/^c=/ } @lines;
	unshift @lines, "m=audio $media->{port} RTP/AVP 0"
		unless grep { /^m=/ } @lines;
	return join "\n", 'v=0', 'o=callee 1 1 IN IP4 127.0.0.1', 's=-',
		@where, 't=0 0', @lines, '';
}


# A peer that answers at once, by an SDP as above, and listens until the
# caller hangs up. Without a media(): by no SDP. Options as for peer().
sub listener
{
	my ($media, $lines, %o) = @_;
	my %ok = (status => '200 OK', tag => 'here', after => 0);

	%ok = (%ok, head => "\nContent-Type: application/sdp",
		body => sdp($media, @{$lines || []})) if $media;
	return peer('callee', %o, each => { say => [\%ok], bye => ['OK'] });
}


# --- media -------------------------------------------------------------------

# A socket that takes RTP: port, and packets() of it
sub media
{
	my ($host) = @_;
	my $socket = IO::Socket::INET->new(Proto => 'udp',
		LocalAddr => $host // '127.0.0.1', LocalPort => 0)
		or die "socket: $!";

	setsockopt $socket, SOL_SOCKET, SO_RCVBUF, 1 << 20;
	$socket->blocking(0);
	# The first question turns the stamps on.
	ioctl $socket, SIOCGSTAMPNS, my $none = "\0" x 16;

	return { socket => $socket, port => $socket->sockport, all => [] };
}


# All RTP packets so far: at, marker, type, seq, ts, size, payload
sub packets
{
	my ($media) = @_;

	while (defined recv($media->{socket}, my $data, 65535, 0)) {
		ioctl $media->{socket}, SIOCGSTAMPNS, my $stamp = "\0" x 16
			or die "time stamp: $!";
		my ($s, $ns) = unpack 'q2', $stamp;
		my ($first, $second, $seq, $ts) = unpack 'CCnN', $data;

		next if length $data < 12 || $first >> 6 != 2;
		push @{$media->{all}}, { marker => $second >> 7,
			at => $s + $ns / 1e9, type => $second & 127,
			seq => $seq, ts => $ts, size => length($data) - 12,
			payload => substr($data, 12) };
	}

	return @{$media->{all}};
}


# --- calls -------------------------------------------------------------------

my %prompts;


# A prompt of so many seconds
sub sound
{
	my ($seconds) = @_;

	return $prompts{$seconds} //= prompt(tone("$dir/s$seconds.wav", 8000,
		$seconds), "$seconds s");
}


sub _invites
{
	return scalar grep { !$_->{out} && ($_->{method} // '') eq 'INVITE' }
		wire($_[0]);
}


# Let a campaign of its own ring a number at a peer (or at any proxy, when
# the peer is a text). Returns the phone, once the peer has seen it. The
# settings have defaults for a call that succeeds after half a second.
sub ring
{
	my ($peer, $cld, %set) = @_;
	my $proxy = ref $peer ? $peer->{proxy} : $peer;

	%set = (name => "'test'", threshold_msec => 500, timeout_sec => 20,
		backoff_sec => 600, %set);
	$set{i_ivr_prompt} //= sound(1);
	my @names = sort keys %set;
	my $before = ref $peer ? _invites($peer) : 0;
	my $phone = sql("WITH proxy AS (
		INSERT INTO config VALUES ('campaign', 'sipproxy', '$proxy')
		ON CONFLICT (section, option)
		DO UPDATE SET value = excluded.value
	), camp AS (
		INSERT INTO campaigns (" . join(', ', @names) . ')
		VALUES (' . join(', ', @set{@names}) . ") RETURNING *
	) INSERT INTO campaign_phones (i_campaign, cld)
	SELECT i_campaign, '$cld' FROM camp RETURNING i_campaign_phone");

	# Another proxy must not come before this one was used.
	until_true(10, sub { ref $peer ? _invites($peer) > $before
		: sql("SELECT status <> 'idle' FROM campaign_phones
			WHERE i_campaign_phone = $phone") eq 't' })
		or Test::More::diag("$cld is not rung");
	sleep 0.1 unless ref $peer;

	return $phone;
}


# All columns of a row by name
sub row
{
	my ($table, $where) = @_;
	my %row;

	for (sql("SELECT key, value FROM $table t, jsonb_each_text(
			to_jsonb(t)) WHERE value IS NOT NULL AND $where")) {
		my ($name, $value) = split /\|/, $_, 2;

		$row{$name} = $value;
	}

	return \%row;
}


# The row of a phone and that of an attempt of it, in one: as soon as the
# attempt has ended. undef when it does not.
sub attempt
{
	my ($phone, $number, $seconds) = @_;

	$number //= 1;
	until_true($seconds // 15, sub { sql("SELECT EXISTS (
		SELECT FROM campaign_phones p JOIN call_attempts a
			USING (i_campaign_phone)
		WHERE i_campaign_phone = $phone AND a.attempt = $number
		AND (p.claimed_by IS NULL OR p.call_count > $number))")
		eq 't' }) or return;

	return { %{row('campaign_phones', "i_campaign_phone = $phone")},
		%{row('call_attempts', "i_campaign_phone = $phone
			AND attempt = $number")} };
}


sub _agrees
{
	my ($is, $want) = @_;

	return !defined $want if !defined $is;
	return 0 if !defined $want;
	return $is =~ $want if ref $want eq 'Regexp';
	return $want->[0] <= $is && $is <= $want->[1] if ref $want;
	return $is eq $want;
}


sub _shown
{
	my ($value) = @_;

	return !defined $value ? 'nothing' : ref $value eq 'ARRAY'
		? join ' to ', @$value : "\"$value\"";
}


# A test: the attempt ends, and its columns are as wanted: a text, undef
# (NULL), a pattern, or [least, most]. attempt and seconds say which attempt,
# and how long to wait. Returns the columns.
sub ends
{
	my ($what, $phone, %want) = @_;
	my $is = attempt($phone, delete $want{attempt},
		delete $want{seconds});
	my @wrong = map { _agrees($is->{$_}, $want{$_}) ? ()
		: "$_ is " . _shown($is->{$_}) . ', not ' .
			_shown($want{$_}) } sort keys %want;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	Test::More::ok($is && !@wrong, $what)
		or Test::More::diag($is ? join "\n", @wrong
			: 'the attempt does not end');
	return $is || {};
}

1;
