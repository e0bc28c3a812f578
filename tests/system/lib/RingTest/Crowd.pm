package RingTest::Crowd;

# Several engines on one database, and what came of the phones they rang

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Exchange;
use Test::More;

our @EXPORT = qw(engines leave phones run_out rung);


# n engines, named by the prefix
sub engines
{
	my ($prefix, $n, %o) = @_;
	my @all = map { engine(node => "$prefix$_", late => 1, %o) } 1 .. $n;

	until_true(30, sub { sql("SELECT count(*) FROM engines
		WHERE node LIKE '$prefix%'") == $n })
		or die "$n engines do not start\n";
	return @all;
}


# Ask them to leave, all at once; a test that they do
sub leave
{
	my @engines = @_;

	signal_child($_, 'TERM') for @engines;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(join(' ', map { stop_child($_, 'TERM', 20) } @engines),
		join(' ', map { 0 } @engines), 'the engines leave');
}


# n phones whose numbers begin with a text
sub phones
{
	my ($campaign, $prefix, $n) = @_;

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $campaign, '$prefix' || n
		FROM generate_series(1, $n) n");
}


# A test: a campaign comes to its end
sub run_out
{
	my ($campaign, $seconds) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return wait_for('all phones are finished', $seconds, sub {
		sql("SELECT count(*) FROM campaign_phones
			WHERE i_campaign = $campaign AND (NOT finished
				OR claimed_by IS NOT NULL)") == 0 });
}


# Each phone of a prefix has so many attempts, and each attempt one call at the
# exchange
sub rung
{
	my ($exchange, $campaign, $prefix, $phones, $attempts) = @_;
	my $of = "FROM campaign_phones WHERE i_campaign = $campaign
		AND cld LIKE '$prefix%'";
	my (%invites, %calls);

	$invites{$_->{number}}++, $calls{$_->{call}}++
		for happened($exchange, 'INVITE', $prefix);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(sql("SELECT count(*) $of AND call_count = $attempts"), $phones,
		"$prefix: $attempts attempts each");
	is(sql("SELECT count(DISTINCT (i_campaign_phone, a.attempt)) || ' ' ||
			count(DISTINCT call_id)
		FROM call_attempts a WHERE i_campaign = $campaign
		AND cld LIKE '$prefix%'"), join(' ', ($phones * $attempts) x 2),
		'each written, with a call of its own');
	is(scalar(grep { $_ == $attempts } values %invites), $phones,
		'as many INVITEs for each');
	is(scalar keys %calls, $phones * $attempts, 'no more calls');
}

1;
