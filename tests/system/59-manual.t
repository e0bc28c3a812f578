#!/usr/bin/perl

# ringround(5) says of tables and views what the database says of itself.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Cluster;

my $man = slurp("$tree/packaging/ringround.5");
my %short = ('timestamp with time zone' => 'timestamptz',
	'time without time zone' => 'time', 'double precision' => 'float8');

cluster();


# What the database says: table => [[column, type and default] ...]. Of views
# the columns only.
sub catalog
{
	my %of;

	for (sql(q{SELECT concat_ws(chr(1), relname, relkind, attname,
			format_type(atttypid, atttypmod), attnotnull,
			attidentity <> '', attgenerated <> '',
			coalesce(translate(pg_get_expr(adbin, adrelid),
				chr(10), ' '), ''))
			FROM pg_class c JOIN pg_attribute a
				ON a.attrelid = c.oid
			LEFT JOIN pg_attrdef d ON adrelid = c.oid
				AND adnum = attnum
			WHERE relkind IN ('r', 'v') AND relnamespace =
				'public'::regnamespace
			AND attnum > 0 AND NOT attisdropped
			ORDER BY relname, attnum} =~ s/\s+/ /gr)) {
		my ($table, $kind, $column, $type, $needed, $counted,
			$computed, $default) = split /\001/, $_, -1;

		$type = $short{$type} // $type;
		$default = "the session's" if $default =~ /^current_setting/;
		$default =~ s/::\w+//g;
		$default =~ s/^'(.*)'$/$1/;
		$default = $counted eq 't' || $default =~ /^nextval/
			? 'counted' : $computed eq 't' ? 'computed'
			: length $default ? $default
			: $needed eq 't' ? 'needed' : '';
		push @{$of{$table}}, $kind eq 'v' ? $column
			: join ', ', "$column: $type",
				length $default ? $default : ();
	}

	return %of;
}


# What the manual says, in the same form
sub manual
{
	my %of;

	for (split /^(?=\.S[SH] )/m, $man) {
		my ($table) = /\A\.SS (\w+)\n/ or next;

		for (/^\.TP\n(\.B.*)/mg) {
			if (/^\.BI (\w+) " (.*)"$/) {
				push @{$of{$table}}, "$1: $2" =~ s/\\\(aq/'/gr;
			} else {
				push @{$of{$table}}, grep { /^\w/ }
					split /[ ",]+/, s/^\.BR? //r;
			}
		}
	}

	return %of;
}


my %there = catalog();
my %said = manual();
my ($own) = $man =~ /^\.SH THE ENGINES' OWN\n(.*?)^are /ms;
my @own = grep { /^[a-z]/ && $_ ne 'and' } split /[^\w]+/,
	$own =~ s/^\.IR? //mgr;

cmp_ok(scalar keys %there, '>', 15, 'there are tables and views');
is_deeply([sort @own, keys %said], [sort keys %there],
	'the manual names each of them');

for my $table (sort keys %said) {
	my @order = $said{$table}[0] =~ /:/ ? () : 1;

	is_deeply(@order ? [sort @{$said{$table}}] : $said{$table},
		@order ? [sort @{$there{$table} || []}] : $there{$table},
		"$table: its columns");
}

subtest 'settings' => sub {
	for my $option (slurp("$tree/core/settings.c") =~
			/^static const char option_\w+\[\]\s*= "(\w+)"/mg) {
		like($man, qr{^\.BI campaign/\Q$option\E "}m, $option);
	}
};

subtest 'the pages are well formed' => sub {
	for my $page (qw(ringround.1 ringround.5)) {
		my ($status, $out, $err) = run_program(['man', '--warnings',
			'-E', 'UTF-8', '-l', "$tree/packaging/$page"],
			env => { MANROFFSEQ => '', MANWIDTH => 80 });

		is($status, 0, "$page is shown");
		like($out, qr/^NAME$/m, 'as a manual');
		is($err, '', 'without a warning');
	}
};

done_testing();
