#!/usr/bin/perl

# ringround check: says of each thing an engine needs whether it is there.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use JSON::PP;
use Test::More;
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

my $sip = free_port();
my $proxy = free_port();


# Lines as "result part: found; to do", by their part
sub check
{
	my (@args) = @_;
	my $o = ref $args[-1] ? pop @args : {};
	my ($status, $out, $err) = ringround('check', '-l', "127.0.0.1:$sip",
		'--rtp-ports', '16384-17383', '--json', @args, $o);
	my %line = (status => $status, err => $err);

	push @{$line{$_->{part}}}, "$_->{result} $_->{found}; "
		. ($_->{to_do} // '-') for @{decode_json($out || '[]')};
	$line{$_} = join "\n", @{$line{$_}} for grep { ref $line{$_} }
		keys %line;
	return \%line;
}


sub config
{
	sql("INSERT INTO config VALUES ('campaign', '$_[0]', '$_[1]')
		ON CONFLICT (section, option)
		DO UPDATE SET value = excluded.value");
}


subtest 'nothing has been set up' => sub {
	my %env = (XDG_DATA_HOME => "$dir/own");
	my $got = check({ env => \%env });

	like($got->{database},
		qr{^warn none is named, .* in \Q$dir\E/own/ringround; start},
		'the first start would make a database');
	ok(!-e "$dir/own", 'none was made');
	like($got->{baresip}, qr/^ok \S+\/baresip, version 1\.\d/, 'baresip');
	like($got->{codec}, qr/^ok g711\.so/, 'its codecs');
	like($got->{module}, qr/^ok \Q$build\E/, 'our module');
	like($got->{listen}, qr/^ok .*:$sip is free; -$/, 'the port is free');
	like($got->{rtp}, qr/^ok ports 16384-17383, enough for 400 calls/,
		'RTP ports');
	like($got->{room}, qr/^ok at most \d+ calls/, 'room');
	like($got->{proxy}, qr/127\.0\.0\.1:5061/, 'the proxy is where the '
		. 'engine would seek it');

	is((ringround('db', 'init', { env => \%env }))[0], 0, 'made');
	$got = check({ env => \%env });
	like($got->{database}, qr/^ok PostgreSQL .*ringround's own/, 'found');
	ok(!-e "$dir/own/ringround/data/postmaster.pid", 'stopped again');
};

cluster();
config(sipproxy => "127.0.0.1:$proxy");
my $got = check('-d', conninfo());
like($got->{proxy}, qr/^FAIL nobody is at 127\.0\.0\.1:$proxy \(udp\); start/,
	'nobody at the proxy\'s port');
like($got->{database}, qr/^ok PostgreSQL \d+\.\d+, rr as ringround; -$/,
	'the database');
like($got->{schema}, qr/^ok version \d+/, 'its schema');
like($got->{clock}, qr/^ok /, 'its clock');
like($got->{engine}, qr/^ok none is running; 0 phones are due/, 'no engine');

subtest 'a proxy' => sub {
	my $config = slurp("$tree/tests/system/kamailio.cfg");
	my %port = (PORT => $proxy, map { $_ => free_port() }
		qw(FREE BUSY SILENT DEAD));

	$config =~ s/\b$_\b/$port{$_}/g for keys %port;
	spew("$dir/kamailio.cfg", $config);
	mkdir "$dir/kamailio";
	my $kamailio = spawn(name => 'kamailio', death => 'TERM', cmd => [
		'kamailio', '-DD', '-E', '-f', "$dir/kamailio.cfg", '-m', 32,
		'-M', 4, '-Y', "$dir/kamailio", '-w', "$dir/kamailio"]);
	my $hex = sprintf ':%04X ', $proxy;
	until_true(20, sub { child_ended($kamailio)
		|| slurp('/proc/net/udp') =~ /$hex/ });

	my $got = check('-d', conninfo());
	like($got->{proxy}, qr/^ok 127\.0\.0\.1:$proxy answers: [2-6]\d\d \w/,
		'Kamailio answers');
	is($got->{status}, 0, 'all is well') or diag(explain($got));
	stop_child($kamailio, 'TERM');
};

subtest 'no SIP there' => sub {
	my $silent = IO::Socket::INET->new(Proto => 'udp',
		LocalAddr => '127.0.0.1', LocalPort => $proxy);
	like(check('-d', conninfo())->{proxy},
		qr/^FAIL .*does not answer within 4 s \(udp, .*; see that/,
		'nobody answers');
	$silent->recv(my $text, 4096);
	like($text, qr/\AOPTIONS\ sip:127\.0\.0\.1:$proxy\ SIP\/2\.0\r\n
		Via:\ SIP\/2\.0\/UDP\ 127\.0\.0\.1:\d+;branch=z9hG4bK\w+;rport
		\r\n(?:[\w-]+:\ [^\r\n]+\r\n)+\r\n\z/x, 'what was asked');
	like($text, qr/^$_: /m, $_) for qw(To From CSeq Call-ID Max-Forwards
		Via Contact);
	$silent->recv(my $again, 4096);
	is($again, $text, 'and asked again');

	config(sipproxy => "127.0.0.1:$proxy;transport=tcp");
	like(check('-d', conninfo())->{proxy}, qr/^FAIL nobody .*\(tcp\)/,
		'nobody takes connections');
	my $child = spawn(name => 'talker', cmd => ['perl', '-MIO::Socket',
		'-e', "my \$l = IO::Socket::INET->new(Listen => 5,
			LocalAddr => '127.0.0.1', LocalPort => $proxy);
		my \@said = ('SSH-2.0-x\r\n\r\n', 'SIP/2.0 200 Fine\r\n');
		while (my \$s = \$l->accept) {
			my (\$text, \$say) = ('', shift \@said);
			while (<\$s>) { last if /^\\r?\\n/; \$text .= \$_ }
			\$text =~ s/\\A.*\\n//;
			print \$s \$say =~ /SIP/ ? \"\$say\$text\\r\\n\" : \$say;
		}"]);
	my $hex = sprintf ':%04X ', $proxy;
	until_true(10, sub { slurp('/proc/net/tcp') =~ /$hex/ });
	like(check('-d', conninfo())->{proxy},
		qr/^FAIL what is at .* does not speak SIP/, 'something else');
	like(check('-d', conninfo())->{proxy}, qr/^ok .*: 200 Fine;/,
		'SIP over TCP');
	stop_child($child);

	config(sipproxy => 'no.such.host.invalid');
	like(check('-d', conninfo())->{proxy},
		qr/^FAIL no\.such\.host\.invalid has no IPv4 address/,
		'no such name');
	config(sipproxy => "[::1]:$proxy");
	like(check('-d', conninfo())->{proxy}, qr/^FAIL .*has no IPv4 address/,
		'another family');
	config(sipproxy => "127.0.0.1:$proxy");
};

subtest 'ports' => sub {
	my @held = map { IO::Socket::INET->new(Proto => 'udp',
		LocalAddr => '127.0.0.1', LocalPort => $_) } $sip,
		grep { $_ > 16700 } map { 16384 + 2 * $_ } 0 .. 499;
	my $got = check('-d', conninfo());

	like($got->{listen}, qr/^FAIL .*:$sip is in use \(UDP\); stop/,
		'the port of SIP is in use');
	like($got->{rtp}, qr/^warn of the ports 16384-17383, [34]\d\d of 500/,
		'many of RTP are');
	@held = ();

	my $engine = engine(port => $sip, node => 'n1');
	wait_for('the database knows it', 10, sub {
		sql('SELECT count(*) FROM engines') == 1 });
	$got = check('-d', conninfo());
	like($got->{listen}, qr/^ok .*:$sip is in use by engine n1/,
		'our engine has it');
	is($got->{engine}, 'ok 1 at work; -', 'and is at work');
	engine_stop($engine);
};

subtest 'tables' => sub {
	sql("INSERT INTO ivr_prompts (name, audio) VALUES ('bad', 'x');
		INSERT INTO schedules (name) VALUES ('empty');
		INSERT INTO campaigns (name, i_ivr_prompt, i_schedule)
		VALUES ('mute', NULL, NULL), ('shut', 1, 1), ('fine', 1, NULL);
		INSERT INTO campaign_phones (i_campaign, cld)
		VALUES (1, '1'), (2, '2'), (3, '3');
		INSERT INTO engines SELECT 'quiet', 'h', 1, 1, '1',
		max(version), 'a', now(), now() - interval '1 min', 5, 0, 0, 0
		FROM schema_version;
		SELECT pg_advisory_lock(1918987877, hashtext('quiet'))");
	config(scanintervalsec => 'often');
	my $got = check('-d', conninfo());

	like($got->{prompt}, qr/^FAIL bad \(1\) cannot be played: /, 'prompt');
	like($got->{schedule}, qr/^warn empty \(1\) has no record/,
		'schedule');
	like($got->{campaign}, qr/^FAIL mute .*: it has no prompt; .*\n/,
		'a campaign without a prompt');
	like($got->{campaign}, qr/\nFAIL shut .* schedule never opens;.*\z/,
		'and one that is never open, and no other');
	like($got->{engine}, qr/^FAIL quiet is connected, .* for \d\d s;/,
		'a silent engine');
	like($got->{config}, qr/^FAIL campaign\/scanintervalsec: "often"/,
		'a setting');
	is($got->{status}, 1, 'fails');
	sql('SELECT pg_advisory_unlock_all()');
};

subtest 'another schema, or none' => sub {
	my $now = sql('SELECT max(version) FROM schema_version');

	sql("DELETE FROM schema_version WHERE version = $now");
	my $got = check('-d', conninfo());
	like($got->{schema}, qr/^FAIL .* needs $now; run: ringround db init/,
		'older');
	ok(!exists $got->{campaign}, 'its tables are left alone');
	is(sql('SELECT max(version) FROM schema_version'), $now - 1,
		'and as they are');
	sql("INSERT INTO schema_version VALUES (999)");
	like(check('-d', conninfo())->{schema}, qr/^FAIL .*999, newer/,
		'newer');

	database('void', empty => 1);
	like(check('-d', conninfo())->{schema}, qr/^FAIL .*no schema yet/,
		'none');
	$got = check('-d', "host=$dir/nowhere");
	like($got->{database}, qr/^FAIL no database: /, 'no server');
	like($got->{module}, qr/^ok/, 'and on it goes');
};

my ($status, $out, $err) = ringround('check', '-l', "127.0.0.1:$sip", '-d',
	"host=$dir/nowhere");
like($out, qr/^RESULT +PART +FOUND\nFAIL +database +no database: /m,
	'for people');
($status, $out, $err) = ringround('check', '-l', "127.0.0.1:$sip", '--csv',
	'-d', "host=$dir/nowhere");
like($out, qr/^result,part,found,to_do\nFAIL,database,/, 'CSV');
is((ringround('check', 'x'))[0], 2, 'no words');
done_testing();
