#!/usr/bin/perl

# The shape of the source: who includes whom, what the host must offer, and
# how long things may be.

use strict;
use warnings;

use Encode qw(decode);
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;

my @folders = qw(core audio sql tui baresip-glue);
my @sources = map { s{^\Q$tree\E/}{}r }
	glob "$tree/{core,audio,sql,tui,baresip-glue,tests/unit}/*.[ch]";

# Headers of other projects: who may include them
my @foreign = (
	[qr{^(libpq|postgres|pg_|internal/|server/)}, qr{^sql/}],
	[qr{^re(_\w+)?\.h$}, qr{^(sql|baresip-glue)/}],
	[qr{^(rem(_\w+)?|baresip)\.h$}, qr{^baresip-glue/}],
	[qr{^(sndfile|samplerate|ebur128)\.h$}, qr{^audio/}],
	[qr{^openssl/}, qr{^baresip-glue/trust\.c$}],
	[qr{^csv\.h$}, qr{^tui/csv_file\.c$}],
	[qr{^(n?curses|term|panel|menu|form|ncursesw/.*)\.h$},
		qr{^tui/term\.c$}],
);

# All that core may see of libc
my $plain = qr{^(assert|ctype|errno|inttypes|limits|math|std\w+|string|
	strings|time|fcntl|unistd|sys/\w+|arpa/inet|netinet/in)\.h$}x;

# Our own: which folders a folder may include from.
my %own = (
	'core'         => qr{^core/},
	'sql'          => qr{^(core|sql)/},
	'audio'        => qr{^audio/},
	'tui'          => qr{^(audio/|core/|tui/|sql/(db|cluster)\.h$)},
	'baresip-glue' => qr{^(audio|core|sql|tui|baresip-glue)/},
);


sub folder
{
	return $_[0] =~ m{^(.*)/[^/]+$};
}


sub lines
{
	return split /\n/, slurp("$tree/$_[0]");
}


cmp_ok(scalar @sources, '>', 50, 'there is something to look at');

subtest 'includes' => sub {
	for my $file (grep { !m{^tests/} } @sources) {
		my $text = slurp("$tree/$file");
		my ($folder) = folder($file);

		for ($text =~ /^\s*#\s*include\s*"([^"]+)"/mg) {
			ok(-e "$tree/$_", "$file: $_ is named by its path")
				unless -e "$tree/$_";
			ok(0, "$file may not include $_")
				unless /$own{$folder}/;
		}
		for ($text =~ /^\s*#\s*include\s*<([^>]+)>/mg) {
			my $name = $_;

			ok(0, "$file may not include <$name>")
				if $folder eq 'core' && !/$plain/
				|| grep { $name =~ $_->[0]
					&& $file !~ $_->[1] } @foreign;
		}
	}
	pass('all were looked at');
};

# The loader would find none missing before the first call of a function:
# the host is asked beforehand.
subtest 'what the module needs' => sub {
	my $symbols = sub {
		my ($type, @files) = @_;

		return map { (split)[-1] =~ s/\@.*//r } grep { $type }
			map { split /\n/, (run_program(['nm', '-D', @$type,
				$_]))[1] } @files;
	};
	my ($host) = grep { -x } map { "$_/baresip" }
		split /:/, $ENV{PATH};
	my @libraries = map { /=> (\S+)/ } map { split /\n/,
		(run_program(['ldd', $_]))[1] } $host,
		"$build/ringround.so";
	push @libraries, "$build/ringround-preload.so";
	my %there = map { $_ => 1 } $symbols->(['--defined-only'], $host,
		@libraries);
	my @wanted = $symbols->(['--undefined-only'],
		"$build/ringround.so");
	my @weak = qw(__cxa_finalize __gmon_start__ _ITM_registerTMCloneTable
		_ITM_deregisterTMCloneTable tls_disable_verify_server);
	my %weak = map { $_ => 1 } @weak;

	cmp_ok(scalar @wanted, '>', 50, 'it needs something');
	is(join(' ', grep { !$there{$_} && !$weak{$_} } @wanted), '',
		'all of it is there');

	my @declared = slurp("$tree/baresip-glue/baresip.h") =~
		/^[a-z][^;{}#]*?\b(\w+)\([^;{}]*\);/mg;
	cmp_ok(scalar @declared, '>', 10, 'the header declares functions');
	is(join(' ', grep { !$there{$_} } @declared), '',
		'the host has all of them');

	is_deeply([sort $symbols->(['--defined-only'],
		"$build/ringround.so")], ['exports'],
		'the module shows the host one symbol');
};

# What stands before functions of libre's is of use only where libre itself
# asks for it through its table.
subtest 'what the preloaded library replaces' => sub {
	my ($libre) = map { m{=> (\S*/libre\.so\S*)} }
		(run_program(['ldd', "$build/ringround-preload.so"]))[1],
		map { (run_program(['ldd', $_]))[1] } grep { -x }
		map { "$_/baresip" } split /:/, $ENV{PATH};
	my $asked = (run_program(['readelf', '-rW', $libre]))[1];

	for (qw(tmr_start tmr_cancel tmr_poll tmr_next_timeout tmr_jiffies
			sendto)) {
		like($asked, qr/_JUMP_SLO\w*\s.*\b$_\b/,
			"libre asks its table for $_");
		like((run_program(['nm', '-D', '--defined-only',
			"$build/ringround-preload.so"]))[1], qr/ T $_$/m,
			"$_ is replaced");
	}
};

# A name of the host's in a module would bind to the host's copy.
subtest 'names' => sub {
	my $host = qr/^(?:call|ua|uag|conf|log|play|audio|sip|sipsess|stream|
		net|sdp|rtp|rtcp|mbuf|mem|list|hash|tmr|fd|mqueue|account|
		ausrc|auplay|aucodec|aufilt|baresip|module|video|sa|udp|tcp|
		tls|dns|dnsc|str|pl|fmt|re|main|timer|poll|lock|event)_/x;
	my @ours;

	for my $object (glob "$build/{core,audio,sql,tui,baresip-glue}/*.o") {
		my $text = (run_program(['nm', '--defined-only', '-g',
			$object]))[1];

		push @ours, map { [(split)[-1], $object =~ s{.*/}{}r] }
			split /\n/, $text;
	}
	cmp_ok(scalar @ours, '>', 50, 'there are names');
	is(join(' ', map { "$_->[0] ($_->[1])" } grep {
		$_->[0] =~ $host && $_->[1] !~ /^preload/ } @ours), '',
		'none begins as names of the host do');
};

subtest 'length' => sub {
	for my $file (@sources) {
		my @lines = lines($file);
		my ($start, $name);

		ok(0, "$file has " . @lines . ' lines, more than 500')
			if @lines > 500;
		for my $n (0 .. $#lines) {
			if ($lines[$n] eq '{') {
				($start, $name) = ($n, $lines[$n - 1]);
			} elsif ($lines[$n] eq '}' && defined $start) {
				my $long = $n - $start - 1;

				ok(0, "$file: $long lines in $name")
					if $long > 60;
				undef $start;
			}
		}
	}
	pass('all were looked at');
};

subtest 'layout' => sub {
	for my $file (@sources, map { s{^\Q$tree\E/}{}r }
			glob "$tree/sql/{query,schema}/*.sql") {
		my $n = 0;

		for (lines($file)) {
			my $wide = decode('UTF-8', $_);

			$n++;
			$wide =~ s/\G([^\t]*)\t/
				$1 . ' ' x (8 - length($1) % 8)/ge;
			ok(0, "$file:$n is wider than 79 columns")
				if length $wide > 79;
			ok(0, "$file:$n ends in white space") if /\s$/;
		}
	}
	pass('all were looked at');
};

done_testing();
