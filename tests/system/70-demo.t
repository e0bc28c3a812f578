#!/usr/bin/perl

# The demonstration: what it shows, how it ends, and that it leaves nothing

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use File::Copy qw(copy);
use File::Path qw(make_path);
use Test::More;
use RingTest;
use RingTest::Terminal;

# A build folder elsewhere has no demonstration beside it: then it is laid
# out as it would be installed.
unless (-e "$build/../packaging/demo") {
	my $at = "$dir/installed";

	make_path("$at/bin", "$at/lib/ringround",
		"$at/share/ringround/demo");
	copy($ringround, "$at/bin/ringround");
	copy("$build/$_", "$at/lib/ringround/$_")
		for qw(ringround.so ringround-preload.so);
	copy($_, "$at/share/ringround/demo") for
		glob "$tree/packaging/demo/*";
	chmod 0755, "$at/bin/ringround";
	$ringround = "$at/bin/ringround";
}


# Processes that work in the test's folder for temporary files
sub processes
{
	return map { slurp("$_/cmdline") =~ tr/\0/ /r }
		grep { slurp("$_/cmdline") =~ m{\Q$dir\E/tmp}
			|| slurp("$_/environ") =~ m{\0TMPDIR=\Q$dir\E/tmp\0}
			&& m{/(\d+)$} && $1 != $$ && slurp("$_/cmdline")
			!~ /^(tmux|sh|sleep|perl)\0/ }
		grep { m{/\d+$} } glob '/proc/*';
}


sub nothing_left
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	subtest 'nothing is left' => sub {
		is(join(' ', glob "$dir/tmp/*"), '', 'no files');
		is(join("\n", processes()), '', 'no processes');
		is(join(' ', slurp('/proc/net/unix') =~ m{(\Q$dir\E/tmp\S*)}g),
			'', 'no sockets');
		is(join(' ', grep { !/tmp$/ } glob
			"$dir/home/* $dir/home/.[!.]*"), '',
			'nothing at home');
	};
}


subtest 'without a terminal' => sub {
	my ($status, $out, $err) = ringround(qw(demo --daemon),
		{ seconds => 60 });

	is($status, 0, 'it ends well') or diag($out);
	is($err, '', 'nothing to complain about');
	for my $n (1 .. 12) {
		my $number = sprintf '+1555010%04d', $n;
		my @seen = map { /^[\d:.]+ +\Q$number\E +(.+?) -> (.+?) *\(/ }
			split /\n/, $out;
		my $last = $seen[-1] // '';
		my $want = $n == 7 || $n == 8 || $n == 10 ? 'failure'
			: $n == 9 ? 'premature hangup' : 'success';

		is($last, $want, "$number: its changes end with $want");
		is($seen[0], 'idle', 'and begin with idle');
		is("@seen[1 .. 5]", 'trying trying answer answer success',
			'by way of an answer') if $want eq 'success';
		is(scalar(grep { $seen[2 * $_] ne $seen[2 * $_ - 1] }
			1 .. @seen / 2 - 1), 0, 'and follow each other');
		like($out, qr/^\Q$number\E .*\Q$want\E +\d+ /m,
			'it is in the table');
	}
	like($out, qr/^12 phones,.*\n\z/m, 'the last line sums up');
	nothing_left();
};

subtest 'interrupted' => sub {
	for my $signal (qw(INT TERM)) {
		my $demo = spawn(name => 'demo', cmd => [$ringround,
			qw(demo --daemon)]);

		wait_for('it rings', 30, sub {
			slurp($demo->{log}) =~ /-> answer/ });
		cmp_ok(scalar(() = processes()), '>', 2,
			'there are processes');
		my $status = stop_child($demo, $signal, 15);

		isnt($status, 0, "it ends by SIG$signal, and not well");
		is($status & 127, 0, 'in order');
		like(slurp($demo->{log}), qr/interrupted\n\z/, 'and says so');
		nothing_left();
	}
};

subtest 'killed' => sub {
	my $demo = spawn(name => 'demo', cmd => [$ringround,
		qw(demo --daemon)]);

	wait_for('it rings', 30, sub { slurp($demo->{log}) =~ /-> trying/ });
	stop_child($demo, 'KILL');
	wait_for('its processes end', 15, sub { !processes() })
		or diag(join "\n", processes());
	wait_for('its files go', 15, sub { !(() = glob "$dir/tmp/*") })
		or diag(join ' ', glob "$dir/tmp/*");
};

subtest 'in a terminal' => sub {
	my $term = RingTest::Terminal->new("$ringround demo", 90, 26);
	my $screen = $term->shows(30, qr/demonstration +RUNNING/);

	ok($screen, 'the console shows the campaign') or diag($term->screen);
	like($screen, qr/CAMPAIGNS 1/, 'the only one');
	like($screen, qr{\d/12\b}, 'of twelve phones');

	$term->keys('p');
	ok($term->shows(5, qr/demonstration +(PAUS|DRAIN)/), 'p pauses it')
		or diag($term->screen);
	ok($term->shows(15, qr/demonstration +PAUSED/), 'live calls finish');
	$term->keys('r');
	ok($term->shows(5, qr/demonstration +(RUNNING|FULL|BACKOFF)/),
		'r resumes it') or diag($term->screen);

	$term->keys('Enter');
	ok($screen = $term->shows(5, qr/\+15550100001/), 'Enter shows phones')
		or diag($term->screen);
	like($screen, qr/success/i, 'and what became of them');
	$term->keys('q');
	ok($term->shows(5, qr/CAMPAIGNS 1/), 'q goes back')
		or diag($term->screen);

	$term->keys('q');
	ok($term->shows(5, qr/d  drain/), 'q asks what is to become of calls')
		or diag($term->screen);
	$term->keys('d');
	ok($screen = $term->shows(30, qr/^status \d/m),
		'd quits when live calls have finished')
		or diag($term->screen);
	like($screen, qr/^status 0$/m, 'well');
	like($screen, qr/^12 phones,/m, 'with the table');
	$term->close;
	nothing_left();
};

done_testing();
