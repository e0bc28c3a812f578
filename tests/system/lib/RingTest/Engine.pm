package RingTest::Engine;

# The engine under test, and campaigns for it

use strict;
use warnings;

use Exporter qw(import);
use RingTest;
use RingTest::Cluster;
use RingTest::Wav;

our @EXPORT = qw(engine engine_stop campaign held_down phone proxy prompt);

my $count = 0;


# Start an engine and wait until it is ready. Options: host, port, node,
# args, env, conninfo, wrap (a command to run it by); late: do not wait.
sub engine
{
	my (%o) = @_;
	my $host = $o{host} // '127.0.0.1';
	my $port = $o{port} // free_port($host);
	my $node = $o{node} // 'test' . ++$count;
	my $engine = spawn(name => 'engine', env => $o{env}, cmd => [
		@{$o{wrap} || []}, $ringround, '--daemon', '-l',
		"$host:$port", '-d', $o{conninfo} // conninfo(), '-n', $node,
		@{$o{args} || []}]);

	$engine->{host} = $host;
	$engine->{port} = $port;
	$engine->{node} = $node;
	return $engine if $o{late};

	until_true(10, sub { slurp($engine->{log}) =~ /is ready/
			|| child_ended($engine) })
		&& !child_ended($engine)
		or die "the engine does not start:\n" .
			slurp($engine->{log});
	return $engine;
}


# A command to run an engine by: limits of the system hold for root, too.
sub held_down
{
	my $drop = '-sys_resource,-net_admin';

	return $> ? () : ('setpriv', '--inh-caps', $drop, '--bounding-set',
		$drop, '--');
}


# Ask it to leave. Returns its exit status.
sub engine_stop
{
	my ($engine, $seconds) = @_;

	return stop_child($engine, 'TERM', $seconds // 15);
}


# Where calls go
sub proxy
{
	my ($callee) = @_;

	sql("INSERT INTO config VALUES
		('campaign', 'sipproxy', '127.0.0.1:$callee->{port}')
		ON CONFLICT (section, option)
		DO UPDATE SET value = excluded.value");
}


# Add a prompt. Returns its id.
sub prompt
{
	my ($file, $name) = @_;
	my ($status, $out, $err) = ringround('prompt', 'add', '-d',
		conninfo(), $name // 'test', $file);

	die "prompt add: $err" if $status;
	return $out + 0;
}


# Add a campaign of these settings. Returns its id.
sub campaign
{
	my (%set) = (name => "'test'", @_);
	my @names = sort keys %set;

	return sql('INSERT INTO campaigns (' . join(', ', @names) .
		') VALUES (' . join(', ', @set{@names}) .
		') RETURNING i_campaign');
}


# Add a phone. Returns its id.
sub phone
{
	my ($campaign, $cld) = @_;

	return sql("INSERT INTO campaign_phones (i_campaign, cld)
		VALUES ($campaign, '$cld') RETURNING i_campaign_phone");
}

1;
