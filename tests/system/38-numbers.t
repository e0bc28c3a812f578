#!/usr/bin/perl

# Numbers that the database would not take today, but has: none of them
# reaches the wire, be it as cld or as cli. And odd ones that are right.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes qw(sleep);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingSip;

cluster();
my $listener = listener(media());


# Any text as a literal
sub literal
{
	my ($text) = @_;

	$text =~ s/([^A-Za-z0-9])/sprintf '\\%03o', ord $1/ge;
	return "E'$text'";
}


my %bad = (
	'CR LF' => "5001\r\nX-Evil: yes",
	'LF' => "5001\nX-Evil: yes",
	'CR LF first' => "\r\n5001",
	'@' => '5001@evil.test',
	';' => '5001;user=phone',
	'?' => '5001?Subject=evil',
	'<' => '5001<',
	'>' => '5001>;evil=1',
	'"' => '5001"',
	'%0d%0a' => '5001%0d%0aX-Evil: yes',
	'%40' => '5001%40evil.test',
	'10 kB of digits' => '5' x 10240,
	'256 digits' => '5' x 256,
	'33 digits' => '5' x 33,
	'nothing' => '',
	'a space' => ' ',
	'a space behind' => '5001 ',
	'a + alone' => '+',
	'a + inside' => '50+01',
	'letters' => 'anna',
	'a control character' => "5001\x01",
	'a tel: URI' => 'tel:+15550100',
	'a sips: URI' => 'sips:anna@evil.test',
	'a sip: URI' => 'sip:anna@evil.test',
	'other digits' => "\xef\xbc\x95\xef\xbc\x90",
);
my @bad = sort keys %bad;

sql("ALTER DOMAIN $_ DROP CONSTRAINT
	\"a number is 1 to 32 digits, * or #, with a + only in front\"")
	for qw(called_number phone_number);
sql('ALTER TABLE campaign_phones DISABLE TRIGGER phone_uri_check');
sql("INSERT INTO config VALUES ('campaign', 'sipproxy',
	'$listener->{proxy}')");

my $camp = campaign(i_ivr_prompt => sound(1), threshold_msec => 500,
	max_attempts => 3, backoff_sec => 0);
my %cld = map { $_ => sql("INSERT INTO campaign_phones (i_campaign, cld)
	VALUES ($camp, " . literal($bad{$_}) . ')
	RETURNING i_campaign_phone') } @bad;
my %cli;

for (grep { $_ ne 'nothing' } @bad) {
	$cli{$_} = phone(campaign(i_ivr_prompt => sound(1),
		threshold_msec => 500, max_attempts => 3, backoff_sec => 0,
		cli => literal($bad{$_})), '5555');
}
my $engine = engine();
my %refused = (status => 'failure', finished => 'true', call_count => 1,
	outcome => 'failure', sip_code => undef, next_call => undef,
	connect_time => undef, call_id => undef);

for (@bad) {
	my $a = ends("cld with $_", $cld{$_}, %refused);

	like($a->{sip_reason}, qr/^(the number|a number|the URI|a sip: URI) /,
		$a->{sip_reason} // '');
}
for (sort keys %cli) {
	ends("cli with $_", $cli{$_}, %refused,
		sip_reason => /^\d+ digits|^10 kB/ ? qr/too long|no number/
		: "the campaign's cli is no number");
}
is(scalar wire($listener), 0, 'nothing of it is on the wire');
is(sql('SELECT count(*) FROM call_attempts'), @bad + keys %cli,
	'nothing is tried again');
unlike(slurp($engine->{log}), qr/[\x00-\x09\x0b-\x1f\x7f]|^\s*X-Evil/m,
	'nothing of it forges the log');


# --- what is right -----------------------------------------------------------

my @good = ('*31#', '#100*5', '+4930555', '0', '1' x 32);
my %phones = map { $_ => ring($listener, $_, cli => "'#*7'") } @good;

for (@good) {
	(my $user = $_) =~ s/#/%23/g;
	my $a = ends("$_ is rung", $phones{$_}, outcome => 'success',
		cld => $_, cli => '#*7');
	my ($invite) = wire($listener, $a->{call_id} // '');

	is($invite->{first}, "INVITE sip:$user\@$listener->{proxy} SIP/2.0",
		'as it was dialled');
	like(header($invite, 'From'), qr/<sip:%23\*7\@/, 'by who calls');
	is(story(wire($listener, $a->{call_id} // '')),
		'<INVITE >200 <ACK <BYE >200', 'and taken');
}


# --- addresses ---------------------------------------------------------------

my @uris = ('sip:anna@far.test', 'sip:anna.b+c~d_e-f*1@192.0.2.7:5999');

sql('ALTER TABLE campaign_phones ENABLE TRIGGER phone_uri_check');
like(sql_error("INSERT INTO campaign_phones (i_campaign, cld)
	VALUES ($camp, '$uris[0]')"), qr/a sip: URI is no number here/,
	'an address has to be allowed');
sql("INSERT INTO config VALUES ('campaign', 'sipuri', 'allow')");
for (@uris) {
	my $a = ends($_, ring($listener, $_, cli => "'123'"),
		outcome => 'success', cld => $_);
	my ($invite) = wire($listener, $a->{call_id} // '');

	is($invite->{first}, "INVITE $_ SIP/2.0", 'is called by name');
	like(header($invite, 'Route'),
		qr/^<sip:\Q$listener->{proxy}\E[;>]/, 'through the proxy');
	is(story(wire($listener, $a->{call_id} // '')),
		'<INVITE >200 <ACK <BYE >200', 'to the end');
}
for ('sip:anna@far.test;transport=tcp', 'sip:anna@far.test?Subject=x',
		'sip:anna%40@far.test', 'sip:a b@far.test', 'sip:@far.test',
		'sip:anna@', 'sip:anna@far.test:99999',
		"sip:anna\@far\r\nX-Evil: 1",
		'sip:' . 'a' x 200 . '@far.test') {
	my $phone = sql("INSERT INTO campaign_phones (i_campaign, cld)
		VALUES ($camp, " . literal($_) . ')
		RETURNING i_campaign_phone');

	(my $name = substr $_, 0, 60) =~ s/[^ -~]/./g;
	ends($name, $phone, %refused, sip_reason => qr/^the URI/);
}
my $calls = grep { ($_->{method} // '') eq 'INVITE' } wire($listener);
is($calls, @good + @uris, 'none of these is called');

is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
