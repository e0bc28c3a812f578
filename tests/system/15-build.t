#!/usr/bin/perl

# Building again builds what is needed, and what is installed runs without
# the tree. All of it happens in copies.

use strict;
use warnings;

use File::Basename qw(dirname);
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

plan skip_all => 'no objects in the build folder: nothing was built here'
	unless -e "$build/tui/main.o";

my $copy = "$dir/tree";
my $objects = "$dir/objects";


sub make
{
	my ($status, $out, $err) = run_program(['make', "B=$objects", 'V=1',
		'WERROR=1', @_], cwd => $copy, seconds => 120);

	return wantarray ? ($status, $out . $err) : $out . $err;
}


# The objects that a run of make has built, or would with -n
sub built
{
	my %seen = map { $_ => 1 }
		make(@_) =~ m{-c -o \Q$objects\E/(\S+\.o)}g;

	return sort keys %seen;
}


# Those whose source sees a header, by way of others, too
my %includes;

sub sees
{
	my ($file, $header) = @_;

	$includes{$file} //= [grep { -e "$copy/$_" }
		slurp("$copy/$file") =~ /^#include "([^"]+)"/mg];
	return grep { $_ eq $header || sees($_, $header) }
		@{$includes{$file}};
}


sub expected
{
	my ($header) = @_;
	my @sources = map { s{^\Q$copy\E/}{}r }
		glob "$copy/{audio,core,sql,tui,baresip-glue,tests/unit}/*.c";

	return sort grep { -e "$objects/$_" }
		map { s/\.c$/.o/r } grep { sees($_, $header) } @sources;
}


sub touch
{
	my ($path) = @_;

	utime undef, undef, "$copy/$path";
}


mkdir $copy;
(run_program(['sh', '-c', 'cp -a Makefile audio core sql tui baresip-glue ' .
	'packaging tests "$1" && cp -a "$2" "$3"', 'sh', $copy, $build,
	$objects], cwd => $tree))[0] == 0 or die "cannot copy the tree\n";

# The rules for headers name the folder they were made for.
my ($was) = slurp("$objects/tui/main.d") =~ m{^(.*?)/tui/main\.o:};
for my $file (split /\n/, (run_program(['find', $objects, '-name',
		'*.d']))[1]) {
	my @stat = stat $file;

	spew($file, slurp($file) =~ s{(?<!\S)\Q$was\E/}{$objects/}gr);
	utime @stat[8, 9], $file;
}

subtest 'building again' => sub {
	my ($status, $text) = make('all');

	is($status, 0, 'it is built');
	diag($text) if $status;
	like(scalar make('all'), qr/Nothing to be done/, 'nothing is to do');

	touch('core/phone.h');
	is_deeply([built('-n', 'all')], [grep { !m{^tests/} }
		expected('core/phone.h')],
		'a touched header: what includes it, and nothing else');
	make('-t', 'all');

	touch('tui/paths.h');
	my @some = built('all');
	is_deeply(\@some, [expected('tui/paths.h')],
		'the same for one that few include, for real');
	cmp_ok(scalar @some, '>', 1, 'some do');
	like(scalar make('all'), qr/Nothing to be done/,
		'and then nothing is left to do');

	my ($query) = map { s{^\Q$copy\E/}{}r } glob "$copy/sql/query/*.sql";
	touch($query);
	like(scalar make('-n', 'all'), qr{embed\.sh.*embedded\.o}s,
		'a touched statement is embedded again');
};

my $to = "$dir/root";
my $prefix = "$to/opt/ring";

subtest 'installing' => sub {
	my ($status, $text) = make('install', "DESTDIR=$to",
		'PREFIX=/opt/ring');

	is($status, 0, 'it goes') or diag($text);
	ok(-x "$prefix/bin/ringround", 'the program');
	ok(-e "$prefix/lib/ringround/$_", $_)
		for qw(ringround.so ringround-preload.so);
	ok(-s "$prefix/share/man/man1/ringround.1", 'the manual page');
	ok(-s "$prefix/share/bash-completion/completions/ringround",
		'the completion');
	ok(-s "$prefix/share/man/man5/ringround.5", 'the other page');
	ok(-s "$prefix/lib/sysusers.d/ringround.conf", 'the account');
	like(slurp("$prefix/lib/systemd/system/$_"),
		qr{^ExecStart=/opt/ring/bin/ringround --daemon }m, $_)
		for qw(ringround.service ringround@.service);
	ok(-s "$prefix/share/ringround/demo/$_", "the demonstration's $_")
		for qw(prompt.wav callees.xml);
};

subtest 'running what was installed, without the tree' => sub {
	rename $copy, "$copy.away";
	rename $objects, "$objects.away";
	$ringround = "$prefix/bin/ringround";

	cluster();
	my $callees = callees();

	proxy($callees);
	my $camp = campaign(threshold_msec => 500, i_ivr_prompt =>
		prompt(tone("$dir/tone.wav", 8000, 1)));
	my $engine = engine();

	my %ours = map { $_ => 1 } slurp("/proc/$engine->{pid}/maps")
		=~ m{(/\S*ringround\S*\.so)}g;

	is_deeply([sort keys %ours], [map { "$prefix/lib/ringround/$_" }
		qw(ringround-preload.so ringround.so)],
		'the installed modules are loaded, and no others');
	phone($camp, '100');
	wait_for('it rings a phone', 10, sub { sql('SELECT count(*)
		FROM call_attempts') == 1 });
	is(sql('SELECT outcome FROM call_attempts'), 'success',
		'with success');
	is(engine_stop($engine), 0, 'it leaves cleanly');

	rename "$copy.away", $copy;
	rename "$objects.away", $objects;
};

subtest 'removing and cleaning' => sub {
	my ($status, $text) = make('uninstall', "DESTDIR=$to",
		'PREFIX=/opt/ring');

	is($status, 0, 'uninstall goes') or diag($text);
	is((run_program(['find', $to, '-not', '-type', 'd']))[1], '',
		'no file is left');

	mkdir "$copy/build";
	spew("$copy/build/x", '');
	is((make('clean'))[0], 0, 'clean goes');
	ok(!-e "$copy/build", 'the build folder is gone');
	ok(-e "$copy/core/phone.h", 'the sources are not');
};

done_testing();
