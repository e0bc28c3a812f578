#!/usr/bin/perl

# The disk of the embedded database is full, or takes no writes: what is
# wrong is said in a line, live calls finish, and when there is room again
# what they came to is written. The file system is the test's own, and nobody
# else sees it.

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
use RingTest;
use RingTest::Callee;
use RingTest::Wav;

my $disk = "$dir/disk";
my $place = "$disk/ringround";
my $pid_file = "$place/data/postmaster.pid";
my $mounted;

plan skip_all => 'this account may not mount'
	if !$ENV{RINGROUND_MOUNTS} || $>;
$ENV{XDG_DATA_HOME} = $disk;


sub on_disk
{
	my (@options) = @_;

	mkdir $disk;
	(run_program(['mount', '-t', 'tmpfs', '-o', join(',', @options),
		'tmpfs', $disk]))[0] == 0
		or plan skip_all => 'this account may not mount';
	$mounted = 1;
}


sub server
{
	my ($pid) = slurp($pid_file) =~ /\A(\d+)\n/;

	return $pid && kill(0, $pid)
		&& slurp("/proc/$pid/comm") =~ /^postgres/ ? $pid : 0;
}


sub off_disk
{
	my $pid = server();

	if ($pid) {
		kill 'QUIT', $pid;
		until_true(5, sub { !server() });
	}
	until_true(5, sub { system("umount $disk 2>/dev/null") == 0 });
	$mounted = 0;
}


# However the test ends, neither the server nor the mount is left.
END {
	local $?;
	chdir '/';
	off_disk() if $mounted;
}


sub fill
{
	my $block = 'x' x 4096;

	open my $f, '>', "$disk/filler" or die "$disk: $!";
	1 while (syswrite($f, $block) // 0) == 4096;
	close $f;
}


# Rows, or the server's words
sub ask
{
	my ($statement) = @_;
	my ($status, $out, $err) = run_program(['psql', '-XqAtc', $statement,
		"host=$place/run user=ringround dbname=ringround"]);

	chomp $out;
	return $status ? $err : $out;
}


# A command that fails says so in one line. Returns that.
sub refused
{
	my (@command) = @_;
	my ($status, $out, $err) = ringround(@command, { seconds => 90 });

	is($status, 1, "@command fails");
	is($err =~ tr/\n//, 1, 'in one line') or diag($err);
	return $err;
}


subtest 'a disk that takes no writes' => sub {
	on_disk('ro');
	like(refused(qw(campaign list)),
		qr{in \Q$place\E: Read-only.*; set XDG_DATA_HOME, or give -d},
		'which says what to do');
	off_disk();
};

subtest 'no room for a database' => sub {
	on_disk('size=30m', 'mode=0755');
	like(refused(qw(db init)), qr{made in \Q$place\E: No space left},
		'which says why');
	ok(!-e "$place/data", 'nothing half made is left');
	run_program(['mount', '-o', 'remount,size=120m', $disk]);
	is((ringround(qw(db init)))[0], 0, 'with more room it is made');
};

subtest 'no room to start in' => sub {
	fill();
	like(refused(qw(campaign list)), qr{no space is left in \Q$place\E},
		'which says why');
	unlink "$disk/filler";
	is((ringround(qw(campaign list)))[0], 0, 'with room it starts');
};

subtest 'it becomes read-only' => sub {
	run_program(['mount', '-o', 'remount,ro', $disk]);
	like(refused(qw(campaign list)), qr{Read-only.*; set XDG_DATA_HOME},
		'which says why');
	run_program(['mount', '-o', 'remount,rw', $disk]);
	is((ringround(qw(campaign list)))[0], 0, 'and is well again');
};

subtest 'it runs full under live calls' => sub {
	my $callee = callees();
	my ($status, $prompt) = ringround(qw(prompt add test),
		tone("$dir/tone.wav", 8000, 3));
	my $port = free_port();
	my $engine = spawn(name => 'engine', cmd => [$ringround, '--daemon',
		'-l', "127.0.0.1:$port", '-n', 'full']);

	wait_for('the engine is ready', 20, sub {
		slurp($engine->{log}) =~ /is ready/
		&& ask('SELECT count(*) FROM engines') eq '1' });
	ask("INSERT INTO config VALUES ('campaign', 'sipproxy',
		'127.0.0.1:$callee->{port}');
		INSERT INTO campaigns (name, i_ivr_prompt, threshold_msec)
			SELECT 'c', i_ivr_prompt, 2500 FROM ivr_prompts;
		INSERT INTO campaign_phones (i_campaign, cld)
			SELECT i_campaign, '10' || n
			FROM campaigns, generate_series(1, 5) AS n");
	wait_for('five talk', 15, sub { ask("SELECT count(*)
		FROM campaign_phones WHERE status = 'answer'") eq '5' });
	fill();
	ask("CREATE TABLE big AS SELECT repeat(n::text, 100)
		FROM generate_series(1, 100000) AS n");
	# Full or not, the server dies in the midst of it.
	kill 'KILL', server() || die "no server\n";
	wait_for('the calls come to their ends', 15, sub {
		events($callee, 'BYE') == 5 });
	unlink "$disk/filler";
	wait_for('what they came to is written by itself', 120, sub {
		ask("SELECT count(*) FROM campaign_phones
			WHERE status = 'success' AND finished
			AND claimed_by IS NULL AND call_count = 1") eq '5' });
	is(ask('SELECT count(*) FROM call_attempts'), 5,
		'one attempt for each');
	is(scalar events($callee, 'INVITE'), 5, 'nobody was rung twice');
	is(stop_child($engine, 'TERM', 30), 0, 'the engine leaves');
};

done_testing();
