#!/usr/bin/perl

# No race between the loop, the media thread, the console and the workers:
# make check-valgrind

use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../system/lib";
use Test::More;
use Watched;

my $text = watch('helgrind', '--history-level=approx');

like($text, qr/ERROR SUMMARY: 0 errors /, 'it found nothing')
	or diag($text);

done_testing();
