#!/usr/bin/perl

# 5,000 messages a second from one stranger, beside live calls. What lateness
# comes of it is measured by make bench-flood.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Bystanders;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Traffic;
use RingSip;

use constant { CALLS => 20, RATE => 5000, FLOOD => 8 };

cluster();
my $callees = traffic();
my $engine = engine();
my $stand = bystanders($callees, CALLS, FLOOD + 8);
my @kinds = qw(INVITE OPTIONS REGISTER reply junk);


sub flood
{
	my ($seconds, $proto) = @_;

	return spawn(name => 'flood', cmd => [$^X,
		"$tree/tests/system/lib/flood.pl", '127.0.0.2', '127.0.0.1',
		$engine->{port}, RATE, $seconds, join(',', $proto ? 'INVITE'
		: @kinds), $proto // 'udp']);
}


my $descriptors = descriptors($engine);

# The first of them make what is made once.
until_true(10, sub { child_ended($_) }) for flood(0.5);
my $resident = resident($engine);
my @floods = (flood(FLOOD), flood(FLOOD, 'tcp'));

sleep 1;
ends('a new call amidst them', ring("127.0.0.1:$callees->{port}", '1999'),
	outcome => 'success', call_count => 1);
for (@floods) {
	my $flood = $_;

	until_true(FLOOD + 10, sub { child_ended($flood) });
	cmp_ok(slurp($flood->{log}), '>=', RATE * FLOOD / 2,
		'a flood it was');
}
cmp_ok(resident($engine) - $resident, '<=', 512,
	'nothing is kept of it: ' . (resident($engine) - $resident) . ' kB');
wait_for('no descriptor is left over', 5, sub { descriptors($engine)
	<= $descriptors });
undisturbed($callees, $stand);
at_rest($engine);

my @lines = grep { /strangers/ } split /\n/, slurp($engine->{log});

cmp_ok(scalar @lines, '<=', 2, 'the log is not flooded');
like($lines[0] // '', qr/came from 127\.0\.0\.2:/, 'it says from where');
is(sql('SELECT count(*) FROM call_attempts'), CALLS + 1, 'no other call');
is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
