#!/usr/bin/perl

# The fields of a campaign: who calls, by which credentials, how many at a
# time, pausing, and prompts that cannot be played.

use strict;
use warnings;

use Digest::MD5 qw(md5_hex);
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep time);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;
use RingSip;

cluster();
my $engine = engine(args => ['--verbose']);
my $number = 5000;


sub invites
{
	my ($peer, $call_id) = @_;

	return grep { ($_->{method} // '') eq 'INVITE' && !$_->{out} }
		wire($peer, $call_id);
}


# --- credentials -------------------------------------------------------------

my %login = (user => 'joe', password => 'open sesame; 1');
my @login = (username => "'$login{user}'",
	md5secret => "'$login{password}'");
my $n = 0;


sub challenge
{
	my ($code, $rest) = @_;
	my $kind = $code == 401 ? 'WWW' : 'Proxy';

	++$n;
	return { n => $n, status => $code == 401 ? '401 Unauthorized'
		: '407 Proxy Authentication Required', header =>
		"$kind-Authenticate: Digest realm=\"here $n\", " .
		"nonce=\"nonce$n\"$rest" };
}


# The credentials of a request, by RFC 2617: undef, or what is wrong
sub wrong_digest
{
	my ($message, $user, $password) = @_;
	my $line = header($message, 'Authorization')
		|| header($message, 'Proxy-Authorization');
	my %d = $line =~ /(\w+)="?([^",]*)"?/g;
	my ($uri) = $message->{first} =~ /^INVITE (\S+)/;
	my $ha1 = md5_hex(join ':', $user, $d{realm} // '', $password);
	my $ha2 = md5_hex("INVITE:" . ($d{uri} // ''));
	my $want = md5_hex(join ':', $ha1, $d{nonce} // '', $d{qop}
		? ($d{nc}, $d{cnonce}, 'auth') : (), $ha2);

	return 'no credentials' unless $line =~ /^Digest /;
	return "user $d{username}" if $d{username} ne $user;
	return "uri $d{uri}" if $d{uri} ne $uri;
	return "qop $d{qop}" if defined $d{qop} && $d{qop} ne 'auth';
	return $d{response} eq $want ? undef : "response in $line";
}


my $qop = ', algorithm=MD5, qop="auth"';
my %asks = (
	'401, qop auth' => [challenge(401, $qop)],
	'407, qop auth' => [challenge(407, $qop)],
	'401 as in RFC 2069' => [challenge(401, '')],
	'407 with opaque, qop auth or auth-int' => [challenge(407,
		", algorithm=MD5, qop=\"auth,auth-int\", opaque=\"o1\"")],
);
my $stale_1 = challenge(407, $qop);
my $stale_2 = { %$stale_1 };
$stale_2->{header} =~ s/nonce="\w+"/nonce="fresh", stale=true/;
$asks{'a stale nonce'} = [$stale_1, $stale_2];

# SIPp itself judges the answers to 401; those to 407 are looked at below.
my %peers = map { $_ => peer('challenge', each => { say => $asks{$_},
	login => [$asks{$_}[0]{status} =~ /^401/ ? \%login : ()] }) }
	keys %asks;
my %phones = map { $_ => ring($peers{$_}, $number++, @login) }
	sort keys %asks;


# Never content: these challenges, over and over
sub stubborn
{
	return peer('challenge', each => { say => [(@_) x 20], login => [] });
}


my $wrong_401 = stubborn(challenge(401, $qop));
my $wrong_407 = stubborn(challenge(407, $qop));
my $again = challenge(401, $qop);
$again->{header} .= ', stale=true';
my $ever_stale = stubborn($again);
my $sha = stubborn(challenge(401, ', algorithm=SHA-256, qop="auth"'));
my $sha_407 = stubborn(challenge(407, ', algorithm=SHA-256, qop="auth"'));
my $basic = stubborn({ n => 'b', status => '401 Unauthorized',
	header => 'WWW-Authenticate: Basic realm="here"' });
my $bare = stubborn({ n => 'n', status => '401 Unauthorized',
	header => 'Server: none' });
my @wrong = (username => "'joe'", md5secret => "'wrong-password'");
my %bad = (
	wrong_401 => ring($wrong_401, $number++, @wrong),
	wrong_407 => ring($wrong_407, $number++, @wrong),
	ever_stale => ring($ever_stale, $number++, @wrong),
	sha => ring($sha, $number++, @login),
	sha_407 => ring($sha_407, $number++, @login),
	basic => ring($basic, $number++, @login),
	bare => ring($bare, $number++, @login),
	none => ring($wrong_401, $number++),
);

my $both = peer('challenge', each => { login => [],
	say => [challenge(407, $qop)]});
my @two = (ring($both, $number++, username => "'ann'",
	md5secret => "'secret-of-ann'"), ring($both, $number++,
	username => "'bob'", md5secret => "'secret-of-bob'"));

for (sort keys %asks) {
	my $a = ends($_, $phones{$_}, outcome => 'success', sip_code => 200,
		played_msec => 1000, call_count => 1);

	is(wrong_digest((invites($peers{$_}))[-1], 'joe',
		$login{password}), undef, 'the digest is right');
	is(scalar invites($peers{$_}), 1 + @{$asks{$_}},
		'and only sent when asked for');
	is(scalar invites($peers{$_}, $a->{call_id}), 1 + @{$asks{$_}},
		'it is one call');
}
like(header((invites($peers{'a stale nonce'}))[-1],
	'Proxy-Authorization'), qr/nonce="fresh"/, 'by the fresh nonce');

for (qw(401 407)) {
	my $peer = $_ == 401 ? $wrong_401 : $wrong_407;
	my $a = ends("a wrong password, $_", $bad{"wrong_$_"},
		outcome => 'failure', status => 'failure', sip_code => $_,
		sip_reason => qr/Unauthorized|Required/, call_count => 1,
		ended_by => 'nobody', finished => 'false');

	is(scalar invites($peer, $a->{call_id}), 2, 'is tried once');
}
ends('nonces that are ever stale', $bad{ever_stale}, outcome => 'failure',
	sip_code => 401);
cmp_ok(scalar invites($ever_stale), '<=', 20, 'are no endless loop');

for (qw(sha sha_407)) {
	my $peer = $_ eq 'sha' ? $sha : $sha_407;

	ends('only SHA-256 is offered', $bad{$_}, outcome => 'failure',
		sip_code => $_ eq 'sha' ? 401 : 407, call_count => 1,
		sip_reason => qr/: an algorithm that is not known here, /);
	is(scalar invites($peer), 1, 'nothing is tried');
}
ends('only Basic is offered', $bad{basic}, outcome => 'failure',
	sip_code => 401, sip_reason => qr/not known here/);
is(scalar invites($basic), 1, 'no password is sent');
ends('401 without a challenge', $bad{bare}, outcome => 'failure',
	sip_code => 401);
ends('no credentials at all', $bad{none}, outcome => 'failure',
	sip_code => 401);

for (0, 1) {
	my $user = qw(ann bob)[$_];
	my $a = ends("$user", $two[$_], outcome => 'success');

	is(wrong_digest((invites($both, $a->{call_id}))[-1], $user,
		"secret-of-$user"), undef, 'by credentials of its own');
}

my $secret = qr/sesame|wrong-password|secret-of/;
unlike(slurp($engine->{log}), $secret, 'no password is in the log');
is(sql("SELECT count(*) FROM call_attempts a
	WHERE a::text ~ 'sesame|wrong-password|secret-of'"), 0,
	'nor in an attempt');
is(scalar(grep { $_->{text} =~ $secret } map { wire($_) } values %peers,
	$both, $wrong_401), 0, 'nor on the wire');


# --- the caller number -------------------------------------------------------

my $listener = listener(media());
my $with = ring($listener, $number++, cli => "'+15550199'");
my $without = ring($listener, '+4930555');

ends('cli is set', $with, outcome => 'success', cli => '+15550199');
ends('cli is not set', $without, outcome => 'success', cli => '+4930555');
is(join(' ', map { header($_, 'From') =~ /<sip:([^@]*)@/ }
	invites($listener)), '+15550199 +4930555', 'as the callee sees it');


# --- how many at a time ------------------------------------------------------

# How many calls were up after each INVITE: [instant, calls]
sub levels
{
	my ($peer) = @_;
	my (%up, @levels);

	for (grep { !$_->{out} } wire($peer)) {
		my $method = $_->{method} // next;

		delete $up{$_->{call_id}} if $method =~ /BYE|CANCEL/;
		next unless $method eq 'INVITE';
		$up{$_->{call_id}} = 1;
		push @levels, [$_->{at}, scalar keys %up];
	}

	return @levels;
}


sub most
{
	my ($max) = sort { $b <=> $a } map { $_->[1] } @_;

	return $max // 0;
}


# Two engines share the campaign, and its limit.
my $second = engine();
my $crowd = listener(media());
my $first = ring($crowd, '4000', max_concurrent_calls => 4,
	i_ivr_prompt => sound(0.6));
my $camp = sql("SELECT i_campaign FROM campaign_phones
	WHERE i_campaign_phone = $first");


sub at_most
{
	sql("UPDATE campaigns SET max_concurrent_calls = $_[0]
		WHERE i_campaign = $camp");
	return time;
}


sub calls
{
	return scalar invites($crowd);
}


sql("INSERT INTO campaign_phones (i_campaign, cld)
	SELECT $camp, 4000 + n FROM generate_series(1, 69) n");
wait_for('four at a time', 20, sub { calls() >= 16 });
my $lowered = at_most(2);
sleep 1.2;
my $drained = time;
my $then = calls();
wait_for('two at a time', 20, sub { calls() >= $then + 8 });
my $raised = at_most(8);
wait_for('all are rung', 30, sub { sql("SELECT count(*)
	FROM campaign_phones WHERE i_campaign = $camp AND finished") == 70 });

my @levels = levels($crowd);
is(most(grep { $_->[0] < $lowered } @levels), 4, 'four, and never five');
cmp_ok(most(grep { $_->[0] > $lowered && $_->[0] < $raised } @levels), '<=',
	4, 'no more than that after it was lowered');
is(most(grep { $_->[0] > $drained && $_->[0] < $raised } @levels), 2,
	'two, once the others had ended');
cmp_ok(most(grep { $_->[0] > $raised } @levels), '<=', 8,
	'never more than eight');
cmp_ok(most(grep { $_->[0] > $raised } @levels), '>', 4,
	'more than before, once it was raised');
is(sql("SELECT count(DISTINCT node) FROM call_attempts
	WHERE i_campaign = $camp"), 2, 'both engines had their part');


# --- pausing -----------------------------------------------------------------

my @after;

sql("INSERT INTO campaign_phones (i_campaign, cld)
	SELECT $camp, 4100 + n FROM generate_series(1, 300) n");
for (1 .. 3) {
	my $rung = calls();

	sql("UPDATE campaigns SET paused = false WHERE i_campaign = $camp");
	until_true(10, sub { calls() > $rung + 10 });
	sql("UPDATE campaigns SET paused = true WHERE i_campaign = $camp");
	my $paused = time;
	until_true(10, sub { sql("SELECT count(*) FROM campaign_phones
		WHERE i_campaign = $camp AND claimed_by IS NOT NULL") == 0 });
	push @after, (invites($crowd))[-1]{at} - $paused;
}
cmp_ok((sort { $a <=> $b } @after)[1], '<', 0.25,
	'no INVITE 250 ms after a pause');
cmp_ok((sort { $a <=> $b } @after)[2], '<', 1,
	'not even on a busy machine');
cmp_ok(calls(), '<', 370, 'there was something left to ring');
is(sql("SELECT sum(call_count) FROM campaign_phones
	WHERE i_campaign = $camp"), calls(),
	'what was claimed and not rung does not count');


is(engine_stop($second), 0, 'one engine leaves');


# --- prompts -----------------------------------------------------------------

sub raw_prompt
{
	my ($bytes) = @_;

	return sql("INSERT INTO ivr_prompts (name, audio)
		VALUES ('raw', '\\x" . unpack('H*', $bytes) . "')
		RETURNING i_ivr_prompt");
}


sub quiet_phone
{
	my ($name, $prompt) = @_;

	return phone(campaign(name => "'$name'", i_ivr_prompt => $prompt,
		threshold_msec => 300), '4900');
}


my $wav = slurp(tone("$dir/good.wav", 8000, 1));
my $bad_prompt = raw_prompt('this is no audio');
my $empty_prompt = raw_prompt(substr($wav, 0, 40) . "\0\0\0\0");
my %quiet = (
	none => quiet_phone('without a prompt', 'NULL'),
	bad => quiet_phone('with a bad one', $bad_prompt),
	empty => quiet_phone('with an empty one', $empty_prompt),
);
my %why = (
	none => qr/^the campaign has no prompt/,
	bad => qr/^the prompt cannot be played: \w/,
	empty => qr/^the prompt cannot be played: \w/,
);
my $before = calls();

for (sort keys %quiet) {
	my $like = $why{$_};
	my $phone = $quiet{$_};

	wait_for("prompt $_: the database says why", 10, sub {
		sql("SELECT reason FROM why_not_dialing($phone)") =~ $like });
}
is(sql("SELECT count(*) FROM ivr_prompts WHERE trouble <> ''
	AND i_ivr_prompt IN ($bad_prompt, $empty_prompt)"), 2,
	'so do the prompts');
for ('without a prompt', 'with a bad one', 'with an empty one') {
	wait_for("$_: so does the log", 5, sub { slurp($engine->{log}) =~
		/warning: campaign $_ does not dial: \w/ });
}
sleep 0.5;
is(sql("SELECT sum(call_count) FROM campaign_phones
	WHERE i_campaign_phone IN (" . join(',', values %quiet) . ')'), 0,
	'nobody is rung');
is(calls(), $before, 'not even a bit');

sql("UPDATE ivr_prompts SET audio = '\\x" . unpack('H*', $wav) . "'
	WHERE i_ivr_prompt = $bad_prompt");
sql("UPDATE config SET value = '$crowd->{proxy}'
	WHERE option = 'sipproxy'");
ends('once the prompt is good', $quiet{bad}, outcome => 'success',
	played_msec => 1000);
is(sql("SELECT trouble FROM ivr_prompts
	WHERE i_ivr_prompt = $bad_prompt"), '', 'the trouble is over');

is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
