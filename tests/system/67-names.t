#!/usr/bin/perl

# The names of nodes: one engine each, and he who comes second is told at once
# or, when the first one is dead, is let in as soon as he can be.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;

cluster();


# It ends with status 1 and these words
sub refused
{
	my ($engine, $pattern) = @_;

	wait_for('it ends', 10, sub { child_ended($engine) });
	is($engine->{status} >> 8, 1, 'the exit status says so');
	like(slurp($engine->{log}), qr/^ringround: $pattern$/m,
		'and so do words');
}


sub is_ready
{
	my ($engine) = @_;

	return slurp($engine->{log}) =~ /the database is there/;
}


# Without a sign of life it would be tried for half a minute.
subtest 'a name that is in use' => sub {
	my $first = engine(node => 'same');

	wait_for('the first has it', 10, sub { is_ready($first) });
	refused(engine(node => 'same', late => 1), 'an engine named same '
		. 'works on this database already: stop it, or choose .* -n');
	ok(!child_ended($first), 'the first one works on');
	is(engine_stop($first), 0, 'and leaves');
};

subtest 'an engine that has just been killed' => sub {
	my $first = engine(node => 'same');

	wait_for('it has its name', 10, sub { is_ready($first) });
	stop_child($first, 'KILL');
	my $second = engine(node => 'same');
	wait_for('its restart gets it', 10, sub { is_ready($second) });
	is(engine_stop($second), 0, 'and leaves');
};

# Its session stays until the server misses it, after twenty seconds.
subtest 'an engine that is frozen' => sub {
	my $first = engine(node => 'same');

	wait_for('it has its name', 10, sub { is_ready($first) });
	signal_child($first, 'STOP');
	my $second = engine(node => 'same');
	wait_for('another one waits for it', 10, sub {
		slurp($second->{log}) =~ /no database.*still there: waiting/ });
	wait_for('and gets the name in the end', 40,
		sub { is_ready($second) });
	signal_child($first, 'CONT');
	wait_for('the first one then has to wait', 30, sub {
		slurp($first->{log}) =~ /warning: no database/ });
	is(engine_stop($second), 0, 'the second leaves');
	wait_for('and the first has it again', 15, sub {
		slurp($first->{log}) =~ /no database.*the database is/s });
	is(engine_stop($first), 0, 'it leaves, too');
};

# Names are known by a hash of 32 bits.
subtest 'two names of one hash' => sub {
	my ($one, $other) = split /\|/, sql("SELECT min('n' || n),
		max('n' || n) FROM generate_series(1, 400000) n
		GROUP BY hashtext('n' || n) HAVING count(*) > 1 LIMIT 1");
	my $first = engine(node => $one);

	isnt($one, $other, "$one and $other");
	wait_for('the first works', 10, sub { is_ready($first) });
	wait_for('and has shown itself', 10,
		sub { sql('SELECT count(*) FROM engines') == 1 });
	refused(engine(node => $other, late => 1), "the engine $one works " .
		"on this database, and to it the name $other looks .* -n");
	is(engine_stop($first), 0, 'the first leaves');
};

done_testing();
