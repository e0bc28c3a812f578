#!/usr/bin/perl

# Valid dialogs, changed by chance: responses of callees, and their requests
# in calls, while other calls are live. RINGROUND_SEED=n repeats a run,
# CALLS=n makes it longer (make fuzz-sip).

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use RingTest::Island;
use Test::More;
use Time::HiRes qw(time sleep);
use RingTest;
use RingTest::Bystanders;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Mutation;
use RingTest::Puppet;
use RingTest::Traffic;
use RingSip;

my $calls = $ENV{CALLS} // 60;
my $seconds = int $calls / 10 + 4;
my $seed = srand($ENV{RINGROUND_SEED} // time ^ $$);
diag("RINGROUND_SEED=$seed");

# Mutants name strange addresses: what goes there ends here.
network('link add v0 type veth peer name v1', 'link set v1 up',
	'addr add 192.0.2.1/24 dev v0', 'link set v0 up',
	'route add default dev v0');
cluster();
my $callees = traffic();
my $engine = engine();
my $stand = bystanders($callees, 5, $seconds);
my $sink = media();
my $puppet = RingTest::Puppet->new(sink => $sink->{port});
my (%call, $mutants, $before, @grown);


sub response
{
	my ($call, $status, $got) = @_;
	my $n = ++$call->{responses};

	return $puppet->response($call, $status, $status =~ /^(180|[3-6])/
		? () : (body => $puppet->sdp("m=audio $sink->{port} RTP/AVP " .
		'0 8 101', 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:101 telephone-' .
		'event/8000', 'a=fmtp:101 0-15', 'a=ptime:20', 'a=sendrecv')),
		more => ['Record-Route: <sip:127.0.0.1:' . $puppet->{port} .
			';lr>', 'Allow: INVITE, ACK, BYE', 'Server: mutant',
			$status =~ /^40[17]/ ? ($status =~ /^401/ ? 'WWW'
			: 'Proxy') . '-Authenticate: Digest realm="m", ' .
			'nonce="n", algorithm=MD5, qop="auth"' : ()],
		to => $got->{text});
}


sub say
{
	my ($call, $text) = @_;

	$mutants++;
	$puppet->say($call, mutated($text));
}


# A call of mutants ends in order: their INVITEs, answered at last, are too.
sub on_invite
{
	my ($call, $got) = @_;
	my @codes = ('180 Ringing', '183 Session Progress', '200 OK', '302 ' .
		'Moved Temporarily', '401 Unauthorized', '407 Proxy ' .
		'Authentication Required', '486 Busy Here', '503 Unavailable');

	say($call, response($call, $codes[rand @codes], $got))
		for 0 .. rand 4;
	$puppet->say($call, response($call, rand 4 < 3 ? '200 OK'
		: '486 Busy Here', $got));
}


sub on_ack
{
	my ($call) = @_;
	my @asks = (['INVITE', body => $puppet->sdp], ['INFO', body =>
		"Signal=1\r\nDuration=100\r\n"], ['OPTIONS'], ['BYE'],
		['CANCEL'], ['ACK', body => $puppet->sdp], ['REFER', more =>
		['Refer-To: <sip:x@127.0.0.1>']], ['NOTIFY'], ['UPDATE', body =>
		$puppet->sdp]);

	return if $call->{asked}++;
	for (0 .. rand 5) {
		my ($method, @o) = @{$asks[rand @asks]};

		say($call, $puppet->request($call, $method, @o));
	}
	$puppet->say($call, $puppet->request($call, 'BYE')) if rand 2 < 1;
}


sub serve
{
	my ($got) = @_;

	my ($method) = $got->{text} =~ /^(INVITE|ACK|BYE|CANCEL|OPTIONS) /
		or return;
	my ($id) = $got->{text} =~ /^Call-ID: *(.*?)\r$/m or return;
	my $call = $call{$id} //= { invite => $got, call_id => $id,
		tag => 'm' . keys %call, cseq => 100 };

	on_invite($call, $got) if $method eq 'INVITE';
	on_ack($call) if $method eq 'ACK';
	if ($method =~ /^(BYE|CANCEL)$/) {
		say($call, $puppet->response($call, '200 OK',
			to => $got->{text})) if rand 3 < 1;
		$puppet->ok($call, $got);
		$puppet->ok($call, $call->{invite}, '487 Request Terminated')
			if $method eq 'CANCEL';
	}
}


proxy($puppet);
my $campaign = campaign(i_ivr_prompt => sound(1), max_attempts => 1,
	threshold_msec => 300, timeout_sec => 3, max_concurrent_calls => 20);
sql("INSERT INTO campaign_phones (i_campaign, cld)
	SELECT $campaign, '47' || n FROM generate_series(1, $calls) n");

my $end = time + 60 + $calls;
my $asked = 0;

while (time < $end && !child_ended($engine)) {
	my $got = RingTest::Puppet::take($puppet->{sip}, 0.05);

	serve($got) if $got;
	packets($sink) if rand 50 < 1;
	next if time < $asked + 0.5;
	$asked = time;
	my $done = sql("SELECT count(*) FROM call_attempts
		WHERE i_campaign = $campaign");

	# Transactions of a minute are still there.
	$before //= resident($engine) if $done > 0.6 * $calls;
	push @grown, resident($engine) if $done >= $calls * @grown / 6;
	last if $done == $calls;
}
ok(!child_ended($engine), "the engine lives, after $mutants mutants")
	or done_testing(), exit 1;
is(sql("SELECT count(*) FROM call_attempts WHERE i_campaign = $campaign"),
	$calls, 'each call comes to an end');
is(sql("SELECT count(*) FROM call_attempts WHERE i_campaign = $campaign
	AND outcome NOT IN ('success', 'premature hangup') AND sip_reason
	IS NULL"), 0, 'each that fails says why');
diag(join ', ', sql("SELECT outcome || ' ' || count(*)
	FROM call_attempts WHERE i_campaign = $campaign GROUP BY outcome"));
diag("memory, kB: @grown");
cmp_ok(resident($engine) - $before, '<', 4096, 'memory does not run away: ' .
	(resident($engine) - $before) . ' kB');

undisturbed($callees, $stand);
at_rest($engine);
ends('a call as usual', ring($callees->{proxy} // "127.0.0.1:" .
	"$callees->{port}", '1999'), outcome => 'success');
is(engine_stop($engine, 20), 0, 'the engine leaves cleanly');
done_testing();
