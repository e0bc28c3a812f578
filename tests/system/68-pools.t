#!/usr/bin/perl

# PgBouncer in modes that share sessions among its clients, or without a
# session for an engine: nothing is dialled, and words say why.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Bouncer;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

cluster();
my $callee = callees();
proxy($callee);
my %quick = (i_ivr_prompt => prompt(tone("$dir/tone.wav", 8000, 1)),
	threshold_msec => 500, timeout_sec => 5, backoff_sec => 1);


sub phones
{
	my ($campaign, $prefix, $n) = @_;

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $campaign, '$prefix' || n
		FROM generate_series(1, $n) n");
}


sub invites
{
	my ($prefix) = @_;

	return scalar grep { $_->[1] =~ /^$prefix/ }
		events($callee, 'INVITE');
}


sub count
{
	my ($campaign, $where) = @_;

	return sql("SELECT count(*) FROM campaign_phones
		WHERE i_campaign = $campaign AND $where");
}


sub finished
{
	my ($campaign, $n) = @_;

	return count($campaign, 'finished AND claimed_by IS NULL') == $n;
}


sub refused
{
	my ($what, %set) = @_;
	my $pool = bouncer(%set);
	my $before = invites('5');

	my ($status, $out, $err) = ringround('--daemon', '-n', 'one', '-l',
		'127.0.0.1:' . free_port(), '-d', bouncer_conninfo($pool));

	is($status, 1, "$what: the exit status says so");
	like($err, qr/\Aringround: [^\n]*pooler[^\n]*pool_mode[^\n]*\n\z/,
		'and one line, with what to do');
	is(invites('5'), $before, 'nothing is dialled');

	($status, $out) = ringround(qw(nodes --csv -d),
		bouncer_conninfo($pool));
	is($status, 0, 'but nodes can be listed');
	stop_child($pool->{child});
}

subtest 'modes that share sessions' => sub {
	phones(campaign(%quick), '5', 3);
	refused('transaction', pool_mode => 'transaction');
	refused('statement', pool_mode => 'statement');
	refused('transaction, in turn', pool_mode => 'transaction',
		server_round_robin => 1, min_pool_size => 3);
	refused('transaction, one session', pool_mode => 'transaction',
		default_pool_size => 1);
};

# At their start engines would have refused it.
subtest 'the mode is changed under engines at work' => sub {
	my $pool = bouncer();
	my @engines = map { engine(node => "m$_",
		conninfo => bouncer_conninfo($pool)) } 1 .. 3;
	my $camp = campaign(%quick, max_concurrent_calls => 5);

	phones($camp, '0', 200);
	wait_for('they are at it', 15, sub { invites('0') > 20 });
	bouncer_restart($pool, pool_mode => 'transaction',
		server_round_robin => 1);
	wait_for('the log says what is wrong', 25, sub {
		grep { slurp($_->{log}) =~ /pooler/ } @engines });
	sleep 2;
	bouncer_restart($pool, pool_mode => 'session',
		server_round_robin => 0);
	sql("UPDATE campaigns SET max_concurrent_calls = 40
		WHERE i_campaign = $camp");
	wait_for('in the end all are rung', 60, sub { finished($camp, 200) });
	is(count($camp, "status = 'success' AND call_count = 1"), 200,
		'each in one attempt');
	is(invites('0'), 200, 'and nobody twice');
	is(engine_stop($_), 0, 'the engine leaves') for @engines;
};

subtest 'a pool that is too small' => sub {
	my $pool = bouncer(default_pool_size => 1, query_wait_timeout => 60);
	my $where = bouncer_conninfo($pool);
	my $first = engine(node => 'one', conninfo => $where);

	wait_for('one engine has its session', 10,
		sub { sql('SELECT engines_connected()') == 1 });
	my ($status, $out, $err) = ringround('--daemon', '-n', 'two', '-l',
		'127.0.0.1:' . free_port(), '-d', $where);

	is($status, 1, 'the second engine ends');
	like($err, qr/\Aringround: no database: no answer[^\n]*\n\z/,
		'with words');
	is(engine_stop($first), 0, 'the first one leaves');
};

done_testing();
