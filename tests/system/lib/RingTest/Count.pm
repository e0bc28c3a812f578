package RingTest::Count;

# The count of phones after a fault: who was rung how often, at the callee
# and in the database, and whether the kept counters say the same

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use Test::More ();

our @EXPORT = qw(add_phones over heard rung counters_ok rules_ok);


# Phones of a campaign: a first digit, see callees.xml, and a serial number
sub add_phones
{
	my ($campaign, $digit, $n) = @_;

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $campaign, '$digit' || lpad('$campaign', 3, '0')
			|| lpad(n::text, 4, '0')
		FROM generate_series(1, $n) AS n");
}


# Is nothing left to be done?
sub over
{
	my ($campaign) = @_;

	return sql("SELECT count(*) FROM campaign_phones WHERE i_campaign =
		$campaign AND (NOT finished OR claimed_by IS NOT NULL)")
		eq '0';
}


sub heard
{
	my ($campaign) = @_;

	return sql("SELECT count(*) FROM campaign_phones WHERE i_campaign =
		$campaign AND finished AND status = 'success'");
}


# How often each number was rung, at the callee
sub rung
{
	my ($callee) = @_;
	my %n;

	++$n{$_->[1]} for events($callee, 'INVITE');
	return \%n;
}


# The counters are count(*).
sub counters_ok
{
	my ($what) = @_;
	my @kept = sql("SELECT * FROM campaign_counts WHERE n <> 0
		ORDER BY 1, 2, 3");
	my @counted = sql("SELECT i_campaign, status, finished, count(*)
		FROM campaign_phones GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");
	my @sums = sql("SELECT * FROM campaign_totals WHERE attempts <> 0
		ORDER BY 1");
	my @added = sql("SELECT i_campaign, count(*),
		sum(coalesce(played_msec, 0))
		FROM call_attempts GROUP BY 1 ORDER BY 1");

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	Test::More::is_deeply([\@kept, \@sums], [\@counted, \@added],
		($what // 'the counters') . ' are count(*)');
}


# Each phone of a campaign was rung as often as its row and its attempts say,
# and its attempts are those that the rules allow, by what its number does:
# once and heard, or unsuccessfully until they are spent.
sub rules_ok
{
	my ($campaign, $callee, $max) = @_;
	my $rung = rung($callee);
	my @wrong;

	for (sql("SELECT p.cld, p.call_count, p.status, p.finished,
		p.claimed_by IS NULL, (SELECT count(*) FROM call_attempts a
		WHERE a.i_campaign_phone = p.i_campaign_phone),
		(SELECT count(*) FROM call_attempts a
		WHERE a.i_campaign_phone = p.i_campaign_phone
		AND a.outcome = 'success')
		FROM campaign_phones p WHERE i_campaign = $campaign")) {
		my ($cld, @is) = split /\|/;
		my ($status, $times) = $cld =~ /^[234]/ ? ('failure', $max)
			: $cld =~ /^5/ ? ('premature hangup', $max)
			: ('success', 1);
		my @should = ($times, $status, 't', 't', $times,
			$status eq 'success' ? 1 : 0);
		my $n = $rung->{$cld} // 0;

		push @wrong, "$cld: rung $n times, @is" if $n != $times
			|| "@is" ne "@should";
	}

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	Test::More::is(join("\n", sort @wrong), '',
		'every phone is as the rules say');
}

1;
