#!/usr/bin/perl

# What SIP says before an answer, or instead of one: final codes, redirects,
# ringing and early media.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingSip;

my @codes = qw(400 403 404 408 410 415 420 421 480 486 488 500 503 600 603
	604 606);

cluster();
my $engine = engine();
my $status = peer('status', each => { code => \@codes });

sub redirect
{
	my ($status, @head) = @_;

	return peer('redirect', args => [qw(-deadcall_wait 0)],
		each => { say => [{ status => $status,
			head => join "\n", @head }]});
}


# --- final codes -------------------------------------------------------------

my %refused;
$refused{$_} = ring($status, "9$_") for @codes;

for (@codes) {
	ends("$_ is kept with its words", $refused{$_},
		status => 'failure', finished => 'false', call_count => 1,
		outcome => 'failure', sip_code => $_,
		sip_reason => "Words of $_", ended_by => 'nobody',
		connect_time => undef, prompt_time => undef,
		played_msec => 0);
}
my %seen;
is(story(grep { !$seen{$_->{text}}++ } wire($status)), join(' ', map { "<INVITE >$_ <ACK" } @codes),
	'each got one INVITE and one ACK, if not the same once more');

my $odd = redirect("486 Besetzt f\xfcr \e]0;x\aimmer", 'Server: odd');
my $oddly = ring($odd, '7000');

ends('words that are no UTF-8', $oddly, outcome => 'failure',
	sip_code => 486, sip_reason => qr/^Besetzt f[^\x00-\x1f]*immer$/);
unlike(slurp($engine->{log}), qr/[\x00-\x09\x0b-\x1f\x7f]/,
	'no control character gets into the log');


# --- redirects ---------------------------------------------------------------

my $sdp_type = "\nContent-Type: application/sdp";
my $sink = media();
my $answers = peer('callee', each => { bye => ['OK'], say => [
	{ status => '200 OK', tag => 'a', after => 0, head => $sdp_type,
	body => sdp($sink) }]});
my ($busy, $free) = map { $_->{port} } $status, $answers;

my $to_busy = redirect('301 Moved Permanently',
	"Contact: <sip:9486\@127.0.0.1:$busy>");
my $to_free = redirect('302 Moved Temporarily',
	"Contact: \"There\" <sip:there\@127.0.0.1:$free>;q=0.9",
	"Contact: <sip:9486\@127.0.0.1:$busy>;q=0.1");
my $nowhere = redirect('302 Moved Temporarily', 'Server: none');
my $to_tel = redirect('300 Multiple Choices', 'Contact: <tel:+15550100>');
my $port = free_port();
my $loop = peer('redirect', port => $port,
	args => [qw(-deadcall_wait 0)], each => { say => [{
		status => '302 Moved Temporarily',
		head => "Contact: <sip:again\@127.0.0.1:$port>" }]});
my $back = free_port();
my $ping = redirect('302 Moved Temporarily',
	"Contact: <sip:pong\@127.0.0.1:$back>");
my $pong = peer('redirect', port => $back,
	args => [qw(-deadcall_wait 0)], each => { say => [{
		status => '301 Moved Permanently',
		head => "Contact: <sip:ping\@127.0.0.1:$ping->{port}>" }]});

my @sent_on = map { ring(@$_) } [$to_busy, '7001'], [$to_free, '7002'],
	[$nowhere, '7003'], [$to_tel, '7004'], [$loop, '7005'],
	[$ping, '7006'];

ends('a redirect to one who is busy', $sent_on[0], outcome => 'failure',
	sip_code => 486, sip_reason => 'Words of 486', call_count => 1);
ends('a redirect to one who answers', $sent_on[1], outcome => 'success',
	sip_code => 200, played_msec => 1000, call_count => 1);
ends('a redirect to nowhere', $sent_on[2], outcome => 'failure',
	sip_code => 302, ended_by => 'nobody', sip_reason =>
	'Moved Temporarily: a redirect to no address that can be called');
ends('a redirect to what is no SIP address', $sent_on[3],
	outcome => 'failure', sip_code => 300, ended_by => 'nobody',
	sip_reason => qr/^Multiple Choices: /);
ends('a redirect to itself ends', $sent_on[4], outcome => 'failure',
	sip_code => 302, sip_reason => 'Moved Temporarily');
ends('redirects to and fro end', $sent_on[5], outcome => 'failure',
	sip_code => qr/^30[12]$/, sip_reason => qr/^Moved/);
cmp_ok(scalar(grep { !$_->{out} && $_->{method} eq 'INVITE' } wire($loop)),
	'<', 20, 'they end soon');


# --- before the answer -------------------------------------------------------

my %heads = (after => 400, tag => 'a', head => '', body => '');

# A callee that says so, and ends the call with the prompt's end
sub early
{
	my (@say) = @_;

	return peer('callee', each => { say => [map { {%heads, %$_} } @say],
		bye => $say[-1]{status} =~ /^2/ ? ['OK'] : [] });
}


sub ok_200
{
	my ($sink, %o) = @_;

	return { status => '200 OK', head => $sdp_type, body => sdp($sink),
		%o };
}


my @sinks = map { media() } 1 .. 6;
my @early = (
	early({ status => '180 Ringing' }, ok_200($sinks[0])),
	early(ok_200($sinks[1], status => '183 Session Progress'),
		ok_200($sinks[1], after => 1500)),
	early(ok_200($sinks[2], status => '183 Session Progress'),
		{ status => '180 Ringing', after => 700 },
		ok_200($sinks[2], after => 700)),
	early({ status => '180 Ringing', tag => 'one' },
		ok_200($sinks[3], status => '183 Session Progress',
		tag => 'two'), { status => '180 Ringing', tag => 'two' },
		ok_200($sinks[3], tag => 'two')),
	early(ok_200($sinks[4], status => '183 Session Progress'),
		{ status => '200 OK', after => 700 }),
	early(ok_200($sinks[5], status => '183 Session Progress',
		head => "$sdp_type\nRequire: 100rel\nRSeq: 7"),
		{ status => '504 Server Time-out', after => 1000 }),
);
my @names = ('just 180', '183 with early media', '183, then 180',
	'forked, the second answers', '183 with SDP, 200 without',
	'183 that requires 100rel');
my @rung = map { ring($early[$_], '760' . $_) } 0 .. $#early;

for (0 .. 3) {
	ends($names[$_], $rung[$_], outcome => 'success', sip_code => 200,
		played_msec => 1000, ended_by => 'local');

	my ($answer) = grep { ($_->{code} // 0) == 200
		&& $_->{cseq} eq 'INVITE' } wire($early[$_]);
	my @packets = packets($sinks[$_]);

	is(scalar(grep { $_->{at} < $answer->{at} } @packets), 0,
		'nothing is sent before the answer');
	is(scalar @packets, 50, 'and the whole prompt after it');
	is(sql("SELECT ring_time < connect_time AND connect_time - ring_time
			>= interval '300 ms' FROM call_attempts
		WHERE i_campaign_phone = $rung[$_]"), 't', 'it rang');
	is((grep { ($_->{method} // '') eq 'BYE' } wire($early[$_]))[0]
		{text} =~ /^To: .*tag=(\w+)/m && $1,
		$_ == 3 ? 'two' : 'a', 'the BYE goes to who answered');
}
ends($names[4], $rung[4], outcome => 'failure', sip_code => 200,
	sip_reason => qr/codec/, played_msec => 0, ended_by => 'local');
ends($names[5], $rung[5], outcome => 'failure', sip_code => 504,
	sip_reason => 'Server Time-out', played_msec => 0);
is(scalar(map { packets($sinks[$_]) } 4, 5), 0, 'nothing is played to these');

is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
