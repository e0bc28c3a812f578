package RingTest::Traffic;

# What callees saw of each call: SIP by SIPp's own notes, and when each packet
# of RTP came. The machine's wall clock stamps all of it.

use strict;
use warnings;

use Exporter qw(import);
use RingSip qw(wire);
use RingTest;
use RingTest::Callee;

our @EXPORT = qw(traffic calls by_number msec_heard);


# Start callees whose traffic is noted
sub traffic
{
	my $port = free_port();
	my $hex = sprintf ':%04X ', $port;
	my $path = "$dir/rtp-$port";
	my $ear = spawn(name => 'ear', cmd => [$^X,
		"$tree/tests/system/lib/ear.pl", $port, $path]);

	until_true(10, sub { child_ended($ear)
			|| slurp('/proc/net/udp') =~ /$hex/ })
		&& !child_ended($ear)
		or die "nobody listens to RTP:\n" . slurp($ear->{log});
	my $callees = callees(sink => $port, trace => 1);

	$callees->{rtp} = $path;
	return $callees;
}


# By the port they came from: [[when, sequence, time stamp], ...]
sub _packets
{
	my ($callees) = @_;
	my %from;

	open my $f, '<:raw', $callees->{rtp} or die "$callees->{rtp}: $!";
	while (read($f, my $record, 16) == 16) {
		my ($at, $port, $seq, $ts) = unpack 'd n n N', $record;

		push @{$from{$port}}, [$at, $seq, $ts];
	}

	return \%from;
}


sub _note
{
	my ($call, $m) = @_;
	my $what = $m->{method} // '';
	my $final = $m->{out} && $m->{code} && $m->{code} >= 200
		&& $m->{cseq} eq 'INVITE';

	$call->{ack} //= $m->{at} if $what eq 'ACK';
	$call->{bye} //= $m->{at} if $what eq 'BYE' && !$m->{out};
	$call->{cancel} //= $m->{at} if $what eq 'CANCEL';
	$call->{answer} //= $m->{at} if $final && $m->{code} == 200;
	$call->{refused} //= $m->{at} if $final && $m->{code} >= 300;
	$call->{hangup} //= $m->{at} if $what eq 'BYE' && $m->{out};
	$call->{end} //= $call->{bye} // $call->{hangup} // $call->{refused};
}


# A port is used again by later calls.
sub _hand_out
{
	my ($calls, $from) = @_;
	my %next;

	for my $call (reverse @$calls) {
		my $until = $next{$call->{port}} // 9e99;

		$call->{rtp} = [grep { $_->[0] >= $call->{invite}
			&& $_->[0] < $until } @{$from->{$call->{port}} || []}];
		$next{$call->{port}} = $call->{invite};
	}
}


# All calls in the order of their INVITEs: call_id, number, port (of the
# caller's RTP), rtp, and when: invite, answer, ack, bye (the caller hung up),
# hangup (the callee did), refused, cancel, end.
sub calls
{
	my ($callees) = @_;
	my (@calls, %by_id);

	for my $m (wire($callees)) {
		my $call = $by_id{$m->{call_id}};

		if (!$call && ($m->{method} // '') eq 'INVITE') {
			my ($port) = $m->{text} =~ /^m=audio (\d+) /m;

			$call = { call_id => $m->{call_id}, port => $port,
				number => $m->{number}, invite => $m->{at} };
			$by_id{$m->{call_id}} = $call;
			push @calls, $call;
		}
		_note($call, $m) if $call;
	}
	_hand_out(\@calls, _packets($callees));

	return @calls;
}


# By number: [calls]
sub by_number
{
	my %of;

	push @{$of{$_->{number}}}, $_ for @_;
	return \%of;
}


# When the callee had heard so much of the prompt; undef: it never had. The
# packets are of 20 ms; by their numbers, those count that this machine lost.
sub msec_heard
{
	my ($call, $msec) = @_;
	my @rtp = @{$call->{rtp}} or return undef;

	for (@rtp) {
		my $behind = ($_->[1] - $rtp[0][1]) & 0xffff;

		return $_->[0] if $behind < 0x8000
			&& 20 * ($behind + 1) >= $msec;
	}

	return undef;
}

1;
