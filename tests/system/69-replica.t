#!/usr/bin/perl

# A hot standby: what can be read there is right, what cannot be done there is
# said, and engines go over to it when it is promoted.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Standby;
use RingTest::Wav;

my $primary = cluster();
my $callee = callees();
my $prompt = prompt(tone("$dir/tone.wav", 8000, 35));
my %quick = (i_ivr_prompt => $prompt, threshold_msec => 500,
	timeout_sec => 5, backoff_sec => 600);

proxy($callee);
my $camp = campaign(%quick);
phone($camp, "1$_") for 0 .. 4;
phone($camp, "2$_") for 0 .. 2;
my $waits = phone(campaign(%quick, max_concurrent_calls => 0), '199');
ringround(qw(db init --roles -d), conninfo());
sql('CREATE ROLE looker LOGIN IN ROLE ringround_viewer');
my $standby = standby();
my $there = standby_conninfo($standby);
my $both = conninfo() =~ s{host=(\S+)}{host=$1,$standby->{place}}r .
	' target_session_attrs=read-write';
my $engine = engine(node => 'one', conninfo => $both);


sub node
{
	my ($conninfo) = @_;
	my ($status, $out, $err) = ringround(qw(nodes --csv -d), $conninfo);
	my ($head, $line) = split /\n/, $out;

	return "status $status: $err" if $status || $err ne '';
	return join ' ', (split /,/, $line // 'none')[0 .. 2];
}


sub refusal
{
	my ($what, $pattern, @args) = @_;
	my ($status, $out, $err) = ringround(@args, '-d', $there);

	is($status, 1, "$what: the exit status says so");
	is($out, '', 'nothing on stdout');
	like($err, qr/\Aringround: [^\n]*$pattern[^\n]*\n\z/, 'and one line');
}


subtest 'what is read there is what is there' => sub {
	wait_for('five calls are up, three are over', 15, sub {
		sql("SELECT success = 5 AND failure = 3 FROM campaign_summary
			WHERE i_campaign = $camp") eq 't' });
	standby_wait($standby);

	# next_due is the present instant where phones are due.
	for (qw(campaign_summary campaign_counts campaign_totals)) {
		my $all = "SELECT string_agg(t, ' ' ORDER BY t) FROM (
			SELECT (to_jsonb(s) - 'next_due')::text AS t
			FROM $_ s) AS s";

		is(standby_sql($standby, $all), sql($all), $_);
	}
	for my $phone (1, 6, $waits) {
		my $why = "SELECT reason FROM why_not_dialing($phone)";

		is(standby_sql($standby, $why), sql($why),
			"why phone $phone is not rung");
	}
	is(standby_sql($standby, 'SELECT engines_connected()'), 1,
		'one engine is connected');
	is(node($there), 'one connected 5', 'and nodes lists it');
	for ($there, conninfo()) {
		my $looker = s/user=\w+/user=looker/r;
		my ($status, $out, $err) = run_program(['psql', '-XAtc',
			"SELECT reason FROM why_not_dialing($waits)",
			$looker]);

		is("$out$err", "max_concurrent_calls is 0\n",
			'who may only look is told why');
		is(node($looker), 'one connected 5', 'and of the engine');
	}
};

subtest 'what cannot be done there is said' => sub {
	refusal('prompt add', 'read-only', qw(prompt add x), "$dir/tone.wav");
	refusal('db init', 'read-only', qw(db init));
};

my $lost = engine(node => 'two', conninfo => $there, late => 1);

subtest 'an engine there' => sub {
	wait_for('says that it cannot work', 10,
		sub { slurp($lost->{log}) =~ /warning: .*(standby|read-only)/ });
	sleep 2;
	ok(!child_ended($lost), 'it waits for better times');
	my @lines = slurp($lost->{log}) =~ /warning/g;
	cmp_ok(scalar @lines, '<=', 4, 'without saying so all the time');
	is(sql("SELECT count(*) FROM campaign_phones
		WHERE claimed_by = 'two'"), 0, 'and claims nothing');
};

subtest 'an engine that is gone' => sub {
	my $other = engine(node => 'three');

	wait_for('is listed while it is there', 20, sub { ringround(
		qw(nodes --csv -d), $there) && (ringround(qw(nodes --csv -d),
		$there))[1] =~ /^three,connected,/m });
	stop_child($other, 'KILL');
	wait_for('and is gone when it shows itself no more', 30, sub {
		(ringround(qw(nodes --csv -d), $there))[1]
		=~ /^three,gone,/m });
	like((ringround(qw(nodes --csv -d), $there))[1],
		qr/^one,connected,/m, 'unlike the one that does');
};

subtest 'the standby is promoted' => sub {
	my $next = campaign(%quick, i_ivr_prompt => prompt(
		tone("$dir/brief.wav", 8000, 1)));

	standby_wait($standby);
	stop_child($primary, 'QUIT');
	wait_for('the engine sees that the primary is gone', 15,
		sub { slurp($engine->{log}) =~ /warning: no database/ });
	standby_promote($standby);
	wait_for('and goes over', 20, sub { slurp($engine->{log})
		=~ /no database.*the database is there/s });
	is(standby_sql($standby, "INSERT INTO campaign_phones (i_campaign,
			cld) SELECT $next, p || n FROM unnest('{3,8}'::text[])
			p, generate_series(10, 12) n"), '', 'phones are added');
	wait_for('what is added there is rung', 20, sub { standby_sql($standby,
		"SELECT count(*) FROM campaign_phones WHERE status <> 'idle'
		AND claimed_by IS NULL AND i_campaign = $next") == 6 });
	wait_for('calls that were live are written there', 30, sub {
		standby_sql($standby, "SELECT count(*) FROM call_attempts
			WHERE i_campaign = $camp AND outcome = 'success'
			AND played_msec = 35000") == 5 });
	is(scalar(grep { $_->[1] =~ /^1/ } events($callee, 'INVITE')), 5,
		'nobody was rung twice');
	is(node($there), 'one connected 0', 'and nodes lists it there');
	like(slurp($lost->{log}), qr/the database is there/,
		'the one that has waited for it works, too');
};

is(engine_stop($_), 0, 'the engine leaves') for $engine, $lost;
done_testing();
