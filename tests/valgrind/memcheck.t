#!/usr/bin/perl

# No error in memory, and nothing lost, in a whole campaign: make
# check-valgrind

use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../system/lib";
use Test::More;
use Watched;

my $text = watch('memcheck', qw(--leak-check=full --show-leak-kinds=definite
	--errors-for-leak-kinds=definite));

like($text, qr/definitely lost: /, 'memcheck came to its end');
like($text, qr/ERROR SUMMARY: 0 errors /, 'it found nothing')
	or diag($text);

done_testing();
