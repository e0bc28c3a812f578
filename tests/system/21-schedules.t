#!/usr/bin/perl

# Each sentence about schedules, as psql sees it. The random comparison with
# a second opinion is tests/unit/test_schedule.c.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Cluster;

cluster();
sql("SET TimeZone = 'UTC'");

# A week of January: its days by name, each a date
my %day = (Mon => '2026-01-05', Tue => '2026-01-06', Wed => '2026-01-07',
	Thu => '2026-01-08', Fri => '2026-01-09', Sat => '2026-01-10',
	Sun => '2026-01-11');
my $names = join '|', keys %day;
my $none = 'NULL';


sub text
{
	return defined $_[0] ? "'$_[0]'" : 'NULL';
}


# A schedule with these records: [start_wday, stop_wday, start, stop]
sub schedule
{
	my ($zone, @records) = @_;
	my $id = sql("INSERT INTO schedules (name, time_zone)
		VALUES ('one', '$zone') RETURNING i_schedule");

	for (@records) {
		my $values = join ', ', map { text($_) } @$_;

		sql("INSERT INTO schedule_records (i_schedule, start_wday,
			stop_wday, start_time, stop_time)
			VALUES ($id, $values)");
	}

	return $id;
}


# 'Mon 09:00' as an instant
sub instant
{
	my ($at) = @_;

	$at =~ s/^($names)\b/$day{$1}/;
	return "'$at'";
}


sub is_open
{
	my ($id, $at) = @_;

	return sql("SELECT schedule_open($id, " . instant($at) . ')');
}


# Is it open at these instants, closed at those?
sub judged
{
	my ($what, $records, $open, $closed, $zone) = @_;

	subtest $what => sub {
		my $id = schedule($zone // 'UTC', @$records);

		is(is_open($id, $_), 't', "open on $_") for @$open;
		is(is_open($id, $_), 'f', "closed on $_") for @$closed;
	};
}


# The instants of change from a moment on, as many as are wanted
sub changes_are
{
	my ($what, $id, $from, @wanted) = @_;
	my $at = "$from+00";
	my @got;

	for (@wanted) {
		$at = sql("SELECT coalesce(schedule_next_change($id,
			'$at')::text, 'never')");
		push @got, $at =~ s/\+00$//r;
		last if $at eq 'never';
	}

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_deeply(\@got, \@wanted, $what) or diag(explain(\@got));
}


judged('weekdays', [[2, 4, undef, undef]],
	['Tue 00:00', 'Wed 12:00', 'Thu 23:59:59.999999'],
	['Mon 23:59:59.999999', 'Fri 00:00', 'Sun 12:00']);
judged('a single weekday', [[3, 3, undef, undef]],
	['Wed 00:00', 'Wed 23:59:59.999999'],
	['Tue 23:59:59.999999', 'Thu 00:00']);
judged('Saturday to Tuesday', [[6, 2, undef, undef]],
	['Sat 00:00', 'Sun 12:00', 'Mon 12:00', 'Tue 23:59:59.999999'],
	['Wed 00:00', 'Thu 12:00', 'Fri 23:59:59.999999']);
judged('Sunday to Monday', [[7, 1, undef, undef]],
	['Sun 00:00', 'Sun 23:59:59.999999', 'Mon 00:00',
		'Mon 23:59:59.999999', '2026-01-12 00:00'],
	['Tue 00:00', 'Sat 23:59:59.999999']);
judged('a wrap that leaves no day out', [[4, 3, undef, undef]],
	[map { "$_ 12:00" } keys %day], []);

judged('times are inclusive', [[undef, undef, '09:00', '17:00']],
	['Mon 09:00', 'Sun 12:00', 'Mon 17:00', 'Mon 17:00:00.999',
		'Mon 17:00:00.999999'],
	['Mon 08:59:59.999999', 'Mon 17:00:01', 'Mon 00:00']);
judged('to the end of the day', [[undef, undef, '12:00', '23:59:59']],
	['Mon 23:59:59', 'Mon 23:59:59.999', 'Sun 23:59:59.999999'],
	['Tue 00:00', 'Mon 11:59:59.999999']);
judged('a single second', [[undef, undef, '12:00', '12:00']],
	['Mon 12:00', 'Mon 12:00:00.999999'],
	['Mon 11:59:59.999999', 'Mon 12:00:01']);
judged('24:00 is the end of the day', [[1, 1, '12:00', '24:00']],
	['Mon 12:00', 'Mon 23:59:59.999999'],
	['Mon 00:00', 'Mon 11:59:59', 'Tue 00:00', 'Tue 12:00']);
judged('00:00 to 24:00 is the whole day', [[1, 1, '00:00', '24:00']],
	['Mon 00:00', 'Mon 12:00', 'Mon 23:59:59.999999'],
	['Sun 23:59:59.999999', 'Tue 00:00']);
judged('22:00 to 06:00', [[undef, undef, '22:00', '06:00']],
	['Mon 22:00', 'Mon 23:59:59.999', 'Tue 00:00', 'Tue 06:00:00.999'],
	['Mon 21:59:59.999999', 'Tue 06:00:01', 'Wed 12:00']);

# Each interval is judged alone, by the day it is: the morning of Saturday
# belongs to no Friday.
judged('Monday to Friday, 22:00 to 06:00', [[1, 5, '22:00', '06:00']],
	['Mon 00:00', 'Mon 06:00:00.999', 'Mon 22:00', 'Tue 00:00',
		'Fri 06:00', 'Fri 22:00', 'Fri 23:59:59.999999'],
	['Sat 00:00', 'Sat 06:00', 'Sat 22:00', 'Sun 22:00',
		'Sun 23:59:59.999999', 'Mon 06:00:01', 'Fri 12:00']);
judged('the nights that begin on Monday to Friday',
	[[1, 5, '22:00', '23:59:59'], [2, 6, '00:00', '06:00']],
	['Mon 22:00', 'Tue 06:00', 'Fri 22:00', 'Sat 00:00',
		'Sat 06:00:00.999'],
	['Mon 00:00', 'Mon 06:00', 'Sat 06:00:01', 'Sat 22:00',
		'Sun 23:59:59']);
judged('both wrap: Saturday to Tuesday, 22:00 to 06:00',
	[[6, 2, '22:00', '06:00']],
	['Sat 00:00', 'Sat 06:00', 'Sat 22:00', 'Sun 03:00', 'Mon 23:00',
		'Tue 06:00', 'Tue 23:59:59.999'],
	['Fri 23:00', 'Sat 06:00:01', 'Mon 12:00', 'Wed 00:00', 'Wed 23:00',
		'Fri 03:00']);

judged('no start_wday', [[undef, 2, '09:00', '17:00']],
	[map { "$_ 09:00" } keys %day], ['Mon 08:59:59', 'Sat 17:00:01']);
judged('no stop_wday', [[2, undef, '09:00', '17:00']],
	[map { "$_ 09:00" } keys %day], ['Mon 08:59:59', 'Sat 17:00:01']);
judged('no start_time', [[1, 5, undef, '17:00']],
	['Mon 00:00', 'Fri 23:59:59.999'], ['Sat 00:00', 'Sun 12:00']);
judged('no stop_time', [[1, 5, '09:00', undef]],
	['Mon 00:00', 'Fri 23:59:59.999'], ['Sat 00:00', 'Sun 12:00']);
judged('nothing at all', [[undef, undef, undef, undef]],
	[map { ("$_ 00:00", "$_ 23:59:59.999") } keys %day], []);

judged('several records', [[1, 5, '09:00', '12:00'],
		[1, 5, '13:00', '17:00'], [6, 6, '10:00', '10:59:59']],
	['Mon 09:00', 'Mon 12:00:00.5', 'Mon 13:00', 'Fri 17:00',
		'Sat 10:59:59.999'],
	['Mon 12:00:01', 'Mon 12:59:59', 'Sat 09:00', 'Sat 11:00',
		'Sun 10:30']);
judged('no records', [], [], ['Mon 00:00', 'Wed 12:00']);
is(is_open($none, 'Mon 12:00'), 't', 'no schedule: open');
is(is_open(999, 'Mon 12:00'), 'f', 'a schedule that is not there: closed');

judged('in its own zone', [[1, 1, '09:00', '17:00']],
	['2026-01-04 23:00+00', '2026-01-05 00:00+00',
		'2026-01-05 07:00:00.999+00'],
	['2026-01-04 22:59:59+00', '2026-01-05 07:00:01+00',
		'2026-01-05 12:00+00'], 'Australia/Brisbane');
judged('in a zone at a quarter', [[undef, undef, '00:00', '00:00']],
	['2026-01-05 18:15+00'], ['2026-01-05 18:14:59+00',
		'2026-01-05 18:15:01+00'], 'Asia/Kathmandu');

subtest 'the next change' => sub {
	changes_are('opening and closing', schedule('UTC',
			[1, 5, '09:00', '17:00']), '2026-01-09 10:00:00.5',
		'2026-01-09 17:00:01', '2026-01-12 09:00:00',
		'2026-01-12 17:00:01');
	changes_are('in the last fraction of a second', schedule('UTC',
			[undef, undef, '09:00', '17:00']),
		'2026-01-09 17:00:00.999999', '2026-01-09 17:00:01');
	changes_are('before the first', schedule('UTC',
			[undef, undef, '09:00', '17:00']),
		'2026-01-09 08:59:59.999999', '2026-01-09 09:00:00');
	changes_are('records that touch are one', schedule('UTC',
			[undef, undef, '09:00', '11:59:59'],
			[undef, undef, '12:00', '17:00']),
		'2026-01-09 10:00:00', '2026-01-09 17:00:01');
	changes_are('a night is not cut at midnight', schedule('UTC',
			[undef, undef, '22:00', '06:00']),
		'2026-01-09 23:00:00', '2026-01-10 06:00:01',
		'2026-01-10 22:00:00');
	changes_are('Saturday to Tuesday', schedule('UTC',
			[6, 2, undef, undef]), '2026-01-07 00:00:00',
		'2026-01-10 00:00:00', '2026-01-14 00:00:00');
	changes_are('almost a week away', schedule('UTC',
			[1, 1, '12:00', '12:00']), '2026-01-05 12:00:01',
		'2026-01-12 12:00:00', '2026-01-12 12:00:01');
	changes_are('Monday to Friday, 22:00 to 06:00', schedule('UTC',
			[1, 5, '22:00', '06:00']), '2026-01-09 12:00:00',
		'2026-01-09 22:00:00', '2026-01-10 00:00:00',
		'2026-01-12 00:00:00', '2026-01-12 06:00:01');
};

subtest 'what never changes' => sub {
	my %schedule = (
		'no schedule'        => $none,
		'none such'          => 999,
		'no records'         => schedule('Europe/Kyiv'),
		'any value'          => schedule('Europe/Kyiv',
			[undef, 3, '10:00', undef]),
		'a week of days'     => schedule('Europe/Kyiv',
			[1, 7, '00:00', '23:59:59']),
		'the same as a wrap' => schedule('Europe/Kyiv',
			[5, 4, '12:00', '11:59:59']),
		'of two records'     => schedule('Europe/Kyiv',
			[undef, undef, '12:00', '24:00'],
			[undef, undef, '00:00', '11:59:59']),
	);

	for (sort keys %schedule) {
		changes_are($_, $schedule{$_}, '2026-03-28 20:00:00',
			'never');
	}
};

# Kyiv 2026: on March 29 there is no 03:00 to 03:59:59, on October 25 it is
# there twice; both happen at 01:00 UTC.
judged('the hour that does not exist', [[undef, undef, '03:15', '03:45']],
	['2026-03-28 01:15+00', '2026-03-30 00:15+00'],
	['2026-03-29 00:59:59.999+00', '2026-03-29 01:00+00',
		'2026-03-29 00:15+00', '2026-03-29 01:15+00',
		'2026-03-29 02:15+00'], 'Europe/Kyiv');
judged('the hour that exists twice', [[undef, undef, '03:15', '03:45']],
	['2026-10-25 00:15+00', '2026-10-25 00:45:00.999+00',
		'2026-10-25 01:15+00', '2026-10-25 01:45:00.999+00'],
	['2026-10-25 00:14:59.999+00', '2026-10-25 00:45:01+00',
		'2026-10-25 01:00+00', '2026-10-25 01:45:01+00'],
	'Europe/Kyiv');

subtest 'the next change where clocks change' => sub {
	my $hour = schedule('Europe/Kyiv',
		[undef, undef, '03:15', '03:45']);
	my $night = schedule('Europe/Kyiv',
		[undef, undef, '22:00', '03:29:59']);

	changes_are('past the hour that does not exist', $hour,
		'2026-03-28 01:45:00', '2026-03-28 01:45:01',
		'2026-03-30 00:15:00', '2026-03-30 00:45:01');
	changes_are('twice in the hour that exists twice', $hour,
		'2026-10-24 02:00:00', '2026-10-25 00:15:00',
		'2026-10-25 00:45:01', '2026-10-25 01:15:00',
		'2026-10-25 01:45:01', '2026-10-26 01:15:00');
	changes_are('closed by the clock that goes forward', $night,
		'2026-03-28 20:00:00', '2026-03-29 01:00:00',
		'2026-03-29 19:00:00', '2026-03-30 00:30:00');
	changes_are('opened again by the clock that goes back', $night,
		'2026-10-24 19:00:00', '2026-10-25 00:30:00',
		'2026-10-25 01:00:00', '2026-10-25 01:30:00',
		'2026-10-25 20:00:00');
	changes_are('an hour of Sundays, skipped for a week',
		schedule('Europe/Kyiv', [7, 7, '03:10', '03:50']),
		'2026-03-22 12:00:00', '2026-04-05 00:10:00');
	changes_are('half an hour forward', schedule('Australia/Lord_Howe',
			[undef, undef, '02:10', '02:20']),
		'2026-10-03 00:00:00', '2026-10-04 15:10:00',
		'2026-10-04 15:20:01');
	changes_are('half an hour back', schedule('Australia/Lord_Howe',
			[undef, undef, '01:40', '01:50']),
		'2026-04-04 00:00:00', '2026-04-04 14:40:00',
		'2026-04-04 14:50:01', '2026-04-04 15:10:00',
		'2026-04-04 15:20:01');
	changes_are('a whole day left out', schedule('Pacific/Apia',
			[5, 6, '09:00', '17:00']),
		'2011-12-29 12:00:00', '2011-12-30 19:00:00',
		'2011-12-31 03:00:01', '2012-01-05 19:00:00');
	changes_are('midnight left out', schedule('America/Havana',
			[7, 7, '00:00', '00:59:59']),
		'2026-03-07 12:00:00', '2026-03-15 04:00:00',
		'2026-03-15 05:00:00');
};

subtest 'time zones' => sub {
	like(sql_error("INSERT INTO schedules (name, time_zone)
			VALUES ('x', '$_')"), qr/a time zone is a name like/,
		"refused: '$_'") for 'Europe/Nowhere', 'Kyiv', '', '+25',
			'UTC+3', 'Kyiv+2';
	my $id = schedule('UTC');
	like(sql_error("UPDATE schedules SET time_zone = 'Mars/Olympus'
			WHERE i_schedule = $id"),
		qr/a time zone is a name like/,
		'refused: a change to one that is not there');
	like(sql_error("INSERT INTO schedules (name, time_zone)
			VALUES ('x', NULL)"), qr/time_zone.*not-null/,
		'refused: none');

	for ('Asia/Tokyo', 'America/Bogota') {
		sql("SET TimeZone = '$_'");
		is(sql("INSERT INTO schedules (name) VALUES ('own')
			RETURNING time_zone"), $_, "the default: $_");
	}
	sql('RESET TimeZone');
	is(sql("INSERT INTO schedules (name) VALUES ('own')
			RETURNING time_zone = current_setting('TimeZone')"),
		't', "the default: the database's");
	sql("SET TimeZone = 'UTC'");
};

subtest 'records that are refused' => sub {
	my $id = schedule('UTC');

	for ('start_wday', 'stop_wday') {
		like(sql_error("INSERT INTO schedule_records (i_schedule, $_)
			VALUES ($id, 0)"), qr/$_/, "$_ 0");
		like(sql_error("INSERT INTO schedule_records (i_schedule, $_)
			VALUES ($id, 8)"), qr/$_/, "$_ 8");
	}
	isnt(sql_error("INSERT INTO schedule_records (i_schedule, start_time)
		VALUES ($id, '24:00:01')"), '', 'a time after 24:00');
};

subtest 'a claim asks the schedule' => sub {
	my $id = schedule('UTC');
	my $campaign = sql("WITH p AS (
			INSERT INTO ivr_prompts (name, audio)
			VALUES ('p', 'x') RETURNING i_ivr_prompt
		) INSERT INTO campaigns (name, i_ivr_prompt, i_schedule)
		SELECT 'c', i_ivr_prompt, $id FROM p RETURNING i_campaign");
	my $claim = "SELECT count(*) FROM campaigns c
		JOIN ivr_prompts p USING (i_ivr_prompt),
		claim_phones('n', ARRAY[c.i_campaign], ARRAY[1],
			ARRAY[i_ivr_prompt], ARRAY[digest], ARRAY[1000], 30,
			0, 100)
		WHERE c.i_campaign = $campaign";

	sql("INSERT INTO campaign_phones (i_campaign, cld)
		VALUES ($campaign, '1')");
	as_engine('n');
	is(sql($claim), 0, 'closed: nothing');
	sql("INSERT INTO schedule_records (i_schedule) VALUES ($id)");
	is(sql($claim), 1, 'open: a phone');
};

like(sql("SELECT obj_description('schedule_records'::regclass)"), $_,
		"the table's comment tells: $_")
	for qr/by the day it is/, qr/Monday to Friday 22:00 to 06:00/,
		qr/not on Saturday from 00:00 to 06:00/;

done_testing;
