#!/usr/bin/perl

# The database has no room left, or takes no writes: nothing is dialled, the
# log says so once, live calls finish, and when it is over all goes on.
#
# The file systems that run full are the test's own, and nobody else sees
# them.

use strict;
use warnings;

BEGIN {
	my @own = qw(unshare --mount --propagation private);

	if (!$ENV{RINGROUND_MOUNTS} && system("@own true 2>/dev/null") == 0) {
		$ENV{RINGROUND_MOUNTS} = 1;
		exec @own, $^X, $0;
	}
}

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Count;
use RingTest::Engine;
use RingTest::Wav;

plan skip_all => 'this account may not mount'
	unless $ENV{RINGROUND_MOUNTS};

my @mounts;


sub small_disk
{
	my ($place, $megabytes) = @_;

	mkdir $place;
	(run_program(['mount', '-t', 'tmpfs', '-o',
		"size=${megabytes}m,mode=0755", 'tmpfs', $place]))[0] == 0
		or plan skip_all => 'this account may not mount';
	push @mounts, $place;
	chown +(getpwnam 'postgres')[2, 3], $place if $> == 0;
}


sub fill
{
	open my $f, '>', "$_[0]/filler" or die "$_[0]: $!";
	my $block = 'x' x 4096;
	1 while (syswrite($f, $block) // 0) == 4096;
	close $f;
}


sub empty
{
	unlink "$_[0]/filler" or die "$_[0]: $!";
}


small_disk("$dir/pg", 120);
small_disk("$dir/wal", 40);
my $server = cluster(durable => 1,
	initdb => ['-X', "$dir/wal/pg", '--wal-segsize=1'],
	args => [qw(-c max_wal_size=8MB -c autovacuum=off)]);
my $callee = callees();
my $prompt = prompt(tone("$dir/tone.wav", 8000, 3));
my %set = (i_ivr_prompt => $prompt, threshold_msec => 2900,
	timeout_sec => 5, backoff_sec => 1, max_attempts => 2,
	max_concurrent_calls => 50);

proxy($callee);


END {
	local $?;
	if (@mounts) {
		stop_child($server, 'QUIT') if $server;
		chdir '/';
		system 'umount', $_ for reverse @mounts;
	}
}


# Five calls that talk, and a campaign that begins when it may
sub five_live
{
	my ($live, $next) = map { campaign(%set, paused => $_) }
		qw(false true);

	add_phones($next, $_, 15) for 1, 2;
	add_phones($live, 1, 5);
	wait_for('five talk', 10, sub { sql("SELECT count(*) = 5
		FROM campaign_phones WHERE i_campaign = $live
		AND status = 'answer'") eq 't' });

	return ($live, $next);
}


sub byes
{
	my ($campaign) = @_;
	my $serial = sprintf '%03d', $campaign;

	return grep { $_->[1] =~ /^.$serial/ } events($callee, 'BYE');
}


sub invites
{
	my ($campaign) = @_;
	my $serial = sprintf '%03d', $campaign;

	return grep { $_->[1] =~ /^.$serial/ } events($callee, 'INVITE');
}


sub warnings_of
{
	my ($engine, $re) = @_;

	return grep { /warning: / && (!$re || /$re/) }
		split /\n/, slurp($engine->{log});
}


# What has to be so after any of it
sub all_well
{
	my ($engine, $live, $next) = @_;

	wait_for('what the live calls came to arrives', 30,
		sub { over($live) });
	wait_for('dialling goes on by itself', 30, sub { over($next) });
	is(engine_stop($engine), 0, 'the engine leaves');
	rules_ok($_, $callee, 2) for $live, $next;
	counters_ok();
}


subtest 'no room for rows' => sub {
	my $engine = engine();
	my ($live, $next) = five_live();

	fill("$dir/pg");
	wait_for('the log says so', 15, sub {
		warnings_of($engine, 'could not extend file|No space') });
	wait_for('the calls come to their ends', 10,
		sub { byes($live) == 5 });
	sql("UPDATE campaigns SET paused = false");
	sleep 3;
	is(scalar invites($next), 0, 'nothing is dialled');
	cmp_ok(scalar warnings_of($engine), '<=', 3, 'it is said once')
		or diag(join "\n", warnings_of($engine));
	empty("$dir/pg");
	all_well($engine, $live, $next);
};


subtest 'no room for the log of writes' => sub {
	my $engine = engine();
	my ($live, $next) = five_live();

	sql("UPDATE campaigns SET paused = false
		WHERE i_campaign <> $next");
	fill("$dir/wal");
	run_program(['psql', '-Xqc', "CREATE TABLE big AS SELECT
		repeat(n::text, 100) FROM generate_series(1, 100000) AS n",
		conninfo()]);
	wait_for('the engine says so', 10,
		sub { warnings_of($engine, 'no database') });
	wait_for('the calls come to their ends', 10,
		sub { byes($live) == 5 });
	sleep 2;
	like(slurp($server->{log}), qr/PANIC:.*No space left/,
		'the server gave up');
	cmp_ok(scalar warnings_of($engine), '<=', 6, 'in a few lines')
		or diag(join "\n", warnings_of($engine));
	empty("$dir/wal");
	$server = cluster_again() if until_true(3, sub {
		child_ended($server) });
	until_true(20, sub { (eval { sql('SELECT 1') } // '') eq '1' })
		or die "the database does not come back: $@";
	sql("UPDATE campaigns SET paused = false");
	all_well($engine, $live, $next);
};


sub read_only
{
	my ($scope, $value) = @_;

	sql("ALTER $scope SET default_transaction_read_only = $value");
	sql('SELECT pg_reload_conf()') if $scope eq 'SYSTEM';
}


sql('SET default_transaction_read_only = off');

subtest 'read-only for all' => sub {
	my $engine = engine();
	my ($live, $next) = five_live();

	# The server takes its time to tell its sessions
	read_only('SYSTEM', 'on');
	wait_for('the log says so', 15, sub {
		warnings_of($engine, 'read-only') });
	sql("UPDATE campaigns SET paused = false");
	wait_for('the calls come to their ends', 10,
		sub { byes($live) == 5 });
	sleep 5;
	is(scalar invites($next), 0, 'nothing is dialled');
	cmp_ok(scalar warnings_of($engine), '<=', 4, 'in a few lines')
		or diag(join "\n", warnings_of($engine));
	is(sql("SELECT count(*) FROM campaign_phones
		WHERE i_campaign = $live AND NOT finished"), 5,
		'nothing was written');
	read_only('SYSTEM', 'off');
	all_well($engine, $live, $next);
};


# A session that was there before goes on writing; the next one cannot.
subtest 'read-only for new sessions' => sub {
	my $engine = engine();
	my ($live, $next) = five_live();

	read_only('DATABASE rr', 'on');
	add_phones($live, 7, 1);
	wait_for('the old session writes', 10, sub { sql("SELECT count(*)
		FROM campaign_phones WHERE i_campaign = $live
		AND call_count = 1") == 6 });
	sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = 'ringround'");
	wait_for('the new one does not', 10, sub {
		warnings_of($engine, 'no database: .*read-only') });
	sql("UPDATE campaigns SET paused = false");
	wait_for('the calls come to their ends', 10,
		sub { byes($live) == 6 });
	sleep 2;
	is(scalar invites($next), 0, 'nothing is dialled');
	cmp_ok(scalar warnings_of($engine), '<=', 4, 'in a few lines')
		or diag(join "\n", warnings_of($engine));
	read_only('DATABASE rr', 'off');
	all_well($engine, $live, $next);
};

done_testing();
