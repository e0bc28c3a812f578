#!/usr/bin/perl

# What engines and operators ask the database costs the same for a hundred
# phones and for 200,000: indexes are used, and few pages are touched.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use List::Util qw(min sum0);
use Test::More;
use RingTest;
use RingTest::Cluster;

cluster();
as_engine('n');
my $many = 200_000;
my $scan = qr/Seq Scan on (campaign_phones|call_attempts)/;

sql("INSERT INTO ivr_prompts (name, audio) VALUES ('p', 'x')");
my $digest = sql('SELECT digest FROM ivr_prompts');
my ($small, $large) = map { sql("INSERT INTO campaigns (name, i_ivr_prompt,
	max_concurrent_calls) VALUES ('c', 1, 1000)
	RETURNING i_campaign") } 1, 2;
my %size = ($small => 100, $large => $many);

sql("INSERT INTO campaign_phones (i_campaign, cld)
	SELECT $_, n::text FROM generate_series(1, $size{$_}) AS n")
	for $small, $large;

# The server tells the plans of all that a statement runs, the statement's
# own at the end.
sql($_) for "LOAD 'auto_explain'", 'SET auto_explain.log_min_duration = 0',
	'SET auto_explain.log_nested_statements = on',
	'SET auto_explain.log_analyze = on',
	'SET auto_explain.log_timing = off',
	'SET auto_explain.log_buffers = on';


sub plans
{
	my ($statement) = @_;

	sql('SET client_min_messages = log');
	my @lines = sql($statement);
	sql('SET client_min_messages = notice');
	return grep { !/\bSET client_min/ } @lines;
}


# Pages touched, those of the statement as a whole
sub pages
{
	my @lines = @_;
	my ($last) = grep { $lines[$_] =~ /LOG:  duration/ }
		reverse 0 .. $#lines;

	splice @lines, 0, $last if defined $last;
	my ($own) = grep { /Buffers:/ } @lines;

	return 0 unless $own;
	$own =~ s/ (temp|local) .*//;
	return sum0($own =~ /(?:hit|read)=(\d+)/g);
}


# Its parameters are written out: a plan of its own for these values
sub query
{
	my ($name, @values) = @_;
	my $text = slurp("$tree/sql/query/$name.sql");

	$text =~ s/^--.*\n//mg;
	$text =~ s/\$(\d+)/$values[$1 - 1]/g;
	return $text;
}


# A statement that may not scan all phones, nor touch more than so many
# pages; of the campaigns it is about, the large one is no dearer, or by as
# many pages more as it has more rows to show.
sub cheap
{
	my ($what, $limit, $statement, %o) = @_;

	subtest $what => sub {
		my %pages;

		for my $campaign ($small, $large) {
			my $text = $statement->($campaign);
			my @found;

			# Once to settle hints and caches, once to count
			for (0, 1) {
				sql('BEGIN');
				@found = plans($text);
				sql('ROLLBACK');
			}
			my $plan = join "\n", @found;

			unlike($plan, $scan, "$campaign: no scan")
				or diag($plan);
			like($plan, $o{index}, "$campaign: by the index")
				if $o{index};
			$pages{$campaign} = pages(@found);
			cmp_ok($pages{$campaign}, '>', 0,
				"$campaign: was seen");
			cmp_ok($pages{$campaign}, '<=', $limit,
				"$campaign: few pages") or diag($plan);
		}
		cmp_ok($pages{$large}, '<=', $pages{$small} + ($o{more} // 40),
			"$pages{$small} pages for 100 phones, "
			. "$pages{$large} for $many");
	};
}


sub claim
{
	my ($campaign, $most) = @_;

	return query('claim_phones', "'n'", "ARRAY[$campaign]",
		"ARRAY[$most]", 'ARRAY[1]', "ARRAY['$digest']",
		'ARRAY[2000]', 30, 0, 100);
}


# Pages of the console's list of phones: from its ends, and from its middle.
# Whatever the filter, they cost a page.
sub lists_are_cheap
{
	my ($when) = @_;
	my $all = "'{0,1,2,3,4,5,6}'";
	my @status = map { "'{$_}'" } 'idle,trying,answer,failure,'
		. 'premature hangup,success', 'premature hangup', 'failure';
	# As console_hello.sql has it
	sql("SET $_ = off") for qw(enable_seqscan enable_bitmapscan jit);
	my %middle = map { $_ => sql("SELECT (min(i_campaign_phone)
		+ max(i_campaign_phone)) / 2 FROM campaign_phones
		WHERE i_campaign = $_") } $small, $large;

	cheap("a page behind the middle $when", 300, sub {
		query('console_page', $_[0], $all, $status[0], $middle{$_[0]},
			20) }, index => qr/campaign_phones_listed/);
	cheap("a page before the middle $when", 300, sub {
		query('console_page_back', $_[0], $all, $status[0],
			$middle{$_[0]}, 20)
	}, index => qr/campaign_phones_listed/);
	cheap("the last page of a rare status $when", 300, sub {
		query('console_page_back', $_[0], "'{4,6}'", $status[1],
			'9223372036854775807', 20)
	}, index => qr/campaign_phones_listed/, more => 200);
	cheap("the last page $when", 300, sub {
		query('console_page_back', $_[0], $all, $status[0],
			'9223372036854775807', 20)
	}, index => qr/campaign_phones_listed/);
	cheap("numbers that begin alike $when", 300, sub {
		query('console_search', $_[0], "'5'", "''", 'NULL', "'5'",
			'-1', 20, 20)
	}, index => qr/phone_numbers_pkey/, more => 200);
	cheap("numbers before another $when", 300, sub {
		query('console_search_back', $_[0], "''", "''", 'NULL',
			"'55'", '0', 20, 20)
	}, index => qr/phone_numbers_pkey/, more => 200);
	# It reads 20,000 numbers, however many there are.
	cheap("a step of a search $when", 6000, sub {
		query('console_search', $_[0], "''", "'77'", 'NULL', "''",
			'-1', 20000, 20)
	}, index => qr/phone_numbers_pkey/, more => 6000);
	cheap("phones by status $when", 300, sub {
		query('console_kinds', $_[0], $all, $status[0], '0',
			$middle{$_[0]}, 20)
	}, index => qr/campaign_phones_listed/, more => 200);
	cheap("phones by status, backwards $when", 300, sub {
		query('console_kinds_back', $_[0], "'{3,4,6}'", $status[0],
			'4', $middle{$_[0]}, 20)
	}, index => qr/campaign_phones_listed/, more => 200);
	cheap("phones by next call $when", 100, sub {
		query('console_due', $_[0], "'-9223372036854775808'",
			$middle{$_[0]}, 20)
	}, index => qr/campaign_phones_due/, more => 60);
	cheap("phones by next call, backwards $when", 100, sub {
		query('console_due_back', $_[0], "'9223372036854775807'",
			"'9223372036854775807'", 20)
	}, index => qr/campaign_phones_due/, more => 60);
	cheap("the rows of a page $when", 300, sub {
		query('console_rows', $_[0], "ARRAY(SELECT i_campaign_phone "
			. "FROM campaign_phones WHERE i_campaign = $_[0] "
			. 'LIMIT 20)')
	}, more => 200);
	cheap("live calls of a filter $when", 300, sub {
		query('console_calls', $_[0], $status[0], "''", "'7'",
			"'{}'", 'true')
	}, index => qr/campaign_phones_listed/);
	cheap("numbers of a rare status $when", 300, sub {
		query('console_few', $_[0], "'5'", "''", $status[1], "'5'",
			'-1', 20, "'{4,6}'")
	}, index => qr/campaign_phones_listed/, more => 200);
	cheap("counting numbers $when", 300, sub {
		query('console_count_numbers', $_[0], "'5'", 'NULL', 1001)
	}, index => qr/phone_numbers_pkey/, more => 300);
	cheap("counting statuses $when", 100, sub {
		query('console_count', $_[0], $status[0])
	});
	cheap("the campaigns of the console $when", 300, sub {
		query('console_camps', 300)
	}, index => qr/campaign_phones_live/);
	cheap("the live calls of the console $when", 900, sub {
		query('console_live', 50)
	}, index => qr/campaign_phones_live/);
	cheap("one phone $when", 200, sub {
		query('console_one', $middle{$_[0]})
	});
	sql("RESET $_") for qw(enable_seqscan enable_bitmapscan jit);
}


sub everything_is_cheap
{
	my ($when) = @_;

	lists_are_cheap($when);

	cheap("campaign_summary $when", 100, sub {
		"SELECT * FROM campaign_summary WHERE i_campaign = $_[0]"
	}, index => qr/campaign_phones_due/);
	cheap("claiming $when", 1500, sub { claim($_[0], 5) },
		index => qr/campaign_phones_due/);
	# The plan for any values, to which the server comes in the end
	sql('SET plan_cache_mode = force_generic_plan');
	cheap("claiming by a general plan $when", 1500,
		sub { claim($_[0], 5) }, index => qr/campaign_phones_due/);
	sql('RESET plan_cache_mode');
	cheap("campaigns.sql $when", 200, sub { query('campaigns') },
		index => qr/campaign_phones_due/);
	cheap("due_campaigns.sql $when", 200, sub {
		query('due_campaigns', 5, 'ARRAY[' . $_[0] . ']::integer[]')
	}, index => qr/campaign_phones_due/);
	cheap("why_not_dialing() $when", 200, sub {
		"SELECT why_not_dialing(last_id) FROM phones_ends($_[0])"
	});
	cheap("recover_phones() $when", 400, sub {
		"SELECT recover_phones('other', false, '{}')"
	}, index => qr/campaign_phones_live/);
}


everything_is_cheap('just imported');
sql('VACUUM ANALYZE');
everything_is_cheap('with statistics');

# Half have been heard, of the rest most wait; a few are being rung.
sql("UPDATE campaign_phones SET finished = true, status = 'success',
	call_count = 1 WHERE i_campaign_phone % 2 = 0");
sql("UPDATE campaign_phones SET status = 'failure', call_count = 1,
	next_call = now() + i_campaign_phone * interval '1 s'
	WHERE i_campaign_phone % 20 = 1");
sql("UPDATE campaign_phones SET status = 'premature hangup', call_count = 1
	WHERE i_campaign_phone % 40000 = 33");
sql(claim($_, 20)) for $small, $large;
sql('VACUUM ANALYZE');
everything_is_cheap('in the middle');

# Nothing is due any more: an end that must not be searched for
sql("UPDATE campaign_phones SET finished = true WHERE NOT finished");
sql('VACUUM ANALYZE');
everything_is_cheap('at the end');

sql('SET auto_explain.log_min_duration = -1');

# An update that changes nothing that is indexed is written beside the old
# row, and no index is touched: HOT.
subtest 'while it is being rung a phone touches no index' => sub {
	my $hot = sub { sql("SELECT pg_stat_get_xact_tuples_hot_updated(
		'campaign_phones'::regclass)") };

	my $new = sql("INSERT INTO campaigns (name, i_ivr_prompt)
		VALUES ('c', 1) RETURNING i_campaign");
	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $new, n FROM generate_series(1, 5) n");
	sql('BEGIN');
	is(() = sql(claim($new, 5)), 5, 'five are claimed');
	my $before = $hot->();
	sql("UPDATE campaign_phones SET $_ WHERE claimed_by = 'n'
		AND i_campaign = $new") for "status = 'answer',
			connect_time = now()", "expires = expires
			+ interval '90 s'", "status = 'success',
			finished = true";
	is($hot->() - $before, 15, 'answer, lease and success');
	sql('ROLLBACK');
	sql("DELETE FROM campaigns WHERE i_campaign = $new");
};

subtest 'a thousand campaigns with schedules' => sub {
	sql("INSERT INTO schedules (i_schedule, name, time_zone)
		SELECT n, 's', (ARRAY['Europe/Kyiv', 'America/New_York',
			'Asia/Kolkata', 'Australia/Lord_Howe'])[n % 4 + 1]
		FROM generate_series(1, 1000) AS n");
	sql("INSERT INTO schedule_records (i_schedule, start_wday, stop_wday,
			start_time, stop_time)
		SELECT n, d1, d2, t1, t2 FROM generate_series(1, 1000) AS n,
		(VALUES (1, 5, time '09:00', time '12:00'),
			(1, 5, '13:00', '17:59:59'),
			(6, 6, '10:00', '14:00')) AS r(d1, d2, t1, t2)");
	sql("INSERT INTO campaigns (name, i_ivr_prompt, i_schedule)
		SELECT 'c', 1, n FROM generate_series(1, 1000) AS n");
	sql('ANALYZE');

	for (['campaigns.sql', query('campaigns'), 800],
			['schedule_open()', 'SELECT schedule_open(i_schedule)
				FROM campaigns', 400],
			['schedule_next_change()', 'SELECT
				schedule_next_change(i_schedule)
				FROM campaigns', 800]) {
		my ($what, $statement, $limit) = @$_;
		my $ms = min(map { map { /Execution Time: ([\d.]+)/ ? $1 : () }
			sql("EXPLAIN (ANALYZE, TIMING OFF) $statement") }
			1 .. 3);

		# An engine asks again at each change and at each scan.
		cmp_ok($ms, '<', $limit, "$what: $ms ms");
	}
};

done_testing;
