#!/usr/bin/perl

# The database goes away under load and comes back: calls that are live never
# notice, none starts meanwhile, and all is written afterwards as it was.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use List::Util qw(max min);
use Test::More;
use Time::HiRes qw(sleep time);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Outage;
use RingTest::Traffic;
use RingTest::Wav;

use constant {
	SHORT => 5,	# seconds of the prompt of calls that end meanwhile
	AFTER => 8,	# those of others: so many more than the outage
	BACKOFF => 36000,
	BLIND => 1,	# so long an engine may take a dead server for alive
	GAP => 1,	# seconds without a packet, on a machine under load
	OFF => 1,	# seconds between two notes of the same event
};

my $server = cluster(durable => 1, args => [qw(-c fsync=off
	-c full_page_writes=off)]);
my $callees = traffic();
my $engine;
my $series = 10;

proxy($callees);


# A campaign with so many phones of each kind (see callees.xml)
sub phones
{
	my ($seconds, %n) = @_;
	my $most = delete $n{most} // 80;
	my $campaign = campaign(i_ivr_prompt => prompt(tone("$dir/p$seconds"
		. '.wav', 8000, $seconds)), threshold_msec => 2000,
		timeout_sec => 10, backoff_sec => BACKOFF,
		max_concurrent_calls => $most);

	$series++;
	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $campaign, kind || '$series' || n
		FROM unnest(ARRAY[" . join(', ', map { "($_, $n{$_})" }
			sort keys %n) . "]::pair[]) AS k(kind, most),
			generate_series(1, k.most) AS n ORDER BY n, kind");
	return $campaign;
}


# What the calls of callees that answer must have been, whatever happened
sub undisturbed
{
	my (@short, @gap);

	for my $call (@_) {
		my @rtp = @{$call->{rtp}};

		push @short, $call->{number} unless @rtp
			&& msec_heard($call, $call->{msec})
			&& !msec_heard($call, $call->{msec} + 20);
		push @gap, grep { $_ > GAP } map { $rtp[$_][0]
			- $rtp[$_ - 1][0] } 1 .. $#rtp;
	}
	is("@short", '', 'each of them hears all of the prompt');
	is("@gap", '', 'without a gap');
}


# The database's stamps of a call against the callee's
sub right_times
{
	my %row = map { my @c = split /\|/; ($c[0] => \@c) } sql("SELECT
		a.call_id, extract(epoch FROM a.setup_time),
		extract(epoch FROM a.connect_time),
		extract(epoch FROM a.disconnect_time),
		extract(epoch FROM p.setup_time),
		extract(epoch FROM p.connect_time),
		extract(epoch FROM p.disconnect_time)
		FROM call_attempts a JOIN campaign_phones p
		USING (i_campaign_phone)");
	my @wrong;

	for my $call (@_) {
		my @is = @{$row{$call->{call_id}} || []};
		my @want = (@$call{qw(invite answer end)}) x 2;

		for (0 .. 5) {
			my ($is, $want) = ($is[$_ + 1] || 0, $want[$_] // 0);

			push @wrong, sprintf '%s: column %d is %+.3f s off',
				$call->{number}, $_, $is - $want
				if abs($is - $want) > OFF;
		}
	}
	is(scalar @wrong, 0, 'all times are right')
		or diag(join "\n", @wrong[0 .. min(9, $#wrong)]);
}


# Let the database be away for so many seconds with more than 100 live calls.
# At the most so many calls begin when it is gone: an engine has 32 phones in
# hand, and is told of a server that ends, but not of one that is frozen.
sub outage
{
	my ($seconds, $most, $away, $back) = @_;
	my $long = $seconds + AFTER;
	my @campaigns = (phones(SHORT, 1 => 90, 6 => 20, 2 => 20, 5 => 20),
		phones($long, 1 => 64, 6 => 16));
	my $in = 'i_campaign IN (' . join(', ', @campaigns) . ')';

	wait_for('more than 100 calls are live', 30, sub {
		sql("SELECT count(*) > 105 FROM campaign_phones
		WHERE $in AND claimed_by IS NOT NULL
		AND status <> 'trying'") eq 't' });
	$away->();
	my $gone = time;
	sleep $seconds;
	my $to = time;
	$back->();

	wait_for('all comes to an end', $long + 60, sub { sql("SELECT count(*)
		FROM campaign_phones WHERE $in AND (NOT finished
		AND next_call IS NULL OR claimed_by IS NOT NULL)") == 0 });
	my @calls = grep { $_->{number} =~ /^.(\d\d)/ && $1 >= $series - 1 }
		calls($callees);

	for (@calls) {
		$_->{msec} = 1000 * ($_->{number} =~ /^.$series/
			? $long : SHORT);
	}
	my @late = map { $_->{invite} - $gone } grep { $_->{invite} > $gone
		&& $_->{invite} < $to } @calls;
	diag(sprintf '%d calls began when it was gone, the last %.0f ms later',
		scalar @late, 1000 * max(0, @late));
	cmp_ok(scalar @late, '<', $most, 'no call starts meanwhile');
	cmp_ok(max(0, @late), '<', BLIND, 'once the engine can know');
	check($in, $gone, $to, $long * 1000, @calls);
}


sub check
{
	my ($in, $gone, $to, $long, @calls) = @_;
	my @whole = grep { $_->{number} =~ /^[16]/ } @calls;
	my @live = grep { $_->{invite} < $gone && $_->{end} > $gone } @calls;

	cmp_ok(scalar @live, '>', 100, scalar(@live) . ' calls were live');
	cmp_ok(scalar(grep { $_->{end} > $to } @live), '>=', 30,
		'some outlasted it');
	undisturbed(@whole);

	my $rows = "FROM campaign_phones WHERE $in";
	is(scalar @calls, sql("SELECT count(*) $rows"),
		'each phone was rung once');
	is(sql("SELECT count(*) $rows AND call_count <> 1"), 0,
		'and counted once');
	is(sql("SELECT count(*) $rows AND status <> CASE left(cld, 1)
		WHEN '5' THEN 'premature hangup' WHEN '2' THEN 'failure'
		ELSE 'success' END"), 0, 'every outcome is there');
	is(sql("SELECT count(*) FROM campaign_phones p
		LEFT JOIN call_attempts a USING (i_campaign_phone)
		WHERE p.$in AND (a.outcome IS NULL OR a.outcome <> p.status
		OR a.call_id IS NULL OR p.status = 'success'
			AND played_msec <> CASE a.i_campaign
			WHEN (SELECT max(i_campaign) FROM campaigns)
			THEN $long ELSE @{[SHORT * 1000]} END)"), 0,
		'with all that is known');
	is(sql("SELECT count(*) $rows AND NOT finished AND abs(extract(epoch
		FROM next_call - disconnect_time) - @{[BACKOFF]}) > 0.01"), 0,
		'who is rung again is so after backoff_sec');
	right_times(@calls);
}


sql('CREATE TYPE pair AS (kind integer, most integer)');
$engine = engine(node => 'durable');

subtest 'restarted' => sub {
	outage(3, 4, sub { server_stop($server, 'INT') },
		sub { $server = server_start($server) });
};

subtest 'crashed' => sub {
	outage(3, 4, sub { server_stop($server, 'QUIT') },
		sub { $server = server_start($server) });
};

subtest 'frozen for a moment' => sub {
	outage(6, 32, sub { freeze($server) }, \&thaw);
};

subtest 'frozen for half a minute' => sub {
	outage(30, 32, sub { freeze($server) }, \&thaw);
};

# The word of its end is the first that the frozen server gets.
for my $seconds (4, 13) {
	subtest "an end $seconds s before it is written" => sub {
		my $campaign = phones(SHORT, 5 => 1, most => 1);
		my $row = "FROM campaign_phones WHERE i_campaign = $campaign";

		wait_for('it is answered', 10, sub {
			sql("SELECT status $row") eq 'answer' });
		freeze($server);
		sleep $seconds;
		thaw();
		wait_for('it has ended', 20, sub {
			sql("SELECT claimed_by IS NULL $row") eq 't' });
		sleep 1;
		is(sql("SELECT status, call_count, round(extract(epoch FROM
			next_call - disconnect_time)) $row"),
			'premature hangup|1|' . BACKOFF, 'as it was');
		right_times((calls($callees))[-1]);
	};
}

is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
