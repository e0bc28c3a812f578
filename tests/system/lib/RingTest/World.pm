package RingTest::World;

# Network and mount namespaces of the test's own: the well-known ports are
# free there, IPv6 is there, and names are those of a dnsmasq that
# /etc/resolv.conf points to. Who is not root needs user namespaces, too.

use strict;
use warnings;

use Exporter qw(import);
use RingTest;

our @EXPORT = qw(world);


# Make it, with names by these options of dnsmasq. From now on the program
# under test is started in there. Returns (the dnsmasq, a command that runs
# others in there).
sub world
{
	my @options = @_;

	spew("$dir/resolv.conf", "nameserver 127.0.0.1\n");
	my $world = spawn(name => 'world', cmd => ['unshare',
		$> == 0 ? '-mn' : '-rmn', 'sh', '-ec', 'ip link set lo up;' .
		"mount --bind $dir/resolv.conf /etc/resolv.conf;" .
		"touch $dir/world; exec sleep 3600"]);

	until_true(10, sub { -e "$dir/world" || child_ended($world) });
	die "no namespaces here: run it as root, or allow user " .
		"namespaces:\n" . slurp($world->{log})
		unless -e "$dir/world";

	my @inside = ('nsenter', '-t', $world->{pid}, qw(-m -n -r -w),
		$> == 0 ? () : qw(-U --preserve-credentials), '--');

	spew("$dir/ringround", "#!/bin/sh\nexec @inside $ringround \"\$@\"\n");
	chmod 0755, "$dir/ringround";
	$ringround = "$dir/ringround";

	my $names = spawn(name => 'names', cmd => [@inside, 'dnsmasq',
		qw(--keep-in-foreground --conf-file=/dev/null --no-resolv
		--no-hosts --user=root --group= --pid-file=
		--listen-address=127.0.0.1 --bind-interfaces --local=/test/
		--log-queries --log-facility=-), @options]);

	return ($names, @inside);
}

1;
