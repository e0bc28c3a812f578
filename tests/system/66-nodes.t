#!/usr/bin/perl

# ringround nodes: what an operator is told of the engines

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

my @columns = qw(node state live max_calls dialled version schema_version
	host pid address started seen);

cluster();


sub nodes
{
	my ($status, $out, $err) = ringround('nodes', @_, '-d', conninfo());

	return $status || $err ne '' ? "status $status: $err" : $out;
}


# By node: its columns of --csv by name
sub nodes_csv
{
	my ($head, @lines) = split /\n/, nodes('--csv');
	my %by;

	for (@lines) {
		my %row;

		@row{split /,/, $head} = split /,/, $_, -1;
		$by{$row{node}} = \%row;
	}

	return \%by;
}


sub line_of
{
	my ($node) = @_;

	return (grep { /^\Q$node\E / } split /\n/, nodes())[0] // '';
}


# A row as an engine writes it, seen so many seconds ago
sub row
{
	my ($node, $ago, %set) = @_;

	%set = (node => "'$node'", host => "'a host'", pid => 4711,
		backend => 4712, version => "'0.1.0'", address => "'192.0.2.7:5060'",
		schema_version => '(SELECT max(version) FROM schema_version)',
		started => "now() - interval '1 h'", max_calls => 100,
		live => 0, dialled => 1234,
		seen => "now() - interval '$ago s'", %set);
	sql('INSERT INTO engines (' . join(', ', sort keys %set) .
		') VALUES (' . join(', ', map { $set{$_} } sort keys %set) .
		')');
}


# The lock on a node's name, held by the test
sub hold
{
	sql("SELECT pg_advisory_lock(1918987877, hashtext('$_[0]'))");
}


subtest 'none' => sub {
	is(nodes(), "there is no engine: none is connected, and none is " .
		"gone without having left\n", 'it says so');
	is(nodes('--csv'), join(',', @columns) . "\n",
		'--csv has its line of names');
};

subtest 'each state in words' => sub {
	row('fine', 1);
	row('quiet', 40);
	row('old', 2, schema_version => 1, version => "'0.0.9'");
	row('away', 300, host => "'x,\"y\"'");
	hold($_) for qw(fine quiet old);
	sql("INSERT INTO campaigns (name) VALUES ('c')");
	by_engine { sql("INSERT INTO campaign_phones (i_campaign, cld,
			claimed_by, call_count, status, expires)
		SELECT 1, n, CASE WHEN n < 13 THEN 'fine' WHEN n < 15
			THEN 'away' ELSE 'nameless' END, 1, 'trying',
			now() + interval '1 h'
		FROM generate_series(10, 15) n") };

	my $current = sql('SELECT max(version) FROM schema_version');
	my $seen = qr/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/;

	like(line_of('fine'), qr/^fine +3 +100 +1234 +\d s +192\.0\.2\.7:5060 /,
		'what it does, and where');
	like(line_of('fine'), qr/ 0\.1\.0 +a host +4711 +connected$/,
		'connected');
	like(line_of('quiet'), qr/^quiet +0 .* 4\d s .*connected, but silent$/,
		'connected, but silent');
	like(line_of('old'), qr/0\.0\.9 .* older schema: made for version 1, /,
		'of an older schema');
	like(line_of('old'), qr/ the database has $current; it does not dial$/,
		'and what follows');
	like(line_of('away'), qr/^away +2 .* 5 min .* gone since $seen; /,
		'gone');
	like(line_of('away'), qr/; its calls are taken up when their leases/,
		'with calls');
	like(line_of('nameless'), qr/^nameless +1 +- +- +never +- .* gone; /,
		'calls of one that is not known');

	my $by = nodes_csv();
	is(join(' ', map { "$_=$by->{$_}{state}" } sort keys %$by),
		'away=gone fine=connected nameless=gone old=older schema ' .
		'quiet=silent', 'the states of --csv');
	is(join(',', map { $by->{fine}{$_} } @columns[0 .. 9]),
		"fine,connected,3,100,1234,0.1.0,$current,a host,4711," .
		'192.0.2.7:5060', 'its values');
	like($by->{fine}{$_}, qr/\A$seen\z/, "and $_ as an instant")
		for qw(started seen);
	like(nodes('--csv'), qr/^away,.*,"x,""y""",/m,
		'what holds a comma is quoted');
	like(nodes('--csv'), qr/^nameless,gone,1,,,,,,,,,$/m,
		'what is not known is empty');
};

subtest 'columns are aligned' => sub {
	my ($head, @lines) = split /\n/, nodes();
	my $address = index $head, 'ADDRESS';

	is(scalar @lines, 5, 'all are there');
	is(join(' ', map { (split)[0] } @lines),
		'away fine nameless old quiet', 'by name');
	is(scalar(grep { substr($_, $address - 2, 3) =~ /^  \S/ } @lines), 5,
		'and each begins where its title does');
	is(scalar(grep { / $/ } $head, @lines), 0, 'nothing stands behind');
};

subtest 'text that is not for terminals' => sub {
	row("we\e[31mird", 1, host => "E'a\\nb'");
	unlike(nodes(), qr/[^\n -~]/, 'control characters are not printed');
	is(nodes() =~ tr/\n//, 7, 'a line each');
	like(nodes('--csv'), qr/^we\?\[31mird,gone,0,.*,a\?b,/m,
		'nor by --csv');
};

database('work');

subtest 'an engine at work' => sub {
	my $callee = callees();
	my $prompt = prompt(tone("$dir/long.wav", 8000, 20));
	my $engine = engine(node => 'real');
	my $camp = campaign(i_ivr_prompt => $prompt, threshold_msec => 500);

	proxy($callee);
	wait_for('it is listed', 10, sub { nodes_csv()->{real} });
	my $row = nodes_csv()->{real};
	is($row->{state}, 'connected', 'as connected');
	is($row->{address}, "127.0.0.1:$engine->{port}", 'with its address');
	is($row->{pid}, $engine->{pid}, 'its process');
	chomp(my $host = (run_program(['hostname']))[1]);
	is($row->{host}, $host, 'its host');
	cmp_ok($row->{max_calls}, '>', 0, 'what it can carry');

	phone($camp, "1$_") for 1 .. 3;
	wait_for('and its live calls', 10,
		sub { nodes_csv()->{real}{live} == 3 });
	wait_for('what it has dialled', 15,
		sub { nodes_csv()->{real}{dialled} == 3 });

	my $seen = nodes_csv()->{real}{seen};
	wait_for('it goes on showing itself', 15,
		sub { nodes_csv()->{real}{seen} gt $seen });

	stop_child($engine, 'KILL');
	wait_for('killed, it is gone', 10,
		sub { nodes_csv()->{real}{state} eq 'gone' });
	is(nodes_csv()->{real}{live}, 3, 'with its calls');

	$engine = engine(node => 'real');
	wait_for('started again, it is connected', 10,
		sub { nodes_csv()->{real}{state} eq 'connected' });
	is(nodes_csv()->{real}{live}, 0, 'and has taken up its calls');
	is(engine_stop($engine), 0, 'it leaves');
	like(nodes(), qr/\Athere is no engine/, 'and is not listed any more');
};

subtest 'a database without the tables' => sub {
	database('void', empty => 1);
	my ($status, $out, $err) = ringround('nodes', '-d', conninfo());

	is($status, 1, 'the exit status says so');
	is($out, '', 'nothing on stdout');
	like($err, qr/\Aringround: [^\n]*db init[^\n]*\n\z/,
		'and one line what to do');
};

done_testing();
