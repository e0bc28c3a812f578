#!/usr/bin/perl

# The table config: where the proxy is and how it is found, the scan
# interval, and values that do not parse.
#
# All of it runs in namespaces of its own, where the well-known ports are
# free.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Ca;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::World;
use RingSip;

my $number = 3000;


# --- a world of our own ------------------------------------------------------

my ($names, @inside) = world(split ' ', '
	--host-record=v4.test,127.0.0.1 --host-record=v6.test,::1
	--host-record=both.test,127.0.0.1,::1
	--srv-host=_sip._udp.srv4.test,v4.test,6002,10,10
	--srv-host=_sip._udp.srv6.test,v6.test,6002,10,10
	--srv-host=_sip._tcp.srvtcp.test,v4.test,6003,10,10');


sub there
{
	my ($host, $port, %o) = @_;
	my $v6 = $host =~ /:/;
	my $sink = { port => 9 };

	return listener($sink, $v6 ? ['c=IN IP6 ::1'] : [], host => $host,
		port => $port, wrap => \@inside, %o);
}


# Self-signed, and trusted as it is
my $trusted = cert(undef, 'DNS:v4.test,IP:127.0.0.1');


# Debian's SIPp knows no TLS: there is a baresip for that. It opens it on
# the port behind its other one.
sub there_by_tls
{
	my ($port) = @_;
	my ($modules) = grep { -d } glob '/usr/lib/baresip/modules ' .
		'/usr/lib/*/baresip/modules';
	mkdir "$dir/tls";
	spew("$dir/tls/both.pem", join '', map { slurp($_) }
		@$trusted{qw(key cert)});
	spew("$dir/tls/config", join "\n", 'sip_listen 127.0.0.1:' .
		($port - 1), "sip_certificate $dir/tls/both.pem",
		'net_interface 127.0.0.1', "module_path $modules",
		'module g711.so', 'module_app account.so', '');
	spew("$dir/tls/accounts", "<sip:3999\@127.0.0.1>;regint=0;" .
		"answermode=auto;audio_codecs=pcmu\n");

	return spawn(name => 'baresip', cwd => "$dir/tls",
		cmd => [@inside, 'baresip', '-f', "$dir/tls"]);
}


my %at = (
	'127.0.0.1:5060' => there('127.0.0.1', 5060),
	'127.0.0.1:5061' => there('127.0.0.1', 5061),
	'127.0.0.2:5061' => there('127.0.0.2', 5061),
	'127.0.0.1:6001' => there('127.0.0.1', 6001),
	'127.0.0.1:6002' => there('127.0.0.1', 6002),
	'tcp' => there('127.0.0.1', 6003, transport => 't1'),
	'[::1]:5060' => there('::1', 5060),
	'[::1]:5061' => there('::1', 5061),
	'[::1]:6002' => there('::1', 6002),
);

my $tls = there_by_tls(6011);

cluster();


# A call by the proxy in force
sub call
{
	return phone(campaign(i_ivr_prompt => sound(0.6),
		threshold_msec => 300), $_[0] // $number++);
}


sub proxy_is
{
	my ($value) = @_;

	sql("INSERT INTO config VALUES ('campaign', 'sipproxy', '$value')
		ON CONFLICT (section, option)
		DO UPDATE SET value = excluded.value");
}


# A proxy, as it is written in config, leads to a callee.
sub leads
{
	my ($proxy, $where) = @_;
	my $peer = $at{$where};

	proxy_is($proxy);
	my $a = ends("$proxy leads to $where", call(), outcome => 'success',
		sip_code => 200, proxy => $proxy, played_msec => 600);
	is(story(wire($peer, $a->{call_id})),
		'<INVITE >200 <ACK <BYE >200', 'as that one saw it');
}


# --- the default -------------------------------------------------------------

sub defaults
{
	my ($what, $where) = @_;
	my $peer = $at{$where};
	my $a = ends("without config, $what: $where", call(),
		outcome => 'success', sip_code => 200, proxy => $where);

	is(story(wire($peer, $a->{call_id})),
		'<INVITE >200 <ACK <BYE >200', 'as that one saw it');
}


my @trust = (args => ['--ca-file', $trusted->{cert}]);
my $engine = engine(host => '127.0.0.2', port => 5070);
defaults('-l 127.0.0.2:5070', '127.0.0.2:5061');
engine_stop($engine);

# 5060 is where an engine listens without -l.
stop_child(delete $at{'127.0.0.1:5060'});
$engine = spawn(name => 'engine', cmd => [$ringround, '--daemon', '-d',
	conninfo(), '-n', 'default']);
until_true(10, sub { slurp($engine->{log}) =~ /is ready/ });
defaults('no -l', '127.0.0.1:5061');
engine_stop($engine);
$at{'127.0.0.1:5060'} = there('127.0.0.1', 5060);

$engine = engine(host => '[::1]', port => 5070);
defaults('-l [::1]:5070', '[::1]:5061');


# --- IPv6 --------------------------------------------------------------------

leads('[::1]', '[::1]:5060');
leads('[::1]:6002', '[::1]:6002');
leads('v6.test', '[::1]:5060');
leads('v6.test:6002', '[::1]:6002');
leads('srv6.test', '[::1]:6002');
leads('both.test', '[::1]:5060');
is(engine_stop($engine), 0, 'the engine leaves cleanly');


# --- IPv4 --------------------------------------------------------------------

$engine = engine(host => '127.0.0.1', port => 5070, @trust);
leads('127.0.0.1', '127.0.0.1:5060');
leads('127.0.0.1:6001', '127.0.0.1:6001');
leads('127.0.0.1;transport=udp', '127.0.0.1:5060');
leads('v4.test', '127.0.0.1:5060');
leads('v4.test:6001', '127.0.0.1:6001');
leads('srv4.test', '127.0.0.1:6002');
leads('both.test', '127.0.0.1:5060');
leads('127.0.0.1:6003;transport=tcp', 'tcp');
leads('v4.test:6003;transport=tcp', 'tcp');
leads('srvtcp.test;transport=tcp', 'tcp');
for ('127.0.0.1:6011;transport=tls', 'V4.Test:6011;transport=TLS') {
	proxy_is($_);
	ends("$_ leads to who speaks TLS", call('3999'), sip_code => 200,
		outcome => 'success', proxy => $_, played_msec => 600);
}
like(slurp($names->{log}), qr/query\[\w+\] _sip\._udp\.srv4\.test/,
	'names are asked for');

my @waiting;

for ('nowhere.test', 'nowhere.test:5060', 'v6.test') {
	proxy_is($_);
	push @waiting, call();
	sleep 1;
	is(sql('SELECT count(*) FROM campaign_phones
		WHERE i_campaign_phone IN (' . join(',', @waiting) . ")
		AND status IN ('idle', 'trying') AND NOT finished"),
		scalar @waiting, "$_ leads nowhere: no attempt is spent");
}
is(sql("SELECT outcome FROM call_attempts
	WHERE sip_reason ~ 'name is not known'"), 'lost', 'the record says why');
proxy_is('127.0.0.1:6003;transport=tcp');
wait_for('all are rung when there is a proxy', 20, sub {
	sql("SELECT count(*) FROM campaign_phones WHERE status = 'success'
		AND call_count = 1 AND i_campaign_phone IN (" .
		join(',', @waiting) . ')') == @waiting });


# --- values that do not parse ------------------------------------------------

sub warnings_of
{
	my ($text) = @_;

	return scalar grep { /warning: .*\Q$text\E/ }
		split /\n/, slurp($engine->{log});
}


leads('127.0.0.1:6001', '127.0.0.1:6001');
for ('no host!', '127.0.0.1:99999', 'sip:127.0.0.1', '[::1',
	'127.0.0.1;transport=sctp', '127.0.0.1;lr', '127.0.0.256') {
	proxy_is($_);
	wait_for("\"$_\" is reported", 5, sub { warnings_of("\"$_\"") });
}
ends('the last good proxy stays in force', call(), outcome => 'success',
	proxy => '127.0.0.1:6001');
is(warnings_of('"127.0.0.256"'), 1, 'a bad value is reported once');
is(warnings_of('"no host!"'), 1, 'each of them');
proxy_is('');
wait_for('nothing is reported, too', 5, sub { warnings_of('""') });
leads('127.0.0.1:6002', '127.0.0.1:6002');

sql("DELETE FROM config WHERE option = 'sipproxy'");
ends('without a value the default is in force again', call(),
	outcome => 'success', proxy => '127.0.0.1:5061');


# --- scanintervalsec ---------------------------------------------------------

# A phone of which nobody is told
sub secret_call
{
	my $phone;

	sql('SET session_replication_role = replica');
	$phone = phone($_[0], $number++);
	sql('RESET session_replication_role');
	return $phone;
}


sub scan_is
{
	sql("INSERT INTO config VALUES ('campaign', 'scanintervalsec', '$_[0]')
		ON CONFLICT (section, option)
		DO UPDATE SET value = excluded.value");
}


sub is_rung
{
	return sql("SELECT setup_time IS NOT NULL FROM campaign_phones
		WHERE i_campaign_phone = $_[0]") eq 't';
}


my $camp = campaign(i_ivr_prompt => sound(0.6), threshold_msec => 300);

scan_is(1);
sleep 0.5;
my $soon = secret_call($camp);
wait_for('an interval of 1 s', 4, sub { is_rung($soon) });
scan_is(3600);
# A value that is reported was read together with the interval, or after it.
sql("INSERT INTO config VALUES ('campaign', 'maxcallspersecond', 'x')");
wait_for('it is known', 5, sub { warnings_of('"x"') });
sleep 1.5;	# one more scan may have been due by the old interval
my $never = secret_call($camp);
sleep 2.5;
ok(!is_rung($never), 'an interval of an hour');
for (qw(0 -5 1.5 soon 86401)) {
	scan_is($_);
	wait_for("\"$_\" is reported", 5, sub { warnings_of("\"$_\"") });
}
is(warnings_of('"0"'), 1, 'once');
wait_for('changes are taken up at once', 5, sub { is_rung($never) });

is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
