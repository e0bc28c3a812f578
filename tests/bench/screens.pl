#!/usr/bin/perl

# The screens of the README: an engine with its console in a terminal, real
# calls, and what tmux captures of it, printed as it is

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../system/lib";
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Terminal;
use RingTest::Wav;

cluster();
proxy(callees());
my $prompt = prompt(tone("$dir/tone.wav", 8000, 31));
my %most = ('flood-warning' => 12, 'clinic-reminders' => 5,
	'payroll-notice' => 10, 'school-closing' => 10, 'survey-q3' => 12);
my %id;


# The first digit of a number says how it answers: not all do as they should.
for (sort keys %most) {
	my $n = /flood/ ? 400 : 300;

	$id{$_} = campaign(name => "'$_'", i_ivr_prompt => $prompt,
		paused => /payroll/ ? 'true' : 'false', threshold_msec => 3000,
		max_concurrent_calls => $most{$_});
	sql("INSERT INTO campaign_phones (i_campaign, cld)
		SELECT $id{$_}, '+' || substr('7726753777', n % 10 + 1, 1)
			|| 41632960000 + n FROM generate_series(1, $n) n");
}
sql($_) for "UPDATE ivr_prompts SET name = 'warn_en'",
	"INSERT INTO schedules (i_schedule, name) VALUES (1, 'later')",
	"INSERT INTO schedule_records (i_schedule, start_time, stop_time)
		SELECT 1, t::time, (t + interval '1 hour')::time FROM
		date_trunc('hour', localtimestamp + interval '3 hours') AS t",
	"UPDATE campaigns SET i_schedule = 1 WHERE name = 'school-closing'";

my $term = RingTest::Terminal->new("LC_ALL=C.UTF-8 $ringround -l 127.0.0.1:"
	. free_port() . " -d '" . conninfo() . "' -n dial1", 80, 16);


sub capture
{
	my ($pattern) = @_;
	my $screen = $term->shows(90, $pattern)
		or die "it does not show $pattern:\n" . $term->screen;

	print "$screen\n";
}


$term->shows(60, qr/^. flood-warning +\S.* [1-9]\d\/400/m)
	or die "nothing rings:\n" . $term->screen;
$term->keys('g', ('j') x 4, 'p', 'g', 'j');
capture(qr/^> flood.*^ paused survey-q3/ms);
$term->keys('Enter');
capture(qr/flood-warning > PHONES.*^> \+7/ms);
my $phone = until_true(60, sub { sql("SELECT i_campaign_phone
	FROM campaign_phones WHERE i_campaign = $id{'flood-warning'}
	AND claimed_by IS NOT NULL AND connect_time < now()
	ORDER BY setup_time DESC LIMIT 1") }) or die "no call plays\n";
$term->keys(':');
$term->type($phone);
$term->keys('Enter', 'Enter');
capture(qr/attempt 1 of 3.*prompt warn_en.*threshold reached/s);
$term->keys('q', 'q', 'Q', 'd', 'q', 'y');
$term->shows(10, qr/^status/m);
$term->close;
