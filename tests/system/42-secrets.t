#!/usr/bin/perl

# A campaign with secrets of all kinds: a caller's password at the proxy, one
# at the database, another in a URI. None of them is to be found in anything
# that was written, shown or can be looked at.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use File::Find qw(find);
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Terminal;
use RingSip;

# Like nothing else that is there, another copy of this test included
my %secret = map { $_ => "Zq$_" . join '', map { chr(97 + int rand 26) }
	1 .. 12 } qw(database digest other);
my %seen;

cluster();
sql("SET password_encryption = 'scram-sha-256'");
sql("CREATE ROLE guarded LOGIN SUPERUSER PASSWORD '$secret{database}'");
my $hba = "$dir/pg/data/pg_hba.conf";
spew($hba, "local all guarded scram-sha-256\n" . slurp($hba));
sql("SELECT pg_reload_conf()");
sql("ALTER SYSTEM SET log_statement = 'none'");
my $conninfo = conninfo() =~ s/user=\w+/user=guarded/r .
	" password=$secret{database}";
spew("$dir/secret.conn", $conninfo);
chmod 0600, "$dir/secret.conn";


# --- looking -----------------------------------------------------------------

sub look
{
	my ($where, $text) = @_;

	for (keys %secret) {
		$seen{$where}{$_} = 1 if index($text, $secret{$_}) >= 0;
	}
}


# All that anybody may see of processes: of any, but for this test's shell
my ($cmdlines, $activity);

sub look_at_processes
{
	for my $proc (glob '/proc/[0-9]*') {
		next if $proc eq "/proc/$$";
		my $line = slurp("$proc/cmdline");

		look("the command line of $line", $line);
		++$cmdlines if $line =~ /baresip|psql/;
		look("the environment of $line", slurp("$proc/environ"))
			if $line =~ /^baresip\0-f/;
	}
	for my $row (sql('SELECT query FROM pg_stat_activity
			WHERE pid <> pg_backend_pid()')) {
		look("pg_stat_activity: $row", $row);
		++$activity;
	}
}


# The folder by which the host is told all, the database's password, too: it is
# this account's alone, and so is each file in it that has a secret. And what
# core files are named by
my $profiles;

sub look_at_profiles
{
	for my $profile (glob "$dir/tmp/ringround-*") {
		++$profiles;
		my ($mode, $owner) = (lstat $profile)[2, 4] or next;

		$seen{sprintf '%s, of mode %o', $profile, $mode}{mode} = 1
			if $mode & 077 || $owner != $>;
		for (glob "$profile/*") {
			look("the file $_, which others may read", slurp($_))
				if ((stat)[2] // 0) & 077;
		}
	}
	# %e of core_pattern is this, and %E the program's path.
	for my $proc (glob '/proc/[0-9]*') {
		next unless slurp("$proc/cmdline") =~ /^baresip\0-f/;
		look("the name of a core file of $proc", slurp("$proc/comm") .
			(readlink("$proc/exe") // ''));
		look("the name of a thread, $_", slurp($_))
			for glob "$proc/task/*/comm";
	}
}


# All files but the database's own and what this test wrote itself
sub look_at_files
{
	find({ no_chdir => 1, wanted => sub {
		return if m{/pg/data(/|$)} || m{^$dir/(secret|proxy\.xml)};
		look("the name of $_", $_);
		look("the file $_", slurp($_)) if -f;
	} }, $dir);
}


sub nothing_seen
{
	my ($what) = @_;
	my @all = map { my $w = $_; map { "$_ in $w" =~ s/\0/ /gr }
		keys %{$seen{$w}} } sort keys %seen;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok(!@all, $what) or diag(join "\n", @all);
	%seen = ();
}


# --- a run -------------------------------------------------------------------

my $peer = peer('challenge', each => { login => [], say => [{ n => 1,
	status => '407 Proxy Authentication Required', header =>
	'Proxy-Authenticate: Digest realm="here", nonce="abc", qop="auth"'
	}] });
spew("$dir/secret", "$secret{digest}\n");
my $engine = engine(conninfo => $conninfo, args => ['-v'], late => 1);
until_true(10, sub { look_at_profiles(); $profiles
	&& slurp($engine->{log}) =~ /is ready/ || child_ended($engine) });
my ($status, $out, $err) = ringround('campaign', 'add', 'guarded',
	'prompt=' . sound(2), 'username=alice', 'threshold_msec=500',
	'max_attempts=1', '--md5secret', "$dir/secret", '-d', $conninfo);

is($status, 0, 'a campaign with a secret is made') or diag($err);
look('campaign add', $out . $err);
my $camp = sql("SELECT max(i_campaign) FROM campaigns");

is(sql("SELECT md5secret FROM campaigns WHERE i_campaign = $camp"),
	$secret{digest}, 'with that one');
sql("INSERT INTO config VALUES ('campaign', 'sipproxy', '$peer->{proxy}')");
my $phone = phone($camp, '5550100');

# The command line of the user's own shell is the user's.
my $given = "-d \"\$(cat $dir/secret.conn)\"";
my $term = RingTest::Terminal->new("$ringround console $given", 100, 30);

$term->shows(10, qr/CAMPAIGNS/) or diag($term->screen);
until_true(15, sub {
	look_at_processes();
	look_at_profiles();
	look('the console', $term->screen);
	sleep 0.05;
	sql("SELECT claimed_by IS NULL AND call_count > 0
		FROM campaign_phones WHERE i_campaign_phone = $phone")
		eq 't' });
my $row = attempt($phone);

like($row->{outcome} // '', qr/^(success|failure)$/, 'its phone was rung');
ok(scalar(grep { $_->{text} =~ /^(Proxy-)?Authorization: Digest/mi }
	wire($peer)), 'with credentials');
cmp_ok($cmdlines, '>', 1, 'processes were looked at');
cmp_ok($activity, '>', 3, 'and statements');
cmp_ok($profiles, '>', 0, 'and the profile');
is(join(' ', glob "$dir/tmp/ringround-*/settings"), '',
	'which was gone as soon as it was read');
look('call_attempts', join ' ', %$row);

# What commands print
for (['campaign', 'show', 'guarded'], ['campaign', 'list'],
		['campaign', 'show', 'guarded', '--json'], ['nodes'],
		['report', 'guarded', '--json'], ['report', 'guarded'],
		['console', '--csv', 'campaigns'],
		['console', '--plain', 'phones', 'guarded'],
		['why', $phone]) {
	my ($status, $out, $err) = ringround(@$_, '-d', $conninfo);

	is($status, 0, "ringround @$_") or diag($err);
	look("ringround @$_", $out . $err);
}

# psql is given no password, and has it.
my $shell = spawn(name => 'shell', stdin => spew("$dir/slow.sql",
	"SELECT pg_sleep(1), 'it is in';\n"), cmd => ['sh', '-c',
	"exec $ringround db shell $given"]);
ok(until_true(5, sub { grep { slurp("$_/cmdline") =~ m{psql\0.*host='\Q$dir} }
	glob '/proc/[0-9]*' }), 'psql runs');
until_true(5, sub { look_at_processes(); child_ended($shell) });
like(slurp($shell->{log}), qr/it is in/, 'ringround db shell');

# What goes wrong, with the secrets in it
for (['campaign', 'list', '-d', "$conninfo nonsense"],
		['campaign', 'list', '-d', "postgresql://guarded:" .
			"$secret{other}\@localhost:1/x?nonsense=1"],
		['campaign', 'list', '-d', $conninfo =~ s/dbname=\w+/dbname=no/r],
		['campaign', 'list', '-d',
			$conninfo =~ s/password=\S+/password=$secret{other}/r],
		['--daemon', '-d', "$conninfo options=-cnonsense=1", '-n',
			'x', '-l', '127.0.0.1:' . free_port()],
		['campaign', 'add', 'x', "md5secret=$secret{other}", '-d',
			$conninfo]) {
	my ($status, $out, $err) = ringround(@$_);

	isnt($status, 0, "refused: $_->[0] $_->[1] ...");
	look("$_->[0] $_->[1] ...", $out . $err);
}

look_at_processes();
undef $term;
is(engine_stop($engine), 0, 'the engine leaves cleanly');
look_at_files();
nothing_seen('no secret is anywhere');

# The eyes are good.
spew("$dir/planted.log", "password=$secret{digest}\n");
my $plant = spawn(name => 'plant', cmd => ['perl', '-e', 'sleep 20',
	$secret{other}]);
until_true(5, sub { slurp("/proc/$plant->{pid}/cmdline") =~ /^perl/ });
look_at_files();
look_at_processes();
is(join(' ', sort map { keys %$_ } values %seen), 'digest other',
	'planted secrets are found');

done_testing();
