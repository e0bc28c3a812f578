package Bench::Load;

# The data: campaigns, schedules, prompts, phones

use strict;
use warnings;

use Digest::MD5 qw(md5_hex);
use Exporter qw(import);
use RingTest;
use Bench::Cluster;
use Bench::Table;
use Time::HiRes qw(time);

our @EXPORT = qw(load_all);

use constant COPY_ROWS => 1_000_000;

# Half of the campaigns have a schedule. Half of these schedules are always
# open, by two records; the others have office hours somewhere.
my $settings = <<'EOS';
INSERT INTO ivr_prompts (name, audio)
SELECT 'prompt ' || n, convert_to(repeat(md5(n::text), 256), 'UTF8')
FROM generate_series(1, 10) AS n;

INSERT INTO schedules (name, time_zone)
SELECT 'schedule ' || n, (ARRAY['Europe/Kyiv', 'America/Vancouver',
	'Asia/Tokyo', 'Europe/London', 'UTC'])[1 + n % 5]
FROM generate_series(1, 20) AS n;

INSERT INTO schedule_records (i_schedule, start_wday, stop_wday, start_time,
	stop_time)
SELECT n, wday_a, wday_b, time_a::time, time_b::time
FROM generate_series(1, 20) AS n JOIN (VALUES
	(true, 1, 7, '12:00', '00:00'), (true, 6, 5, '00:00', '12:00'),
	(false, 1, 5, '08:00', '20:00'), (false, 6, 7, '10:00', '18:00'))
	AS r(always, wday_a, wday_b, time_a, time_b) ON always = (n <= 10);

INSERT INTO campaigns (name, i_ivr_prompt, username, md5secret,
	max_concurrent_calls, i_schedule)
SELECT 'campaign ' || n, 1 + n % 10, 'user', 'secret', 100000,
	CASE WHEN n % 2 = 1 THEN 1 + n / 2 % 20 END
FROM generate_series(1, CAMPAIGNS) AS n;

ANALYZE;
EOS

# Rows by kind: a function of the phone's number, the columns behind cld
my %kinds = (
	# as they are after an import: all are due
	due => [[], sub { '' }],
	# half are done; the others wait until tomorrow
	later => [[qw(finished status call_count next_call)], sub {
		my ($n, $now) = @_;
		my $kind = $n % 10;
		my @next = gmtime($now + 86400 + $n % 7200);
		my $next = sprintf '%d-%02d-%02d %02d:%02d:%02dZ',
			$next[5] + 1900, $next[4] + 1, @next[3, 2, 1, 0];

		return "\tt\tsuccess\t1\t\\N" if $kind < 5;
		return "\tt\tfailure\t3\t\\N" if $kind < 6;
		return "\tf\tfailure\t1\t$next" if $kind < 9;
		return "\tf\tpremature hangup\t2\t$next";
	}],
);


# Campaign 1 has a fifth of all phones, the others the rest in equal parts.
sub campaign_of
{
	my ($n, $phones, $campaigns) = @_;
	my $first = $campaigns == 1 ? $phones : int $phones / 5;

	return 1 if $n < $first;
	return 2 + int(($n - $first) * ($campaigns - 1) / ($phones - $first));
}


sub _copy
{
	my ($name, $kind, $from, $to, $phones, $campaigns) = @_;
	my ($columns, $tail) = @{$kinds{$kind}};
	my $now = time;
	my $start = time;

	open my $psql, '|-', 'psql', '-XqvON_ERROR_STOP=1', '-c',
		'COPY campaign_phones (' . join(', ', 'i_campaign', 'cld',
		@$columns) . ') FROM STDIN', conninfo_of($name)
		or die "psql: $!";
	for my $n ($from .. $to - 1) {
		print $psql campaign_of($n, $phones, $campaigns), "\t",
			'+38044', 10000000 + $n, $tail->($n, $now), "\n";
	}
	close $psql or die "COPY failed\n";

	return ($to - $from) / (time - $start);
}


# Make a database; returns rows a second of each COPY.
sub _load
{
	my ($name, $kind, $phones, $campaigns) = @_;
	my @speed;

	ask(connect_to('postgres'), "CREATE DATABASE $name");
	my ($status, $out, $err) = ringround('db', 'init', '-d',
		conninfo_of($name));
	die "ringround db init: $err" if $status;

	my $s = connect_to($name);
	ask($s, $_) for split /;\n/,
		$settings =~ s/CAMPAIGNS/$campaigns/r;
	for (my $n = 0; $n < $phones; $n += COPY_ROWS) {
		my $to = $n + COPY_ROWS < $phones ? $n + COPY_ROWS : $phones;

		push @speed, _copy($name, $kind, $n, $to, $phones,
			$campaigns);
	}
	ask($s, 'VACUUM (ANALYZE)');
	disconnect($s);

	return @speed;
}


# What the data was made of; what waits for tomorrow is good until then.
sub _mark
{
	my $text = join '', map { slurp($_) } __FILE__,
		sort glob "$tree/sql/schema/*.sql";

	return join '_', 'made', substr(md5_hex($text), 0, 8), @_;
}


sub _found
{
	my ($mark) = @_;
	my ($time) = map { /^\Q$mark\E_(\d+)$/ } databases();

	return $time && time - $time < 72000;
}


sub _make
{
	my ($mark, $phones, $campaigns) = @_;
	my $s = connect_to('postgres');
	my (@due, @later);

	ask($s, "DROP DATABASE IF EXISTS $_")
		for grep { /^(few|later|fresh|made_.*)$/ } databases();
	_load('few', 'due', 10_000, 1);
	@due = _load('fresh', 'due', $phones, $campaigns);
	@later = _load('later', 'later', $phones, $campaigns);
	ask($s, "CREATE DATABASE ${mark}_" . int time);

	heading('import by COPY, a million rows each');
	figure('rows', '/s', [@due, @later]);
	figure('  the first', '/s', [$due[0], $later[0]]);
	figure('  the last', '/s', [$due[-1], $later[-1]]);
}


# Three databases: few has 10,000 phones that are due, due has all of them,
# in later all are done or wait for tomorrow.
sub load_all
{
	my ($phones, $campaigns) = @_;
	my $mark = _mark($phones, $campaigns);
	my $s = connect_to('postgres');

	ask($s, 'DROP DATABASE IF EXISTS due');
	_found($mark) ? fact('data', 'kept from an earlier run')
		: _make($mark, $phones, $campaigns);
	ask($s, 'CREATE DATABASE due TEMPLATE fresh STRATEGY file_copy');
	ask($s, 'CHECKPOINT');
}

1;
