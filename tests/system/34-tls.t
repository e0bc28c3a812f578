#!/usr/bin/perl

# SIP by TLS: a proxy is spoken to when its certificate is valid, by a CA
# that is trusted here, and for the name that config calls it by. Else
# nobody is rung, nobody's attempts are spent, and the log says why.

use strict;
use warnings;

use FindBin;
use POSIX qw(strftime);
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Ca;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::World;
use RingSip;

my ($names, @inside) = world(map { "--host-record=$_.test,127.0.0.1" }
	qw(proxy sni one.hosts));
my $ca = ca('Trusted CA');
my $stranger = ca('Strange CA');

# Where Kamailio listens, and by which certificate
my %at = (
	6101 => cert($ca, 'DNS:proxy.test,IP:127.0.0.1'),
	6102 => cert($ca, 'DNS:other.test,IP:127.0.0.2'),
	6103 => cert($ca, 'DNS:proxy.test', expired => 1),
	6104 => cert(undef, 'DNS:proxy.test'),
	6105 => cert($stranger, 'DNS:proxy.test'),
	6106 => cert($ca, 'DNS:*.hosts.test'),
	6107 => cert($ca, 'DNS:other.test'),
	6108 => cert($ca, "DNS:e\x01vil\x1b[2J"),
);
my $yesterday = strftime '%Y-%m-%d %H:%M UTC', gmtime $at{6103}{until};
my $sni = cert($ca, 'DNS:sni.test');
my $callee = listener(media(), [], wrap => \@inside);


sub section
{
	my ($port, $cert, @more) = @_;

	return join "\n", "[server:127.0.0.1:$port]", 'method = TLSv1.2+',
		"private_key = $cert->{key}", "certificate = $cert->{cert}",
		@more, '';
}


sub kamailio
{
	my $config = slurp("$tree/tests/system/kamailio-tls.cfg");
	my $listen = join "\n", map { "listen=tls:127.0.0.1:$_" } sort keys %at;

	$config =~ s/\bLISTEN\b/$listen/;
	$config =~ s/\bTLSCFG\b/$dir\/tls.cfg/;
	$config =~ s/\bCALLEE\b/127.0.0.1:$callee->{port}/;
	spew("$dir/kamailio.cfg", $config);
	spew("$dir/tls.cfg", join "\n", "[server:default]",
		"private_key = $at{6101}{key}",
		"certificate = $at{6101}{cert}",
		map({ section($_, $at{$_}) } sort keys %at),
		section(6107, $sni, 'server_name = sni.test'));
	mkdir "$dir/kamailio";

	return spawn(name => 'kamailio', death => 'TERM', cmd => [@inside,
		'kamailio', '-DD', '-E', '-f', "$dir/kamailio.cfg", '-m', 64,
		'-M', 8, '-Y', "$dir/kamailio", '-w', "$dir/kamailio"]);
}


my $kamailio = kamailio();
END { local $?; stop_child($kamailio, 'TERM') if $kamailio }

# Listening, in there
until_true(20, sub { child_ended($kamailio) || (run_program([@inside,
	'sh', '-c', 'cat /proc/net/tcp']))[1] =~ /:17D5 /
	&& slurp($kamailio->{log}) !~ /ERROR/ });
die "kamailio does not start:\n" . slurp($kamailio->{log})
	if child_ended($kamailio);

cluster();
spew("$dir/trusted.pem", slurp($ca->{cert}));
my $engine = engine(args => ['--ca-file', "$dir/trusted.pem"]);
my $camp = campaign(i_ivr_prompt => sound(1), threshold_msec => 500,
	max_attempts => 1);
my $n = 0;


sub through
{
	sql("INSERT INTO config VALUES ('campaign', 'sipproxy',
		'$_[0];transport=tls') ON CONFLICT (section, option)
		DO UPDATE SET value = excluded.value");
	return phone($camp, '55501' . ++$n);
}


sub gets_through
{
	my ($what, $proxy) = @_;

	ends($what, through($proxy), outcome => 'success', sip_code => 200,
		proxy => "$proxy;transport=tls");
}


sub refused
{
	my ($what, $proxy, $why) = @_;
	my $phone = through($proxy);

	wait_for("$what is refused", 5, sub { slurp($engine->{log})
		=~ /through \Q$proxy\E\S*: \Q$why\E; trying again/ });
	my $row = attempt($phone) || {};

	is($row->{outcome}, 'lost', 'it counts for nothing');
	is($row->{sip_reason}, $why, 'the record has the reason');
	is("$row->{call_count} $row->{finished} $row->{status}",
		'0 false idle', 'the phone is as it was');
	sql("UPDATE campaign_phones SET finished = true
		WHERE i_campaign_phone = $phone AND claimed_by IS NULL");
	return $phone;
}


gets_through('the right name', 'proxy.test:6101');
gets_through('the right address', '127.0.0.1:6101');
gets_through('a name for all hosts of a domain', 'one.hosts.test:6106');
gets_through('the name is asked for', 'sni.test:6107');

my $of = 'TLS: the certificate of proxy.test';

refused('a wrong name', 'proxy.test:6102',
	'TLS: the certificate is not for proxy.test but for other.test');
refused('a wrong address', '127.0.0.1:6102',
	'TLS: the certificate is not for 127.0.0.1 but for other.test');
refused('one that has expired', 'proxy.test:6103',
	"$of has expired on $yesterday");
refused('a self-signed one', 'proxy.test:6104',
	"$of is self-signed and not trusted here, see --ca-file");
refused('a hostile name', 'proxy.test:6108',
	'TLS: the certificate is not for proxy.test but for e?vil?[2J');
my $waits = refused('one of a CA that is not known', 'proxy.test:6105',
	"$of is by Strange CA, a CA that is not trusted here, see --ca-file");

# It is written down once, and a phone that was not tried itself knows of it.
{
	my $other = phone($camp, '5550999');
	my ($status, $out, $err) = ringround('why', $other, '--csv', '-d',
		conninfo());

	like($out, qr/,"?lost: TLS: the certificate .*--ca-file, through proxy/,
		'ringround why tells what keeps the engine from dialling')
		or diag($err);
	sql("UPDATE campaign_phones SET finished = true
		WHERE i_campaign_phone = $other AND claimed_by IS NULL");
}

is(sql("SELECT count(*) FROM call_attempts WHERE outcome <> 'success'"),
	sql("SELECT count(DISTINCT sip_reason) FROM call_attempts
	WHERE sip_reason IS NOT NULL"), 'each is written down once');
is(scalar(grep { $_->{first} =~ /^INVITE/ && !$_->{out} } wire($callee)), 4,
	'the callee has heard of those alone that got through');

# The cause goes away, and nobody has to tell the engine.
sql("UPDATE campaign_phones SET finished = false
	WHERE i_campaign_phone = $waits");
spew("$dir/trusted.pem", slurp($ca->{cert}) . slurp($stranger->{cert}));
ok(until_true(20, sub { sql("SELECT status FROM campaign_phones
	WHERE i_campaign_phone = $waits") eq 'success' }),
	'once its CA is trusted it gets through');

is(engine_stop($engine), 0, 'the engine leaves cleanly');

subtest 'the file of --ca-file' => sub {
	my $none = spew("$dir/none.pem", "no certificate\n");
	my @run = ('--daemon', '-l', '127.0.0.1:' . free_port(), '-d',
		conninfo(), '-n', 'x', '--ca-file');
	my ($status, $out, $err) = ringround(@run, $none);

	is($status, 1, 'without a certificate in it no engine starts');
	like($err, qr/^ringround: \Q$none\E holds no certificates/m,
		'and says so');
	($status, $out, $err) = ringround(@run, "$dir/missing");
	is($status, 1, 'without the file neither');
	like($err, qr{^ringround: cannot read '$dir/missing', the file of }m,
		'and says so');
};

done_testing();
