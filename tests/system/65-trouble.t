#!/usr/bin/perl

# What goes wrong at three in the morning, and must not stop anybody

use strict;
use warnings;

use Fcntl;
use File::Copy qw(copy);
use FindBin;
use POSIX qw(mkfifo);
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

cluster();
my $callee = callees();
my $prompt = prompt(tone("$dir/tone.wav", 8000, 1));
my %quick = (i_ivr_prompt => $prompt, threshold_msec => 500,
	timeout_sec => 5, backoff_sec => 1);


sub heard
{
	my ($campaign) = @_;

	return sql("SELECT count(*) FROM campaign_phones WHERE i_campaign =
		$campaign AND finished AND status = 'success'");
}


# The server does not see by itself that its client is gone.
sub let_go
{
	my ($open) = @_;

	sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE wait_event = 'PgSleep'");
	stop_child($open, 'KILL');
}


subtest 'a transaction that somebody has left open' => sub {
	my ($one, $other) = map { campaign(%quick) } 1, 2;
	my $held = phone($one, '100');

	phone($one, "10$_") for 1 .. 4;
	phone($other, "11$_") for 1 .. 4;
	sql("UPDATE campaigns SET paused = true");

	my $open = spawn(name => 'psql', cmd => ['psql', '-Xqc', "BEGIN;
		INSERT INTO campaign_phones (i_campaign, cld)
			VALUES ($one, '109');
		UPDATE campaign_phones SET next_call = NULL
			WHERE i_campaign_phone = $held;
		SELECT pg_sleep(60)", conninfo()]);
	wait_for('it is open', 10, sub { sql("SELECT count(*)
		FROM pg_stat_activity WHERE query LIKE 'BEGIN%pg_sleep%'
		AND wait_event = 'PgSleep'") });

	proxy($callee);
	my $engine = engine();
	sql("UPDATE campaigns SET paused = false");
	wait_for('the other campaign is heard', 10,
		sub { heard($other) == 4 });
	wait_for('so are the phones it does not hold', 10,
		sub { heard($one) == 4 });
	ok(!child_ended($open), 'and it is open still');
	is(sql("SELECT status FROM campaign_phones
		WHERE i_campaign_phone = $held"), 'idle', 'its own waits');

	let_go($open);
	wait_for('and is rung when it lets go', 15, sub { heard($one) == 5 });
	is(engine_stop($engine), 0, 'the engine leaves');
};


subtest 'a row that is held while its phone is rung' => sub {
	my $campaign = campaign(%quick);
	my $engine = engine();
	my $phone = phone($campaign, '120');

	wait_for('it is answered', 5, sub { sql("SELECT claimed_by
		FROM campaign_phones WHERE i_campaign_phone = $phone") });
	my $open = spawn(name => 'psql', cmd => ['psql', '-Xqc', "BEGIN;
		SELECT 1 FROM campaign_phones WHERE i_campaign_phone = $phone
		FOR UPDATE; SELECT pg_sleep(60)", conninfo()]);
	wait_for('it is held', 10, sub { sql("SELECT count(*)
		FROM pg_stat_activity WHERE query LIKE 'BEGIN%FOR UPDATE%'
		AND wait_event = 'PgSleep'") });
	phone($campaign, "12$_") for 1 .. 5;
	wait_for('others are heard meanwhile', 10,
		sub { heard($campaign) >= 5 });
	let_go($open);
	wait_for('and it is written when the row is free', 10,
		sub { heard($campaign) == 6 });
	is(engine_stop($engine), 0, 'the engine leaves');
	is(sql("SELECT count(*) FROM call_attempts
		WHERE i_campaign = $campaign"), 6, 'nobody was rung twice');
};


subtest 'a proxy that this address cannot reach' => sub {
	my $campaign = campaign(%quick);
	my $phone = phone($campaign, '130');

	sql("UPDATE config SET value = '192.0.2.1:5060'
		WHERE option = 'sipproxy'");
	my $engine = engine();
	wait_for('the log says so', 10, sub { slurp($engine->{log})
		=~ /cannot start calls through 192\.0\.2\.1:5060/ });
	wait_for('no attempt is spent', 5, sub { sql("SELECT call_count = 0
		AND claimed_by IS NULL AND status = 'idle'
		FROM campaign_phones WHERE i_campaign_phone = $phone")
		eq 't' });
	is(sql("SELECT count(*) FROM call_attempts
		WHERE i_campaign = $campaign"), 0, 'and none written');
	proxy($callee);
	wait_for('with a good one it is rung', 40,
		sub { heard($campaign) == 1 });
	is(engine_stop($engine), 0, 'the engine leaves');
};


subtest 'a log that nobody reads' => sub {
	my $campaign = campaign(%quick, max_concurrent_calls => 50);
	my $fifo = "$dir/fifo";

	mkfifo($fifo, 0600) or die "mkfifo: $!";
	sysopen my $end, $fifo, O_RDWR | O_NONBLOCK or die "$fifo: $!";
	syswrite $end, 'x' x 65536 while select undef, my $w = do {
		my $bits = ''; vec($bits, fileno $end, 1) = 1; $bits },
		undef, 0;
	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $campaign, '14' || n FROM generate_series(1, 20) AS n");
	my $port = free_port();
	my $engine = spawn(name => 'engine', cmd => ['sh', '-c',
		'exec "$@" 2>' . $fifo, 'sh', $ringround, '--daemon', '-v',
		'-l', "127.0.0.1:$port", '-d', conninfo(), '-n', 'mute']);
	wait_for('calls go on', 20, sub { heard($campaign) == 20 });
	is(engine_stop($engine), 0, 'and the engine leaves');
	close $end;
};


subtest 'a module that cannot be loaded' => sub {
	my $broken = "$dir/broken";
	my $port = free_port();

	mkdir $broken;
	copy("$build/$_", "$broken/$_") or die "$_: $!"
		for qw(ringround ringround-preload.so);
	chmod 0755, "$broken/ringround";
	open my $in, '<', "$build/ringround.so" or die $!;
	read $in, my $part, 60_000;
	spew("$broken/ringround.so", $part);

	my ($status, $out, $err) = run_program(["$broken/ringround",
		'--daemon', '-l', "127.0.0.1:$port", '-d', conninfo()],
		seconds => 5);
	is($status, 1, 'the status says so');
	like($err, qr/\Aringround: cannot load its module: [^\n]+\n\z/,
		'and one line');
	is(join(' ', glob "$ENV{TMPDIR}/ringround-*"), '',
		'nothing is left behind');
};


subtest 'a database that does not take every character' => sub {
	sql("CREATE DATABASE latin ENCODING LATIN1 LC_COLLATE 'C'
		LC_CTYPE 'C' TEMPLATE template0");
	(my $conn = conninfo()) =~ s/dbname=\w+/dbname=latin/;
	my ($status, $out, $err) = ringround('db', 'init', '-d', $conn);

	is($status, 1, 'is refused');
	like($err, qr/\Aringround: [^\n]*UTF-8[^\n]*\n\z/, 'with words');
};


subtest 'the embedded database is killed' => sub {
	my $place = "$dir/home/data/ringround/data";
	my $port = free_port();

	mkdir "$dir/home/data";
	local $ENV{XDG_DATA_HOME} = "$dir/home/data";
	my $engine = spawn(name => 'engine', cmd => [$ringround, '--daemon',
		'-l', "127.0.0.1:$port", '-n', 'alone']);
	wait_for('it is there', 20, sub {
		slurp($engine->{log}) =~ /the database is there/ });
	my ($pid) = slurp("$place/postmaster.pid") =~ /\A(\d+)\n/;
	ok(kill('KILL', $pid), 'and dies');
	wait_for('the engine starts it again', 40, sub {
		slurp($engine->{log}) =~ /again.*the database is there/s });
	is(engine_stop($engine, 30), 0, 'the engine leaves');
	ok(!-e "$place/postmaster.pid", 'and stops it');
};

done_testing();
