#!/usr/bin/perl

# A console on a hot standby: it reads what the primary writes, says that it
# can do nothing about it, and can when the standby is promoted.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Standby;
use RingTest::Terminal;
use RingTest::Wav;

my $primary = cluster();
my $callee = callees();
my $prompt = prompt(tone("$dir/tone.wav", 8000, 30));
my $alpha = campaign(name => "'alpha'", i_ivr_prompt => $prompt,
	max_concurrent_calls => 2, threshold_msec => 1000, max_attempts => 1);
my $beta = campaign(name => "'beta'", i_ivr_prompt => $prompt,
	paused => 'true');

proxy($callee);
phone($alpha, "+7770$_") for 10 .. 19;
phone($beta, '71');
my $standby = standby();
my $engine = engine(node => 'far');
my $term = RingTest::Terminal->new("$ringround console -d '" .
	standby_conninfo($standby) . "'", 80, 24);


sub shown
{
	my ($seconds, $pattern, $what) = @_;
	my $screen = $term->shows($seconds, $pattern);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok($screen, $what) or diag($term->screen);
	return $screen;
}


sub paused
{
	return sql("SELECT string_agg(paused::text, ' ' ORDER BY i_campaign)
		FROM campaigns");
}


subtest 'it reads' => sub {
	shown(20, qr/CAMPAIGNS 2.*LIVE 1s/, 'the campaigns');
	shown(5, qr/ standby, ro$/m, 'where it looks');
	shown(15, qr/alpha +FULL .* 0\/10 +2 /, 'two calls are live');
	sql("UPDATE campaigns SET name = 'alpha-new'
		WHERE i_campaign = $alpha");
	shown(10, qr/^. alpha-new/m, 'a change is seen without a LISTEN');
	$term->keys('3');
	shown(10, qr/LIVE CALLS 2.*(answer|success) +1\/1.* far/s, 'the calls');
	$term->keys('5');
	shown(10, qr/far +UP/, 'their engine');
	$term->keys('1', 'g', 'Enter');
	shown(10, qr/alpha-new > PHONES.*^> \+7770/ms, 'the phones');
	$term->keys('Enter');
	shown(10, qr/> \+777010.*attempt created.*answer/s, 'what happened to one');
	$term->keys('q', 'q');
	shown(10, qr/CAMPAIGNS 2.*LIVE 1s/, 'all of it as it is now');
};

subtest 'it can do nothing' => sub {
	my $before = paused();

	shown(5, qr/\(p:Pause\) \(r:Resume\)/, 'keys are in brackets');
	for my $keys (['g', 'p'], ['j', 'r'], ['P'], ['X'], ['u']) {
		$term->keys(@$keys);
		shown(5, qr/nothing done: a standby can only be read/,
			"@$keys: it says why");
		$term->keys('?', 'q', '1');
		shown(5, qr/CAMPAIGNS 2/, 'no question');
	}
	$term->keys('3');
	shown(10, qr/LIVE CALLS 2.*^> /ms, 'calls');
	$term->keys('x');
	shown(5, qr/nothing done: a standby can only be read/,
		'are not hung up, either');
	$term->keys('1');
	is(paused(), $before, 'nothing is done');
};

subtest 'the primary goes' => sub {
	stop_child($primary, 'INT', 10);
	shown(20, qr/^. alpha-new +NO ENGINE/m, 'no engine is connected');
	shown(10, qr/LIVE \ds/, 'and that is fresh');
};

subtest 'the standby is promoted' => sub {
	standby_promote($standby);
	shown(30, qr/ rw$/m, 'it says that it may do what it likes');
	shown(10, qr/ p:Pause r:Resume/, 'keys are themselves');
	$term->keys('1', 'g', 'p');
	shown(10, qr/alpha-new +(DRAINING|PAUSED)/, 'p pauses');
	is(standby_sql($standby, "SELECT paused FROM campaigns
		WHERE i_campaign = $alpha"), 't', 'really');
};

subtest 'the standby goes' => sub {
	stop_child($standby, 'INT', 10);
	shown(10, qr/STALE \d+s db down, retry \d+s/, 'it is told');
	like($term->screen, qr/alpha-new/, 'the last rows are kept');
	$term->keys('g', 'r');
	shown(5, qr/nothing done: the database is away/,
		'nothing is done on them');
};

$term->keys('Q');
shown(5, qr/^status 0/m, 'it leaves');
$term->close;
stop_child($engine, 'KILL');
done_testing();
