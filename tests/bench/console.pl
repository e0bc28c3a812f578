#!/usr/bin/perl

# The console in terminals: bytes, time, memory, beside htop and pg_activity.
# console.md says what each figure means. A missed target is printed, not
# punished; what cannot be measured ends this with a status that is not 0.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../system/lib", "$FindBin::Bin/lib";
use List::Util qw(max sum0);
use POSIX qw(strftime);
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;
use Bench::Anchors;
use Bench::Pty;
use Bench::Sheet;
use Bench::Stall;
use Time::HiRes qw(time sleep);

use constant { PAGE_DOWN => "\e[6~", PAGE_UP => "\e[5~" };

my $phones = $ENV{PHONES} // 1_000_000;
my $seconds = $ENV{SECONDS} // 20;
my $limit = $ENV{LIMIT} // 500;
my @dialling = qw(clinic-reminders flood-warning survey-q3);

$| = 1;


sub console
{
	my ($width, $height) = @_;
	my $p = Bench::Pty->new([$ringround, 'console', '-d', conninfo()],
		width => $width, height => $height);

	$p->until(20, qr/CAMPAIGNS \d+.*LIVE.*^>.*q:Quit/ms);
	return $p;
}


sub calls
{
	return sql('SELECT count(*) FROM campaign_phones
		WHERE claimed_by IS NOT NULL');
}


# What is rung, and by whom: an engine whose console has a terminal, too
sub world
{
	# Checkpoints would disturb all that is timed.
	cluster(args => [qw(-c shared_buffers=128MB -c max_wal_size=4GB
		-c checkpoint_timeout=1h)]);
	my $ear = ear();
	my $prompt = prompt(tone("$dir/tone.wav", 8000, 12));
	my %set = (i_ivr_prompt => $prompt, threshold_msec => 3000,
		max_concurrent_calls => 20, paused => 'true');
	my $start = time;

	proxy(callees(sink => $ear->{port}));
	for (@dialling, map { "town-0$_" } 1 .. 9) {
		my $n = /flood/ ? $phones : /town/ ? 100 : 20_000;
		my $id = campaign(%set, name => "'$_'");

		sql("INSERT INTO campaign_phones (i_campaign, cld)
			SELECT $id, '+1' || 5550000000 + n
			FROM generate_series(1, $n) n");
	}
	sql('VACUUM ANALYZE');
	note(sprintf '%d phones, written in %.0f s', $phones, time - $start);
	my $engine = Bench::Pty->new([$ringround, '-l', '127.0.0.1:' .
		free_port(), '-d', conninfo(), '-n', 'bench']);

	$engine->until(30, qr/CAMPAIGNS \d+.*LIVE/);
	# Who was started waits for it; the engine is a child.
	$engine->{work} = until_true(10, sub { sql("SELECT pid FROM nodes
		WHERE node = 'bench' AND connected") });
	return $engine;
}


# Bytes and CPU of several at the same time: { what => terminal }
sub watch
{
	my ($sec, %of) = @_;
	my %before = map { $_ => $of{$_}->cpu } keys %of;
	my $start = time;

	Bench::Pty::pump($sec);
	my $end = time;

	return map { $_ => {
		sizes => [$of{$_}->refreshes($start, $end)],
		cpu => 100 * ($of{$_}->cpu - $before{$_}) / ($end - $start),
	} } keys %of;
}


sub bytes_row
{
	my ($what, $seen, $target, $others) = @_;

	my @sizes = @{$seen->{sizes}};

	row("$what: bytes a refresh", \@sizes, $target, sprintf
		'%.1f and %.0f bytes a second%s', @sizes / $seconds,
		sum0(@sizes) / $seconds, $others ? "; $others" : '');
}


sub idle
{
	phase('nothing changes');
	my %of = (still => console(), frozen => console(), page => console(),
		others_start());

	$of{frozen}->keys('Z');
	$of{frozen}->until(5, qr/FROZEN/);
	to_phones($of{page});
	Bench::Pty::pump(4);
	my %seen = watch($seconds, %of);

	bytes_row('campaigns', $seen{still}, 20);
	bytes_row('frozen', $seen{frozen}, 20, others_bytes(\%seen, 'frozen'));
	bytes_row("$phones phones", $seen{page}, 20);
	row('campaigns: CPU, %', [$seen{still}{cpu}], 0.2,
		others_cpu(\%seen));
	row("$phones phones: CPU, %", [$seen{page}{cpu}], 1);
	others_end(\%of);
	$of{$_}->leave('Q') for qw(frozen page);

	return $of{still};
}


# In which row of the screen the cursor is
sub cursor
{
	my ($p) = @_;
	my ($row) = grep { $p->{screen}->row($_) =~ /^>/ }
		0 .. $p->{height} - 1;

	return $row // -1;
}


sub to_phones
{
	my ($p) = @_;

	$p->keys('g');
	$p->keys('j') while !Bench::Pty::pump(0.3, sub {
		$p->{screen}->text =~ /^> flood-warning/m });
	return $p->after("\r", 10, qr/> PHONES.*\n.*\n.*NUMBER.*\n> \+1555/);
}


# j and k in turn, when it is quiet
sub key_times
{
	my ($p, $n) = @_;
	my @ms;

	for (1 .. $n) {
		my $row = cursor($p);
		my $down = $_ % 2;

		Bench::Pty::pump(0.1 + rand 0.3);
		push @ms, $p->after($down ? 'j' : 'k', 5, sub {
			cursor($p) == $row + ($down ? 1 : -1) });
	}

	return \@ms;
}


# A key that brings another page
sub page_time
{
	my ($p, $key) = @_;
	my $number = sub { $p->{screen}->row(shift) =~ /(\+1555\d+)/;
		$1 // '' };
	my ($first, $last) = (3, $p->{height} - 5);

	Bench::Pty::pump(0.1 + rand 0.3);
	my @was = map { $number->($_) } $first, $last;

	return $p->after($key, 10, sub {
		my @now = map { $number->($_) } $first, $last;

		return $now[0] && $now[1] && $now[0] ne $was[0]
			&& $now[1] ne $was[1];
	});
}


sub pages
{
	my ($p, $first) = @_;
	my $start = time;
	my @turns = (map({ page_time($p, PAGE_DOWN) } 1 .. 15),
		map { page_time($p, PAGE_UP) } 1 .. 10);

	row('a page turned, all rows changing: bytes',
		[grep { $_ > 100 } $p->refreshes($start, time)], 800);
	row("page turn of $phones phones, ms", \@turns, 20);
	my @ends = map { page_time($p, $_) } ('G', 'g') x 5;

	row('to the end and back, ms', \@ends, 20);
	row('the first page, ms', $first, 20);
}


# The same in the other orders, each through its index
sub sorted_pages
{
	my ($p) = @_;

	for (['number', qr/NUMBER\+/], ['status', qr/STATUS\+/],
			['next call', qr/NEXT CAL\+/]) {
		my ($order, $head) = @$_;

		$p->after('>', 10, sub { my $text = $p->{screen}->text;
			$text =~ $head && $text =~ /^> \+1555/m });
		my @turns = map { page_time($p, PAGE_DOWN) } 1 .. 10;
		my @ends = map { page_time($p, $_) } ('G', 'g') x 3;

		row("  by $order, ms", \@turns, 20, sprintf
			'to the end and back %.1f', middle(@ends));
	}
}


# In a new console each time
sub first_pages
{
	my @ms;

	for (1 .. 7) {
		my $p = console();

		push @ms, to_phones($p);
		$p->leave('Q');
	}

	return \@ms;
}


# A change by another session
sub changes
{
	my ($p, $n) = @_;
	my @ms;

	$p->keys('g');
	for (1 .. $n) {
		Bench::Pty::pump(0.5 + rand 1);
		my $start = time;

		sql("UPDATE campaigns SET name = 'town-01-$_'
			WHERE name LIKE 'town-01%'");
		push @ms, 1000 * ($p->until(5, qr/town-01-$_ /) - $start);
	}

	return \@ms;
}


sub quick
{
	my ($p) = @_;

	phase('keys and changes, no calls');
	row('key to screen, campaigns, ms', key_times($p, 20), 30);
	row('a change in the database to the screen, ms', changes($p, 20),
		300);
	my $first = first_pages();

	to_phones($p);
	row("key to screen, $phones phones, ms", key_times($p, 10), 30);
	pages($p, $first);
	sorted_pages($p);
	my @memory = $p->memory;

	row('memory after that, MiB', [$memory[0]], 12,
		sprintf '%.1f of it its own', $memory[1]);
	$p->leave('Q');
}


sub start_calls
{
	sql("UPDATE campaigns SET paused = false WHERE name = ANY
		(ARRAY['" . join("', '", @dialling) . "'])");
	Bench::Pty::pump(40, sub { sleep 0.2; calls() >= 55 })
		or die "the calls do not start\n";
	Bench::Pty::pump(5);
}


# The console of the engine itself: it is told of calls by the packet.
sub own
{
	my ($engine) = @_;

	for (['1', 'campaigns', 400], ['3', 'live calls', 800],
			['4', 'log', 800]) {
		my ($key, $what, $target) = @$_;

		$engine->keys($key);
		Bench::Pty::pump(3);
		my %seen = watch($seconds, own => $engine);

		bytes_row("the engine's own: $what", $seen{own}, $target);
		row('  the largest: bytes', [max(@{$seen{own}{sizes}})], 800);
	}
	$engine->keys('1');
	Bench::Pty::pump(2);
}


sub busy
{
	my %of = (camps => console(), live => console(), phones => console(),
		camps_large => console(200, 60),
		live_large => console(200, 60), others_start());

	$_->keys('3') for @of{qw(live live_large)};
	to_phones($of{phones});
	Bench::Pty::pump(5);
	my %seen = watch($seconds, %of);

	bytes_row('campaigns', $seen{camps}, 400,
		others_bytes(\%seen, 'live'));
	bytes_row('phones', $seen{phones}, 400);
	bytes_row('live calls', $seen{live}, 800);
	row('  the largest, many rows change: bytes',
		[max(@{$seen{live}{sizes}})], 800);
	bytes_row('campaigns, 200x60', $seen{camps_large}, 2000);
	bytes_row('live calls, 200x60', $seen{live_large}, 2000);
	row('  the largest, many rows change: bytes',
		[max(@{$seen{live_large}{sizes}})], 2000);
	row('campaigns: CPU, %', [$seen{camps}{cpu}], undef,
		others_cpu(\%seen));
	row("$phones phones: CPU, %", [$seen{phones}{cpu}], 1);
	row('live calls, 200x60: CPU, %', [$seen{live_large}{cpu}]);
	row('live calls, 200x60: memory, MiB',
		[($of{live_large}->memory)[0]], 12, others_memory(\%of));
	others_end(\%of);
	$of{$_}->leave('Q') for qw(live camps_large live_large);

	return @of{qw(camps phones)};
}


sub pauses
{
	my ($p, $n) = @_;
	my @ms;

	$p->keys('g');
	Bench::Pty::pump(0.5);
	$p->keys('jj');
	$p->until(5, qr/^> survey-q3/m);
	for (1 .. $n) {
		Bench::Pty::pump(0.7 + rand 1);
		push @ms, $p->after('p', 10, qr/> survey-q3 +(DRAIN|PAUSED)/);
		Bench::Pty::pump(0.7);
		$p->after('r', 10, qr/> survey-q3 +(RUNNING|FULL)/);
	}

	return \@ms;
}


# Milliseconds until a program has left the terminal that is gone
sub hang_up
{
	my ($p, $gone) = @_;
	my $start = time;

	$p->hang_up;
	until_true(10, $gone) or die "$p->{name} does not leave\n";
	return 1000 * (time - $start);
}


sub holds_terminal
{
	my ($p) = @_;

	return grep { (readlink // '') =~ m{^/dev/pts/} }
		glob "/proc/$p->{work}/fd/*";
}


sub live
{
	my ($engine) = @_;

	phase('with calls');
	start_calls();
	note(sprintf '  %d live calls', calls());
	own($engine);
	my $stall = stall($engine);
	my ($camps, $phones) = busy();

	row('key to screen, campaigns, ms', key_times($camps, 20), 30);
	row('pause acknowledged on the screen, ms', pauses($camps, 8), 250);
	row('page turn, ms', [map { page_time($phones, PAGE_DOWN) }
		1 .. 10], 20);
	stall_end($stall);

	phase('hang-up');
	row('exit of the console, ms', [map { my $p = $_;
		hang_up($p, sub { $p->ended }) } $camps, $phones], 1000);
	row('the engine lets go of its terminal, ms', [hang_up($engine,
		sub { !holds_terminal($engine) })], 1000);
	# The console's thread is to be gone when its CPU no longer counts.
	Bench::Pty::pump(1);
	my $cpu = $engine->cpu;

	Bench::Pty::pump(2);
	note(sprintf '  it goes on with %d calls, CPU %.0f %%', calls(),
		50 * ($engine->cpu - $cpu));
}


note(strftime '%Y-%m-%d %H:%M, load ' . slurp('/proc/loadavg') =~ s/ .*//sr,
	localtime);
local $SIG{ALRM} = sub { die "not done within $limit s\n" };
alarm $limit;
my $engine = world();

quick(idle());
live($engine);
phase('');
mkdir "$build/bench";
spew("$build/bench/console.txt", sheet_text());
