#!/usr/bin/perl

# How long a file takes into a campaign by ringround import, beside psql's
# \copy of the same file into the same table. README.md says what the figures
# mean.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../system/lib", "$FindBin::Bin/lib";
use Time::HiRes qw(time);

BEGIN {
	$ENV{LINES} //= 1_000_000;
	$ENV{RUNS} //= 3;
	$ENV{SHARED_BUFFERS} //= '1GB';
}

use RingTest;
use Bench::Cluster;
use Bench::Table;

$| = 1;
my $file = "$dir/numbers.csv";
my $s;


# Both begin with an empty table on a disk that has nothing else to write.
sub seconds
{
	my ($what, @cmd) = @_;

	ask($s, 'TRUNCATE campaign_phones CASCADE');
	ask($s, 'VACUUM campaign_tally');
	ask($s, 'CHECKPOINT');
	my $start = time;
	my ($status, $out, $err) = run_program(\@cmd, seconds => 170);
	my $took = time - $start;

	die "$what: $err" if $status;
	my $n = ask($s, 'SELECT count(*) FROM campaign_phones');
	die "$what: $n of $ENV{LINES}\n" unless $n == $ENV{LINES};
	return $took;
}


# The largest size in memory of an import of so many lines, in kB
sub memory
{
	my ($lines) = @_;
	my $most = 0;

	ask($s, 'TRUNCATE campaign_phones CASCADE');
	run_program(['sh', '-c', 'head -n "$1" "$2" >"$2.some"', 'sh', $lines,
		$file]);
	my $child = spawn(name => 'import', stdout => '/dev/null',
		cmd => [$ringround, 'import', 'flood', "$file.some", '-d',
		conninfo_of('import')]);
	until_true(170, sub {
		my $status = slurp("/proc/$child->{pid}/status");

		$most = $1 if $status =~ /^Name:\s+ringround.*^VmHWM:\s+(\d+)/ms;
		return child_ended($child);
	}) or die "the import does not end\n";
	my $n = ask($s, 'SELECT count(*) FROM campaign_phones');
	die "memory: $n of $lines\n" unless $n == $lines;
	return $most;
}


open my $f, '>', $file or die "$file: $!";
print $f '+38044', 1_000_000 + $_, "\n" for 1 .. $ENV{LINES};
close $f or die "$file: $!";
chmod 0644, $file;

start_cluster();
ask(connect_to('postgres'), 'CREATE DATABASE import');
my ($status, $out, $err) = ringround(qw(db init -d), conninfo_of('import'));
die $err if $status;
$s = connect_to('import');
ask($s, "INSERT INTO campaigns (name, paused) VALUES ('flood', true)");
ask($s, 'ALTER TABLE campaign_phones ALTER i_campaign SET DEFAULT 1');

heading("$ENV{LINES} lines into a campaign");
my (@copy, @import, @ratio);
for (1 .. $ENV{RUNS}) {
	push @copy, seconds('\copy', 'psql', '-Xqc',
		"\\copy campaign_phones (cld) FROM '$file'",
		conninfo_of('import'));
	push @import, seconds('import', $ringround, 'import', 'flood', $file,
		'-d', conninfo_of('import'), qw(--country UA));
	push @ratio, $import[-1] / $copy[-1];
}
figure('psql \copy', 's', \@copy);
figure('ringround import', 's', \@import);
figure('  beside \copy', 'times', \@ratio, '<= 1.5');
fact('memory of the client, a tenth of the lines', memory($ENV{LINES} / 10)
	. ' kB');
fact('memory of the client, all', memory($ENV{LINES}) . ' kB');
stop_cluster();
