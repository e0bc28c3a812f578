#!/usr/bin/perl

# The units for systemd: understood by it, and shut in as far as they can be

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;

my @analyze = grep { -x } map { "$_/systemd-analyze" }
	split /:/, $ENV{PATH};

plan skip_all => 'systemd is not installed here' unless @analyze;
plan skip_all => 'no units in the build folder: nothing was built here'
	unless -e "$build/ringround.service";


# As systemd would see it, with the program that was built
sub unit
{
	my ($name, $as) = @_;
	my $text = slurp("$build/$name");

	$text =~ s{^ExecStart=\S+}{ExecStart=$build/ringround}m;
	# The account is made by the package.
	$text =~ s{^(User|Group)=.*}{$1=daemon}mg;
	return spew("$dir/$as", $text);
}


for (['ringround.service', 'ringround.service'],
		['ringround@.service', 'ringround@one.service']) {
	my ($name, $as) = @$_;

	subtest $name => sub {
		my $path = unit($name, $as);
		my ($status, $out, $err) = run_program([$analyze[0],
			'verify', '--man=no', $path]);

		is($status, 0, 'systemd understands it');
		unlike($out . $err, qr/\Q$as\E:/, 'without a word')
			or diag($out . $err);
		unlike(slurp($path), qr/\@[A-Za-z]+\@|^\@T/m,
			'nothing was left to be filled in');
		like(slurp($path), qr/^SystemCallFilter=io_uring_setup
			\ io_uring_enter\ io_uring_register$/mx,
			'io_uring is allowed');
	};
}

subtest 'how exposed it is' => sub {
	my ($status, $out, $err) = run_program([$analyze[0], 'security',
		'--offline=yes', '--threshold=20', "$dir/ringround.service"]);

	is($status, 0, '2.0 of 10 at the most') or diag($out . $err);
};

done_testing();
