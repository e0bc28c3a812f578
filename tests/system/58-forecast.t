#!/usr/bin/perl

# ringround forecast: campaigns whose end can be told by hand.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use RingTest;
use RingTest::Cluster;
use RingTest::Engine qw(campaign prompt);
use RingTest::Wav;

cluster();
sql("SET TimeZone = 'UTC'");
is((ringround(qw(db init --roles -d), conninfo()))[0], 0, 'roles');
sql('CREATE ROLE eve LOGIN IN ROLE ringround_viewer');
sql("INSERT INTO ivr_prompts (name, audio) VALUES ('p', 'x')");

my $attempt = 0;


# Phones of a campaign; columns as SQL
sub phones
{
	my ($camp, $n, %set) = @_;
	my @names = sort keys %set;

	sql("INSERT INTO campaign_phones (" . join(', ', 'i_campaign', 'cld',
		@names) . ") SELECT " . join(', ', $camp, "'+4416'
			|| lpad((i + (SELECT count(*) FROM campaign_phones)
				)::text, 8, '0')", @set{@names})
		. " FROM generate_series(1, $n) AS i");
}


# So many attempts of a phone that is finished, all alike
sub attempts
{
	my ($camp, $n, $outcome, $ring, $talk) = @_;
	my $first = $attempt + 1;
	my $connect = defined $talk ? "at + $ring * interval '1 s'" : 'NULL';
	my $sec = $ring + ($talk // 0);

	phones($camp, 1, finished => 'true', status => "'failure'");
	$attempt += $n;
	sql("INSERT INTO call_attempts (i_call_attempt, i_campaign_phone,
		i_campaign, attempt, node, cld, setup_time, connect_time,
		disconnect_time, ended_by, outcome)
	SELECT i, (SELECT max(i_campaign_phone) FROM campaign_phones), $camp,
		1, 'n', '1', at, $connect, at + $sec * interval '1 s',
		'remote', '$outcome'
	FROM generate_series($first, $attempt) AS i,
		LATERAL (SELECT now() - interval '1 h' AS at) AS t");
}


# What is said of it, with instants as seconds from now
sub forecast
{
	my ($camp, @args) = @_;
	my $now = sql('SELECT extract(epoch FROM now())');
	my ($status, $out, $err) = ringround('forecast', $camp, '--json', '-d',
		@args ? @args : conninfo());

	is("$status $err", '0 ', "forecast of $camp");
	my $f = decode_json($out);
	for (qw(begins done held_until)) {
		next if !defined $f->{$_} || $f->{$_} eq 'infinity';
		$f->{$_} = sql("SELECT extract(epoch FROM
			'$f->{$_}'::timestamptz) - $now");
	}
	return $f;
}


sub about
{
	my ($got, $want, $by, $what) = @_;

	ok(defined $got && $got =~ /^-?[\d.]+$/ && abs($got - $want) <= $by,
		$what) or diag($got // 'nothing', " instead of $want");
}


subtest 'a hundred, ten at a time, thirty seconds' => sub {
	my $c = campaign(max_concurrent_calls => 10, i_ivr_prompt => 1);

	attempts($c, 40, 'success', 10, 20);
	phones($c, 100);
	my $f = forecast($c);

	about($f->{done}, 300, 3, 'five minutes');
	about($f->{begins}, 0, 3, 'from now on');
	is(join('|', map { $_ // '' } @$f{qw(phones finished to_ring due_now
		calls_expected success_expected success_percent ring_sec
		talk_sec calls_at_a_time)}),
		'101|1|100|100|100|100|100|10|20|10', 'figures');
	is($f->{bottleneck}, 'calls at a time (max_concurrent_calls 10)',
		'the bottleneck');
	is($f->{basis}, 'how the last 40 attempts went', 'the basis');
	is($f->{held_by}, 'no engine is running: start ringround',
		'what holds it');

	sql("UPDATE campaigns SET max_calls_per_second = 0.11,
		paused = true, i_ivr_prompt = NULL WHERE i_campaign = $c");
	$f = forecast($c);
	about($f->{done}, 990 + 30, 3, 'ten seconds each');
	is($f->{bottleneck}, 'calls started a second '
		. '(max_calls_per_second 0.11)', 'by the rate');
	like($f->{held_by}, qr/^it is paused: .*; it has no prompt: /,
		'all that holds it');

	sql("UPDATE campaigns SET max_calls_per_second = NULL,
		max_concurrent_calls = 100 WHERE i_campaign = $c;
		INSERT INTO config VALUES ('campaign', 'maxcallspersecond',
		'1')");
	$f = forecast($c);
	about($f->{done}, 99 * 1.022 + 30, 3, 'one a second');
	is($f->{bottleneck}, 'calls started a second '
		. '(maxcallspersecond 1 of an engine)', 'by its rate');

	sql("INSERT INTO engines SELECT n, 'h', 1, 1, '1', 8, 'a', now(),
		now(), 5, 0, 0, 0 FROM unnest(ARRAY['e1', 'e2']) AS n;
		SELECT pg_advisory_lock(1918987877, hashtext(n))
		FROM unnest(ARRAY['e1', 'e2']) AS n;
		DELETE FROM config");
	$f = forecast($c);
	about($f->{done}, 300, 3, 'what two engines carry');
	is($f->{bottleneck}, 'calls at a time (the engines carry 10)',
		'by the engines');
	unlike($f->{held_by}, qr/engine/, 'they run');
	sql('DELETE FROM engines; SELECT pg_advisory_unlock_all()');
};

subtest 'nobody answers' => sub {
	my $c = campaign(i_ivr_prompt => 1, backoff_sec => 3600);

	attempts($c, 50, 'no answer', 20);
	phones($c, 5);
	phones($c, 3, call_count => 2, next_call => "now() + interval '1 h'");
	phones($c, 2, call_count => 3);
	phones($c, 1, next_call => "'infinity'");
	my $f = forecast($c);

	about($f->{done}, 7200 + 60, 3, 'until all attempts are spent');
	is(join('|', @$f{qw(to_ring due_now skip_attempts skip_never_due
		calls_expected success_expected)}), '8|5|2|1|18|0', 'figures');
	is($f->{bottleneck}, 'waiting for next attempts (backoff_sec 3600)',
		'by the backoff');
};

subtest 'who is not rung' => sub {
	my $c = campaign(i_ivr_prompt => 1);

	sql("INSERT INTO config VALUES ('campaign', 'sipuri', 'allow');
		INSERT INTO campaign_phones (i_campaign, cld) VALUES
		($c, '+4421'), ($c, '004422'), ($c, '4423'),
		($c, 'sip:a\@b'), ($c, '4424');
		INSERT INTO do_not_call VALUES ('4421'), ('+4422')");
	my $f = forecast($c);
	is(join('|', @$f{qw(to_ring due_now skip_dnc skip_unsafe)}),
		'3|3|2|0', 'URIs are allowed');
	sql('DELETE FROM config');
	$f = forecast($c);
	is(join('|', @$f{qw(to_ring due_now skip_dnc skip_unsafe)}),
		'2|2|2|1', 'or not');

	my $eve = conninfo() =~ s/user=\S+/user=eve/r;
	$f = forecast($c, $eve);
	is_deeply([@$f{qw(skip_dnc skip_unsafe)}], [undef, undef],
		'a viewer cannot tell');
	like($f->{note}, qr/may not read numbers/, 'and is told so');
	sql('DELETE FROM do_not_call');
};

subtest 'nothing is known' => sub {
	prompt(tone("$dir/tone.wav", 8000, 20), 'tone');
	my $c = campaign(max_concurrent_calls => 1, max_attempts => 1,
		i_ivr_prompt => '(SELECT max(i_ivr_prompt) FROM ivr_prompts)');

	attempts($c, 29, 'success', 1, 1);
	phones($c, 10);
	my $f = forecast($c);
	like($f->{basis}, qr/^an assumption, with 29 .* the prompt of 20 s/,
		'so it is assumed');
	about($f->{done}, 300, 3, '30 s each');
	attempts($c, 1, 'success', 1, 1);
	about(forecast($c)->{done}, 20, 3, '30 attempts tell');
};

subtest 'schedules' => sub {
	sql("INSERT INTO schedules (name, time_zone) VALUES
		('never', 'UTC'), ('hour', 'UTC')");
	my $c = campaign(i_ivr_prompt => 1, i_schedule => 1,
		max_concurrent_calls => 1);

	attempts($c, 30, 'success', 10, 50);
	phones($c, 100);
	my $f = forecast($c);
	is($f->{done}, 'infinity', 'one without records is never open');
	like($f->{held_by}, qr/the schedule never opens/, 'which is said');
	is($f->{bottleneck}, undef, 'there is no bottleneck');

	# Open for two minutes each day, in 22 hours for the first time
	sql("INSERT INTO schedule_records (i_schedule, start_time, stop_time)
		SELECT 2, (now() - interval '2 h')::time,
		(now() - interval '1 h 58 min 1 s')::time;
		UPDATE campaigns SET i_schedule = 2 WHERE i_campaign = $c");
	$f = forecast($c);
	about($f->{held_until}, 22 * 3600, 3, 'opens in 22 hours');
	about($f->{begins}, 22 * 3600, 3, 'when the first call is');
	about($f->{done}, (22 + 33 * 24) * 3600 + 60, 63, '3 calls a day');
	like($f->{bottleneck}, qr/^the schedule \(it is closed 100% of /,
		'the bottleneck');

	phones($c, 3 * 2000);
	$f = forecast($c);
	about($f->{done} / 86400, 2034, 2, 'years');
	phones($c, 3 * 8000);
	$f = forecast($c);
	is($f->{done}, undef, 'or longer than anybody looks ahead');
	like($f->{note}, qr/given up to look ahead at \d{4,} days/,
		'which is said');
	sql("DELETE FROM campaigns WHERE i_campaign = $c");
};

subtest 'clocks go back' => sub {
	sql("INSERT INTO schedules (name, time_zone) VALUES
		('berlin', 'Europe/Berlin');
		INSERT INTO schedule_records (i_schedule, start_time,
			stop_time) VALUES (3, '02:00', '02:59:59')");
	my @rows = sql("PREPARE windows AS " . slurp(
		"$tree/sql/query/forecast_windows.sql"));
	my @open = sql("EXECUTE windows(3, 40)");
	is(scalar @open, 41, 'changes are read ahead');
	is(scalar(grep { /\|t$/ } @open) + 0, 20, 'each second opens it');
};

subtest 'many, and live ones' => sub {
	my $c = campaign(i_ivr_prompt => 1, max_concurrent_calls => 1000,
		max_attempts => 2, backoff_sec => 60);

	attempts($c, 30, 'success', 10, 50);
	attempts($c, 30, 'no answer', 30);
	phones($c, 210_000);
	sql('ANALYZE campaign_phones');
	my $f = forecast($c);
	is($f->{to_ring}, 210_000, 'all are counted');
	like($f->{note}, qr/by chance/, 'though not looked at');
	about($f->{calls_expected}, 315_000, 10, 'calls');
	about($f->{done}, 315_000 * 45 / 1000, 60, 'end');

	by_engine { sql("UPDATE campaign_phones SET claimed_by = 'n',
		call_count = 2, expires = now() + interval '1 h'
		WHERE i_campaign_phone IN (SELECT i_campaign_phone
		FROM campaign_phones WHERE i_campaign = $c AND NOT finished
		LIMIT 10)") };
	$f = forecast($c);
	is("$f->{live}|$f->{to_ring}", '10|209990', 'live ones are apart');
};

my ($status, $out, $err) = ringround('forecast', 'no such', '-d', conninfo());
is($status, 3, 'no such campaign');
like($err, qr/^ringround: there is no campaign 'no such'/, 'is said');
($status, $out, $err) = ringround(qw(forecast 3 -d), conninfo());
like($out, qr/^to_ring +4$/m, 'a table');
like($out, qr/^done +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/m, 'with the end');
($status, $out, $err) = ringround(qw(forecast 3 --csv -d), conninfo());
like($out, qr/^i_campaign,name,.*\n3,test,/, 'CSV');
is(scalar(split /\n/, $out), 2, 'of one row');

done_testing();
