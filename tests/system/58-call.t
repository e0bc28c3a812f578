#!/usr/bin/perl

# ringround call: rings one number once, shows what goes over the wire, and
# leaves nothing behind, whether or not an engine is at work beside it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingSip;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

cluster();
my $callees = callees();
proxy($callees);
my $prompt = prompt(tone("$dir/tone.wav", 8000, 1), 'hello');
my $long = prompt(tone("$dir/long.wav", 8000, 20), 'long');
my $engine = engine();


# Everything that a call may not touch
sub traces
{
	return join "\n", map { sql("SELECT count(*) || ' $_' FROM $_") }
		qw(campaigns campaign_phones call_attempts engines);
}


sub call
{
	return ringround('call', @_, '-d', conninfo());
}


sub invites
{
	return scalar events($callees, 'INVITE', $_[0]);
}


# The lines of a ladder without their times
sub rungs
{
	return [map { /^ +\d+\.\d{3}  (.*)$/ ? $1 =~ s/ sip:\S+//r : () }
		split /\n/, $_[0]];
}


until_true(10, sub { sql('SELECT count(*) FROM engines') });
my $before = traces();

subtest 'answered' => sub {
	my ($status, $out, $err) = call('1001', '--prompt', 'hello');

	is("$status $err", '0 ', 'heard: status 0');
	like($out, qr/\Acalling\ 1001\ through\ 127\.0\.0\.1:$callees->{port}
		\ from\ 127\.0\.0\.1:\d+\ as\ 1001,\ prompt\ $prompt\ hello$/mx,
		'what it does');
	is_deeply([grep { !/^< 1/ } @{rungs($out)}], ['> INVITE', '< 200 OK',
		'> ACK', 'the prompt begins',
		'prompt [####################] 1.0 s of 1.0 s', '> BYE',
		'< 200 OK (BYE)'], 'each message, and the prompt')
		or diag($out);
	my @times = $out =~ /^ +(\d+\.\d{3})  /mg;
	is_deeply(\@times, [sort { $a <=> $b } @times], 'times in order');
	cmp_ok($times[0], '==', 0, 'from the INVITE on');
	like($out, qr/^result\ {4}the\ prompt\ was\ heard\ to\ its\ end\n
		(?:ringing.*\n)?answered\ \ after\ .*\n
		prompt\ \ \ \ 1\.00\ s\ of\ 1\.00\ s\ as\ PCM[UA],\ 50\ packets$
		/mx, 'the summary') or diag($out);
	unlike($out, qr/\r|\e/, 'no bar where there is no terminal');
	is(invites('1001'), 1, 'rung once');
};

subtest 'busy' => sub {
	my ($status, $out, $err) = call('2001', '--prompt', $prompt,
		'--cli', '+441632960000');

	is("$status $err", '4 ', 'status 4');
	is_deeply([grep { !/^< 1/ } @{rungs($out)}], ['> INVITE',
		'< 486 Busy Here', '> ACK'], 'the ladder');
	like($out, qr/ as \+441632960000, /, 'the cli');
	like($out, qr/^result    not answered: 486 Busy Here$/m, 'summary');
	is(invites('2001'), 1, 'rung once');
};

subtest 'no answer' => sub {
	my ($status, $out) = call('4001', '--prompt', $prompt,
		qw(--timeout-sec 1));

	is($status, 4, 'status 4');
	is_deeply([grep { !/^< 100/ } @{rungs($out)}], ['> INVITE',
		'< 180 Ringing', '> CANCEL', '< 200 OK (CANCEL)',
		'< 487 Request Terminated', '> ACK'], 'the ladder')
		or diag($out);
	like($out, qr/^result\ {4}not\ answered:\ no\ answer\ within\ 1\ s\n
		ringing\ \ \ from\ .*\ s\ on,\ for\ 1\.\d+\ s$/mx, 'summary');
};

subtest 'hung up there' => sub {
	my ($status, $out) = call('5001', '--prompt', $long);

	is($status, 4, 'status 4');
	like($out, qr/^ +\d+\.\d+  < BYE\n +\d+\.\d+  > 200 OK \(BYE\)$/m,
		'the ladder');
	like($out, qr/^result    answered, but hung up there before the end/m,
		'summary');
};

# ^C, when a line of the ladder is there
sub interrupted
{
	my ($number, $line, $signal) = @_;
	my $child = spawn(name => 'call', stderr => "$dir/err", cmd => [
		$ringround, 'call', $number, '--prompt', $long, '-d',
		conninfo()]);

	ok(until_true(10, sub { slurp($child->{log}) =~ $line }),
		'it gets so far') or diag(slurp($child->{log}));
	stop_child($child, $signal, 10);
	is($child->{status} >> 8, 4, 'status 4') or diag($child->{status});
	is(slurp("$dir/err"), '', 'no complaint');

	return slurp($child->{log});
}


subtest '^C while it rings' => sub {
	my $out = interrupted('4002', qr/< 180/, 'INT');

	is_deeply([grep { !/^< 1/ } @{rungs($out)}], ['> INVITE',
		'interrupted, hanging up', '> CANCEL', '< 200 OK (CANCEL)',
		'< 487 Request Terminated', '> ACK'], 'CANCEL')
		or diag($out);
	like($out, qr/^result    not answered: interrupted$/m, 'summary');
	is(scalar events($callees, 'CANCELLED', '4002'), 1,
		'the callee has seen it through');
};

subtest 'or while it plays' => sub {
	my $out = interrupted('1002', qr/the prompt begins/, 'HUP');

	is_deeply([(grep { !/^(?:< 1|prompt)/ } @{rungs($out)})[3 .. 6]],
		['the prompt begins', 'interrupted, hanging up', '> BYE',
		'< 200 OK (BYE)'], 'BYE') or diag($out);
	like($out, qr/^result    answered, but hung up here .*: interrupted$/m,
		'summary');
};

is(traces(), $before, 'no row is left behind by any of these');

subtest 'a campaign lends what it has' => sub {
	my $alice = peer('challenge', each => {
		say => [{ status => '401 Who', n => 1, header =>
			'WWW-Authenticate: Digest realm="r", nonce="n"' }],
		login => [{ user => 'alice', password => 'se cret' }] });
	my $camp = campaign(name => "'lent'", i_ivr_prompt => $prompt,
		cli => "'+441632960000'", username => "'alice'",
		md5secret => "'se cret'", paused => 'true');
	my ($status, $out, $err) = call('1003', '--campaign', 'lent',
		'--proxy', $alice->{proxy});

	is("$status $err", '0 ', 'status 0, paused or not') or diag($out);
	is_deeply([(grep { !/^< 1/ } @{rungs($out)})[0 .. 5]], ['> INVITE',
		'< 401 Who', '> ACK', '> INVITE', '< 200 OK', '> ACK'],
		'the login is in the ladder');
	like($out, qr/ as \+441632960000, prompt $prompt hello$/m, 'its own');
	unlike($out, qr/se cret/, 'no secret');

	ringround(qw(db init --roles -d), conninfo());
	sql('CREATE ROLE op LOGIN IN ROLE ringround_operator');
	my @op = (qw(call 1003 --campaign lent -d),
		conninfo() =~ s/user=\S+/user=op/r);
	($status, $out, $err) = ringround(@op);
	is("$status $err", "1 ringround: this role may not read the "
		. "campaign's secret: give --md5secret\n", 'an operator');
	($status, $out, $err) = ringround(@op, qw(--md5secret env:PW),
		'--proxy', $alice->{proxy}, { env => { PW => 'se cret' } });
	is("$status $err", '0 ', 'has to know it') or diag($out);
};

subtest 'nothing in the clear' => sub {
	my $plain = 'result    hung up at once: answered without the media '
		. 'encryption that is demanded';
	my $safe = baresip('1005', 'PCMU/8000/1', 'srtp-mand');

	campaign(name => "'safe'", i_ivr_prompt => $prompt, paused => 'true',
		media_encryption => "'srtp'");
	my ($status, $out) = call(qw(1005 --campaign safe));
	is($status, 4, 'of a campaign that demands encryption');
	like($out, qr/^$plain$/m,
		'a plain answer will not do') or diag($out);
	($status, $out) = call(qw(1005 --campaign safe --proxy),
		"127.0.0.1:$safe->{port}");
	is($status, 0, 'an encrypted one does') or diag($out);

	sql("INSERT INTO config VALUES ('campaign', 'mediaencryption',
		'srtp')");
	($status, $out) = call('1005', '--prompt', $prompt);
	is($status, 4, 'where config demands it');
	like($out, qr/^$plain$/m, 'neither') or diag($out);
	sql("DELETE FROM config WHERE option = 'mediaencryption'");

	($status, $out, my $err) = call('1005', '--prompt', $prompt,
		qw(--ca-file /nonexistent));
	is($status, 1, 'a file of CAs that is not there');
	like($err, qr{^ringround: cannot read '/nonexistent', the file of }m,
		'is named');
};

subtest 'who is not called' => sub {
	my $camp = campaign(name => "'busy'", i_ivr_prompt => $prompt);
	sql("INSERT INTO do_not_call (number, reason)
		VALUES ('+441632960007', 'asked')");

	my ($status, $out, $err) = call('00441632960007', '--prompt', $prompt);
	is("$status $out", '4 ', 'who is on the do-not-call list');
	is($err, "ringround: 00441632960007 is on the do-not-call list as "
		. "+441632960007: asked: not called\n", 'and why');

	phone($camp, '4009');
	until_true(10, sub { invites('4009') });
	($status, $out, $err) = call('4009', '--prompt', $prompt);
	is("$status $out", '4 ', 'whom an engine is ringing');
	is($err, "ringround: 4009 is being rung now, by campaign busy: not "
		. "called\n", 'and why');
	is(invites('4009'), 1, 'once');
	sql("SELECT stop_campaign($camp)");
	is(invites($_), 0, 'not at all') for '00441632960007', '441632960007';
};

subtest 'what does not begin' => sub {
	my @cases = (
		[2, qr/needs --prompt/, '1001'],
		[3, qr/no prompt 'nope'/, '1001', '--prompt', 'nope'],
		[3, qr/no campaign 'nope'/, '1001', '--campaign', 'nope'],
		[1, qr/no digit/, '10x1', '--prompt', $prompt],
		[1, qr/sip: URI/, 'sip:a@b', '--prompt', $prompt],
		[2, qr/no SIP proxy/, '1001', '--prompt', $prompt, '--proxy',
			'a b'],
		[2, qr/timeout-sec/, '1001', '--prompt', $prompt,
			'--timeout-sec', '0'],
		[1, qr/in use/, '1001', '--prompt', $prompt, '-l',
			"127.0.0.1:$engine->{port}"],
		[1, qr/cannot start calls through 192\.0\.2\.1/, '1001',
			'--prompt', $prompt, '--proxy', '192.0.2.1'],
	);

	for (@cases) {
		my ($want, $words, @args) = @$_;
		my ($status, $out, $err) = call(@args);

		is($status, $want, "status $want: $words");
		like($err, qr/\Aringround: [^\n]*$words[^\n]*\n\z/, 'said');
	}
	sql("UPDATE ivr_prompts SET audio = 'no sound'
		WHERE i_ivr_prompt = $long");
	my ($status, $out, $err) = call('1004', '--prompt', $long);
	is($status, 1, 'a prompt that is no sound');
	like($err, qr/\Aringround: [^\n]+\n\z/, 'is said');
	is(invites('1004'), 0, 'nobody is called');
	is(join(' ', glob "$dir/tmp/ringround-*"), '', 'no profile is left');
};

is(engine_stop($engine), 0, 'the engine beside it is well');

done_testing();
