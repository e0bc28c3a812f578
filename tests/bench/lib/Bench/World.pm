package Bench::World;

# An engine under load: what it is told, and windows in which it is watched

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;
use Bench::Callees;
use Bench::Proc;
use Time::HiRes qw(sleep);

our @EXPORT = qw(world setting start_engine phones ring settled hang_up
	window sound);

my %sounds;


sub setting
{
	my ($option, $value) = @_;

	sql("INSERT INTO config VALUES ('campaign', '$option', '$value')
		ON CONFLICT (section, option)
		DO UPDATE SET value = excluded.value");
}


# A database in earnest: what is committed is on the disk.
sub world
{
	cluster(durable => 1, args => [qw(-c shared_buffers=256MB
		-c max_wal_size=4GB -c checkpoint_timeout=1h)]);
}


# A prompt of so many seconds
sub sound
{
	my ($seconds) = @_;

	return $sounds{$seconds} //= prompt(tone("$dir/$seconds.wav", 8000,
		$seconds), "$seconds s");
}


# An engine for so many calls, which has made a few with that prompt, so that
# what is made once is there
sub start_engine
{
	my ($calls, $callees, $seconds) = @_;

	proxy($callees);
	my $engine = engine(args => ['-c', $calls]);
	my $camp = ring(0, $seconds // 1, threshold_msec => 500,
		max_concurrent_calls => 10);

	phones($camp, '9', 10);
	settled($camp, 20, "status = 'success'") == 10
		or die "the first calls fail:\n" . slurp($engine->{log});
	hang_up($camp);
	sleep 1;
	report($callees);
	return $engine;
}


sub phones
{
	my ($camp, $prefix, $n) = @_;

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $camp, '$prefix' || 1000000 + n
		FROM generate_series(1, $n) n");
}


# A campaign of n phones, all of which may be rung at once. Returns its id.
sub ring
{
	my ($n, $seconds, %set) = @_;
	my $camp = campaign(i_ivr_prompt => sound($seconds),
		max_concurrent_calls => $n, max_attempts => 1, %set);

	phones($camp, '1', $n);
	return $camp;
}


# Wait until all phones of a campaign are so. Returns how many are.
sub settled
{
	my ($camp, $seconds, $condition) = @_;
	my ($all, $so);

	until_true($seconds, sub {
		($all, $so) = split /\|/, sql("SELECT count(*),
			count(*) FILTER (WHERE $condition)
			FROM campaign_phones WHERE i_campaign = $camp");
		sleep 0.2;
		return $all == $so;
	});

	return $so;
}


# The end of all calls of a campaign, which is none of their failures
sub hang_up
{
	my ($camp) = @_;

	sql("SELECT stop_campaign($camp)");
	settled($camp, 60, 'claimed_by IS NULL');
}


# Watch a process for some seconds: what the callees got meanwhile, with
# cpu (ns by thread) and cpu_packet (us)
sub window
{
	my ($pid, $callees, $seconds) = @_;

	my $start = report($callees);
	my $before = cpu_of($pid);

	sleep $seconds;
	my $used = cpu_since($pid, $before);
	my $seen = report($callees);

	$seen->{seconds} = ($seen->{at} - $start->{at}) / 1e9;
	$seen->{cpu} = $used;
	$seen->{cpu_packet} = $seen->{packets}
		? cpu_sum($used) / $seen->{packets} / 1000 : 0;
	return $seen;
}

1;
