#!/usr/bin/perl

# Attempts: how many, when the next, how long to wait, what counts as heard,
# and campaigns that change while their calls are up.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;
use RingSip;

cluster();
my $engine = engine();
my $number = 6000;


sub holds
{
	my ($what, $condition) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(sql("SELECT $condition"), 't', $what);
}


sub set
{
	my ($phone, $what) = @_;

	sql("UPDATE campaigns SET $what FROM campaign_phones
		WHERE campaigns.i_campaign = campaign_phones.i_campaign
		AND i_campaign_phone = $phone");
}


sub is_up
{
	my ($phone) = @_;

	return until_true(10, sub { sql("SELECT connect_time IS NOT NULL
		AND claimed_by IS NOT NULL FROM campaign_phones
		WHERE i_campaign_phone = $phone") eq 't' });
}


sub leaver
{
	my ($ms, $media) = @_;

	return peer('leaver', keys => { sink_port => $media->{port} },
		each => { leave => [$ms] });
}


# --- all of them run at the same time ----------------------------------------

my @media = map { media() } 1 .. 4;
my %p = (
	early => ring(leaver(2400, $media[0]), '7001', threshold_msec =>
		3000, i_ivr_prompt => sound(8)),
	late => ring(leaver(3900, $media[1]), '7002', threshold_msec =>
		3000, i_ivr_prompt => sound(8)),
	short => ring(listener($media[2]), '7003', threshold_msec => 3000),
	zero => ring(leaver(0, $media[3]), '7004', threshold_msec => 0,
		i_ivr_prompt => sound(8)),
);

my $shorter = prompt(tone("$dir/new.wav", 8000, 1), 'new');

# A retry goes to the proxy of then: there is no other from here on.
my $callee = peer('attempts');
my @fresh = (i_ivr_prompt => sound(3), threshold_msec => 60000,
	max_attempts => 3, backoff_sec => 1, cli => "'111'");

$p{$_} = ring($callee, $number++, @fresh) for qw(fewer more lower cli);
$p{prompt} = ring($callee, $number++, @fresh, i_ivr_prompt =>
	prompt(tone("$dir/old.wav", 8000, 4), 'old'));
$p{spent} = ring($callee, '1001', max_attempts => 3, backoff_sec => 1);
$p{silent} = ring($callee, '2001', timeout_sec => 3, max_attempts => 2,
	backoff_sec => 0);
$p{slow} = ring($callee, $number++, max_attempts => 2, backoff_sec => 2,
	threshold_msec => 60000, i_ivr_prompt => sound(8));


# The messages of all calls to a phone
sub wire_of
{
	my ($phone) = @_;
	my %ours = map { $_ => 1 } sql("SELECT call_id FROM call_attempts
		WHERE i_campaign_phone = $phone");

	return grep { $ours{$_->{call_id}} } wire($callee);
}


# --- changes while the calls are up ------------------------------------------

is_up($p{$_}) or diag("$_ is not up") for qw(fewer more lower cli prompt);
set($p{fewer}, 'max_attempts = 1');
set($p{more}, 'max_attempts = 2, backoff_sec = 0');
set($p{lower}, 'threshold_msec = 1000');
set($p{cli}, "cli = '222', timeout_sec = 40");
set($p{prompt}, "i_ivr_prompt = $shorter, threshold_msec = 500");

ends('a call under old rules', $p{fewer}, status => 'premature hangup',
	finished => 'true', call_count => 1, next_call => undef);
ends('more attempts', $p{more}, attempt => 1,
	outcome => 'premature hangup');
ends('take place', $p{more}, attempt => 2, finished => 'true',
	call_count => 2);
ends('a threshold changed in the call is for the next', $p{lower},
	attempt => 1, outcome => 'premature hangup', ended_by => 'remote');
ends('which succeeds by it', $p{lower}, attempt => 2,
	outcome => 'success', finished => 'true');
ends('another cli', $p{cli}, attempt => 1, cli => '111');
ends('is for the next call', $p{cli}, attempt => 2, cli => '222');
is(join(' ', map { header($_, 'From') =~ /sip:(\d+)@/ }
	grep { ($_->{method} // '') eq 'INVITE' } wire_of($p{cli})),
	'111 222 222', 'as seen in From') if attempt($p{cli}, 3);

# A tone of 4 s was to be cut off after 2 s, one of 1 s ends by itself.
ends('a call keeps its prompt', $p{prompt}, attempt => 1,
	outcome => 'premature hangup', played_msec => [1500, 2500],
	ended_by => 'remote');
ends('the next call has the new one', $p{prompt}, attempt => 2,
	outcome => 'success', played_msec => 1000, ended_by => 'local');

# --- attempts and backoff ----------------------------------------------------

ends("attempt $_ of 3", $p{spent}, attempt => $_,
	sip_code => 486, $_ == 3 ? (finished => 'true', next_call => undef,
	call_count => 3, status => 'failure') : ()) for 1 .. 3;
holds('each after its backoff', "bool_and(gap >= '1 s' AND gap < '5 s')
	FROM (SELECT setup_time - lag(disconnect_time) OVER (ORDER BY attempt)
	FROM call_attempts WHERE i_campaign_phone = $p{spent}) AS a(gap)");

ends('a call of 2 s', $p{slow}, attempt => 1, ended_by => 'remote',
	outcome => 'premature hangup');
ends('and again', $p{slow}, attempt => 2, finished => 'true');
holds('the backoff counts from the end of the call',
	"b.setup_time - a.disconnect_time BETWEEN '2 s' AND '5 s'
	AND b.setup_time - a.setup_time > '3.9 s'
	FROM call_attempts a, call_attempts b
	WHERE a.i_campaign_phone = $p{slow} AND b.i_campaign_phone = $p{slow}
	AND a.attempt = 1 AND b.attempt = 2");


# --- timeout_sec -------------------------------------------------------------

ends('nobody answers', $p{silent}, attempt => 2, finished => 'true',
	status => 'failure', outcome => 'no answer', call_count => 2);
wait_for('both are cancelled', 5, sub { story(wire_of($p{silent})) =~
	/^(<INVITE >180 <CANCEL >200 >487 <ACK ?){2}$/ })
	or diag(story(wire_of($p{silent})));
{
	my @m = wire_of($p{silent});
	my ($invite) = grep { ($_->{method} // '') eq 'INVITE' } @m;
	my ($cancel) = grep { ($_->{method} // '') eq 'CANCEL' } @m;

	cmp_ok($cancel->{at} - $invite->{at}, '>', 2.9,
		'timeout_sec lies between INVITE and CANCEL');
	cmp_ok($cancel->{at} - $invite->{at}, '<', 4.5, 'and little more');
}


# --- thresholds --------------------------------------------------------------

sub heard
{
	my ($what, $phone, $media, %want) = @_;
	my $a = ends($what, $phone, %want);

	is($a->{played_msec} // -1, 20 * packets($media),
		"played is what was sent: $a->{played_msec} ms");
}


heard('hung up before the threshold', $p{early}, $media[0],
	status => 'premature hangup', outcome => 'premature hangup',
	finished => 'false', ended_by => 'remote',
	played_msec => [1500, 2980], sip_code => 200);
heard('hung up after the threshold', $p{late}, $media[1],
	status => 'success', outcome => 'success', finished => 'true',
	ended_by => 'remote', played_msec => [3000, 5000],
	next_call => undef);
heard('a prompt shorter than the threshold', $p{short}, $media[2],
	outcome => 'success', finished => 'true', played_msec => 1000,
	ended_by => 'local');
ends('no threshold: an answer is enough', $p{zero}, outcome => 'success',
	finished => 'true', ended_by => 'remote',
	played_msec => [0, 1000]);

is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
