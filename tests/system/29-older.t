#!/usr/bin/perl

# The schema becomes newer under an engine that is at work: it says so, rings
# nobody any more, and still writes what becomes of the calls that are live.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use File::Path qw(make_path);
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

# The last one that knew schema version 3
my $old = '90ae822';

cluster();
my $callees = callees();
my $wav = tone("$dir/tone.wav", 8000, 5);


# So many phones of a campaign that may have four calls at a time, each of
# five seconds, of which one must be heard
sub four_at_a_time
{
	my ($prefix, $n) = @_;

	proxy($callees);
	my $prompt = sql("INSERT INTO ivr_prompts (name, audio) VALUES ('p',
		'\\x" . unpack('H*', slurp($wav)) . "') RETURNING i_ivr_prompt");
	my $camp = campaign(i_ivr_prompt => $prompt, timeout_sec => 10,
		max_concurrent_calls => 4, threshold_msec => 1000);

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $camp, '$prefix' || n FROM generate_series(10, 9 + $n)
		AS n");
	return $camp;
}


sub invites
{
	my ($prefix) = @_;

	return scalar grep { $_->[1] =~ /^$prefix/ }
		events($callees, 'INVITE');
}


sub live
{
	return sql('SELECT count(*) FROM campaign_phones
		WHERE claimed_by IS NOT NULL');
}


# The calls that were live when the schema changed come to their end and are
# written; then there are places, and phones are due, yet nobody is rung.
sub only_what_was_live
{
	my ($camp, $prefix) = @_;
	my $rung = invites($prefix);

	cmp_ok($rung, '<=', 8, "$rung were rung");
	is(sql("SELECT count(*) FROM call_attempts WHERE i_campaign = $camp
		AND disconnect_time > now() - interval '1 s'
		AND outcome <> 'success'"), 0, 'none was cut off');
	wait_for('live calls end', 20, sub { live() == 0 });
	is(sql("SELECT count(*) FROM campaign_phones
		WHERE i_campaign = $camp AND finished
		AND status = 'success'"), $rung, 'all that were rung have '
		. 'heard it, and it is written');
	is(sql("SELECT count(*) FROM call_attempts WHERE i_campaign = $camp
		AND outcome = 'success' AND played_msec = 5000"), $rung,
		'each with an attempt, all of it');
	cmp_ok(sql("SELECT due_now FROM campaign_summary
		WHERE i_campaign = $camp"), '>', 0, 'others are due');
	# Scans come every five seconds at the latest.
	sleep 6;
	is(invites($prefix), $rung, 'nobody else was rung');
	return $rung;
}


subtest 'a newer schema than the engine knows' => sub {
	my $engine = engine();
	my $newer = sql('SELECT max(version) + 1 FROM schema_version');
	my $camp = four_at_a_time('1', 12);

	wait_for('calls are live', 10, sub {
		events($callees, 'ACK') >= 4 });
	sql("INSERT INTO schema_version (version) VALUES ($newer)");
	wait_for('it says so', 5, sub { slurp($engine->{log}) =~
		/the\ schema\ of\ the\ database\ is\ version\ $newer,
		\ this\ engine\ knows\ \d+:\ use\ a\ newer\ ringround/x });
	is(() = slurp($engine->{log}) =~ /use a newer ringround/g, 1,
		'once');

	# Its calls are written by a new connection, too.
	ok(live(), 'calls are still live');
	sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = 'ringround'");
	my $rung = only_what_was_live($camp, '1');
	is(() = slurp($engine->{log}) =~ /use a newer ringround/g, 2,
		'it is said once more');

	my $late = engine(late => 1);
	wait_for('another one of this version does not start', 10,
		sub { child_ended($late) });
	isnt($late->{status}, 0, 'it fails');
	like(slurp($late->{log}), qr/newer/, 'and says why');

	sql("DELETE FROM schema_version WHERE version = $newer");
	wait_for('should the schema be right again, it goes on', 15,
		sub { invites('1') > $rung });
	sql('UPDATE campaigns SET paused = true');
	wait_for('to the end', 15, sub { live() == 0 });
	is(engine_stop($engine), 0, 'the engine leaves cleanly');
};


# Build the old one; '' where that cannot be done
sub old_build
{
	my $place = "$dir/old";
	my @git = ('git', '-c', "safe.directory=*", '-C', $tree);

	make_path($place);
	my ($status) = run_program([@git, 'archive', '-o', "$dir/old.tar",
		$old]);
	return '' if $status;
	($status) = run_program(['tar', '-C', $place, '-xf', "$dir/old.tar"]);
	return '' if $status;
	my ($built, $out, $err) = run_program(['make', '-s', '-C', $place,
		'-j2', 'all'], seconds => 300,
		env => { MAKEFLAGS => undef, B => undef });
	is($built, 0, 'it is built') or diag($out, $err);
	return $built ? '' : "$place/build/ringround";
}


subtest 'an engine of schema version 3' => sub {
	my $program = old_build()
		or plan(skip_all => "$old is not in this repository");
	database('three', empty => 1);
	my ($status, $out, $err) = run_program([$program, qw(db init -d),
		conninfo()]);

	like("$status $out$err", qr/^0 schema created: version 3$/, 'it made '
		. 'the database');
	my $today = $ringround;
	$ringround = $program;
	my $engine = engine(node => 'three');
	$ringround = $today;
	my $camp = four_at_a_time('7', 12);

	wait_for('calls are live', 20, sub { 4 <= grep { $_->[1] =~ /^7/ }
		events($callees, 'ACK') });
	($status, $out, $err) = ringround(qw(db init -d), conninfo());
	like("$status $out$err", qr/^0 schema upgraded: version 3 to \d+$/,
		'the database is upgraded under it');
	only_what_was_live($camp, '7');
	like(slurp($engine->{log}), qr/cannot\ claim\ phones:\ the\ schema\ of
		\ the\ database\ is\ version\ \d+,\ newer\ than\ this\ engine:
		\ use\ a\ newer\ ringround/x, 'it says so');
	is(engine_stop($engine), 0, 'it leaves cleanly');

	my $new = engine(node => 'three');
	wait_for('one of today rings the others', 40, sub { sql("SELECT
		bool_and(finished AND status = 'success' AND call_count = 1
			AND claimed_by IS NULL)
		FROM campaign_phones WHERE i_campaign = $camp") eq 't' });
	is(sql("SELECT total = success AND success = attempts
		FROM campaign_summary WHERE i_campaign = $camp"), 't',
		'all are counted');
	is(engine_stop($new), 0, 'and leaves cleanly');
};

done_testing();
