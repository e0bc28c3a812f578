#!/usr/bin/perl

# What becomes of a call is in the database, while it is up and afterwards.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(time sleep);
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

cluster();
my $callees = callees();
proxy($callees);
my $short = prompt(tone("$dir/short.wav", 8000, 2));
my $long = prompt(tone("$dir/long.wav", 8000, 8));
my $engine = engine(node => 'alpha');


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

	return %row;
}


sub phone_row
{
	return row('campaign_phones', "i_campaign_phone = $_[0]");
}


sub attempt_row
{
	my ($phone, $attempt) = @_;

	return row('call_attempts', "i_campaign_phone = $phone
		AND attempt = $attempt");
}


sub holds
{
	my ($what, $phone, $condition) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(sql("SELECT $condition FROM campaign_phones p
		WHERE i_campaign_phone = $phone"), 't', $what);
}


sub ended
{
	my ($phone, $seconds) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	wait_for('the attempt ends', $seconds // 10, sub {
		sql("SELECT claimed_by IS NULL AND EXISTS (
				SELECT 1 FROM call_attempts a WHERE
				a.i_campaign_phone = p.i_campaign_phone
				AND a.attempt = p.call_count)
			FROM campaign_phones p
			WHERE i_campaign_phone = $phone") eq 't'
	});
}


# Every status that a phone takes up until its attempt has ended, with
# finished, in order
sub watch
{
	my ($phone, $seconds) = @_;
	my @seen;

	until_true($seconds, sub {
		my $now = sql("SELECT status || CASE WHEN finished
				THEN ' finished' ELSE '' END ||
				CASE WHEN claimed_by IS NULL
				THEN '' ELSE ' live' END
			FROM campaign_phones
			WHERE i_campaign_phone = $phone");

		push @seen, $now if !@seen || $seen[-1] ne $now;
		return $now !~ /idle| live/;
	});

	return \@seen;
}


sub refused
{
	my ($campaign, $number, $code, $reason) = @_;
	my $before = sql('SELECT clock_timestamp()');
	my $phone = phone($campaign, $number);

	ended($phone);
	my %p = phone_row($phone);
	my %a = attempt_row($phone, 1);

	is($p{status}, 'failure', 'its status');
	is($p{finished}, 'false', 'it is not finished');
	is($p{call_count}, 1, 'one attempt');
	is($p{connect_time}, undef, 'never connected');
	holds('times are right and in order', $phone,
		"'$before' <= setup_time AND setup_time <= disconnect_time
		AND disconnect_time <= clock_timestamp()");
	holds('the next call is due a backoff after the end', $phone,
		"abs(extract(epoch FROM next_call - disconnect_time)
		- 600) < 0.1");
	holds('the lease was timeout_sec, the prompt and a margin', $phone,
		"expires BETWEEN setup_time + interval '10 s'
		AND setup_time + interval '5 min'");

	is($a{outcome}, 'failure', 'the outcome of the attempt');
	is($a{sip_code}, $code, 'its SIP code');
	is($a{sip_reason}, $reason, 'its reason');
	is($a{ended_by}, 'nobody', 'nobody hung up');
	is($a{played_msec}, 0, 'nothing was played');
	is(scalar events($callees, 'REFUSED', $number), 1,
		'the callee saw the ACK');
}


my %usual = (i_ivr_prompt => $short, threshold_msec => 1000,
	timeout_sec => 10, backoff_sec => 600);
my $camp = campaign(%usual);

subtest 'busy' => sub { refused($camp, '2001', 486, 'Busy Here') };
subtest 'not found' => sub { refused($camp, '3001', 404, 'Not Found') };

subtest 'no answer' => sub {
	my $quick = campaign(%usual, timeout_sec => 2);
	my $phone = phone($quick, '4001');

	my $seen = watch($phone, 10);

	shift @$seen if $seen->[0] eq 'idle';
	is_deeply($seen, ['trying live', 'failure'],
		'its statuses');
	ended($phone);
	my %a = attempt_row($phone, 1);

	is($a{outcome}, 'no answer', 'the outcome');
	is($a{sip_code}, undef, 'no final SIP code');
	is($a{ended_by}, 'local', 'the engine gave up');
	isnt($a{ring_time}, undef, 'the ringing was seen');
	holds('after timeout_sec', $phone, "disconnect_time - setup_time
		BETWEEN interval '1.9 s' AND interval '3 s'");
	wait_for('the callee saw CANCEL, and an ACK of its 487', 5,
		sub { events($callees, 'CANCELLED', '4001') == 1 });
	is(scalar events($callees, 'CANCEL', '4001'), 1, 'one CANCEL');
};

subtest 'early hang-up' => sub {
	my $phone = phone($camp, '5001');

	ended($phone);
	my %p = phone_row($phone);
	my %a = attempt_row($phone, 1);

	is($p{status}, 'premature hangup', 'the status');
	is($p{finished}, 'false', 'it is not finished');
	is($a{outcome}, 'premature hangup', 'the outcome');
	is($a{ended_by}, 'remote', 'the callee hung up');
	is($a{sip_code}, 200, 'its SIP code');
	ok($a{played_msec} > 200 && $a{played_msec} < 1000,
		"played what was heard: $a{played_msec} ms");
	holds('it is due again', $phone, 'next_call > now()');
	holds('times are in order', $phone, 'setup_time <= connect_time
		AND connect_time < disconnect_time');
	wait_for('the callee saw the answer to its BYE', 5,
		sub { events($callees, 'HANGUP', '5001') == 1 });
};

subtest 'an answer, seen as it happens' => sub {
	my $slow = campaign(%usual, i_ivr_prompt => $short);
	my $phone = phone($slow, '6001');
	my $seen = watch($phone, 15);

	shift @$seen if $seen->[0] eq 'idle';
	is_deeply($seen, ['trying live', 'answer live',
		'success finished live', 'success finished'],
		'trying, answer, success while the call goes on, the end')
		or diag(join ', ', @$seen);

	my %p = phone_row($phone);
	my %a = attempt_row($phone, 1);

	is($p{next_call}, undef, 'no next call');
	is($p{call_count}, 1, 'one attempt');
	holds('connected when it was answered', $phone, "connect_time -
		setup_time BETWEEN interval '1.4 s' AND interval '2.5 s'");
	holds('hung up after the prompt', $phone, "disconnect_time -
		connect_time BETWEEN interval '1.9 s' AND interval '3 s'");
	is($a{outcome}, 'success', 'the outcome');
	is($a{ended_by}, 'local', 'the engine hung up');
	is($a{played_msec}, 2000, 'the whole prompt was played');
	is($a{node}, 'alpha', 'the node');
	is($a{cld}, '6001', 'the number');
	is($a{proxy}, "127.0.0.1:$callees->{port}", 'the proxy');
	my ($invite) = events($callees, 'INVITE', '6001');
	is($a{call_id}, (split / /, $invite->[2])[0],
		'the Call-ID is the one on the wire');
	is(sql("SELECT setup_time <= ring_time AND ring_time < connect_time
			AND connect_time <= prompt_time
			AND prompt_time < disconnect_time
		FROM call_attempts WHERE i_campaign_phone = $phone"), 't',
		'all times of the attempt are in order');
	ok(events($callees, 'BYE', '6001') == 1, 'the callee saw a BYE');
};

subtest 'attempts are made up to max_attempts' => sub {
	my $again = campaign(%usual, max_attempts => 2, backoff_sec => 1);
	my $phone = phone($again, '2002');

	holds('not finished at first', $phone, 'NOT finished');
	wait_for('finished', 10, sub { sql("SELECT finished
		FROM campaign_phones WHERE i_campaign_phone = $phone")
		eq 't' });
	my %p = phone_row($phone);

	is($p{call_count}, 2, 'two attempts');
	is($p{status}, 'failure', 'the status');
	is($p{next_call}, undef, 'no next call');
	is(sql("SELECT count(*) FROM call_attempts
		WHERE i_campaign_phone = $phone"), 2, 'two rows of attempts');
	is(sql("SELECT b.setup_time - a.disconnect_time
			BETWEEN interval '1 s' AND interval '2.5 s'
		FROM call_attempts a, call_attempts b
		WHERE a.i_campaign_phone = $phone AND a.attempt = 1
		AND b.i_campaign_phone = $phone AND b.attempt = 2"), 't',
		'the backoff lies between them');
};

subtest 'the caller number' => sub {
	my $set = campaign(%usual, cli => "'+15550001111'");
	my $unset = campaign(%usual);
	my @phones = (phone($set, '5011'), phone($unset, '+5012'));

	ended($_) for @phones;
	like((events($callees, 'INVITE', '5011'))[0][2],
		qr/<sip:\+15550001111\@/, 'cli is in From');
	like((events($callees, 'INVITE', '5012'))[0][2],
		qr/<sip:\+5012\@/, 'without it the CLD is');
	is({attempt_row($phones[0], 1)}->{cli}, '+15550001111',
		'and in the attempt');
	is({attempt_row($phones[1], 1)}->{cli}, '+5012', 'so is the CLD');
};

subtest 'pausing and resuming' => sub {
	# Each call takes half a second: a phone starts all the time.
	my $busy = campaign(%usual, max_concurrent_calls => 5);
	my $invites = sub { scalar grep { $_->[1] =~ /^57/ }
		events($callees, 'INVITE') };

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $busy, 57000 + n FROM generate_series(1, 60) n");
	wait_for('it rings', 10, sub { $invites->() >= 12 });

	sql("UPDATE campaigns SET paused = true WHERE i_campaign = $busy");
	sleep 0.25;
	my $paused = $invites->();
	cmp_ok($paused, '<', 60, 'not all were rung before the pause');
	wait_for('live calls finish', 10, sub { sql("SELECT count(*)
		FROM campaign_phones WHERE i_campaign = $busy
		AND claimed_by IS NOT NULL") == 0 });
	sleep 1;
	is($invites->(), $paused, 'no INVITE 250 ms after the commit');
	is(sql("SELECT sum(call_count) FROM campaign_phones
		WHERE i_campaign = $busy"), $paused,
		'what was claimed and not rung does not count');

	sql("UPDATE campaigns SET paused = false WHERE i_campaign = $busy");
	wait_for('it goes on', 2, sub { $invites->() > $paused });
	wait_for('to the end', 30, sub { sql("SELECT count(*)
		FROM call_attempts WHERE i_campaign = $busy") == 60 });
};

subtest 'incoming calls are refused' => sub {
	my $port = free_port();
	my ($status, $out, $err) = run_program(['sipp',
		"127.0.0.1:$engine->{port}", qw(-sn uac -m 1 -i 127.0.0.1
		-bind_local -ci 127.0.0.1 -cp), free_port(), '-p', $port,
		'-mp', free_port(), qw(-nostdin -trace_msg -message_file),
		"$dir/incoming", qw(-timeout 10)], cwd => "$dir/tmp");
	my @answers = slurp("$dir/incoming") =~ m{^SIP/2.0 (\d+)}mg;

	isnt($status, 0, 'the caller got nowhere');
	like($answers[-1] // '', qr/^[456]\d\d$/, 'it got a final refusal');
	is(scalar(grep { /^(18|2)/ } @answers), 0, 'and nothing rang');
	ok(!child_ended($engine), 'the engine goes on');
};

subtest 'a killed engine is taken up by its next start' => sub {
	my $crash = campaign(%usual, i_ivr_prompt => $long,
		threshold_msec => 7000, backoff_sec => 1, max_attempts => 2);
	my $phone = phone($crash, '1009');
	my %was;

	wait_for('the call is up', 10, sub {
		%was = phone_row($phone);
		$was{status} eq 'answer' });
	stop_child($engine, 'KILL');
	holds('its row is still claimed', $phone, "claimed_by = 'alpha'");

	$engine = engine(node => 'alpha');
	wait_for('the row is taken up', 10, sub { sql("SELECT count(*)
		FROM call_attempts WHERE i_campaign_phone = $phone
		AND outcome = 'lost'") == 1 });
	wait_for('it is rung again', 10, sub {
		events($callees, 'INVITE', '1009') == 2 });
	ended($phone, 20);
	my %p = phone_row($phone);

	is($p{call_count}, 2, 'both attempts count');
	is($p{status}, 'success', 'the second one was heard');
	is(scalar events($callees, 'INVITE', '1009'), 2, 'two INVITEs');
};

subtest 'a heard prompt survives a crash' => sub {
	my $crash = campaign(%usual, i_ivr_prompt => $long,
		backoff_sec => 0);
	my $phone = phone($crash, '1010');

	wait_for('heard, and the call is up', 10, sub { sql("SELECT finished
		AND claimed_by IS NOT NULL AND status = 'success'
		FROM campaign_phones WHERE i_campaign_phone = $phone")
		eq 't' });
	stop_child($engine, 'KILL');
	$engine = engine(node => 'alpha');
	ended($phone);
	my %p = phone_row($phone);

	is($p{status}, 'success', 'it stays a success');
	is($p{finished}, 'true', 'and finished');
	sleep 0.5;
	is(scalar events($callees, 'INVITE', '1010'), 1,
		'nobody is rung twice');
};

is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
