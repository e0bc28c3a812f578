#!/usr/bin/perl

# ringround why says of each phone that a number or an id may mean what
# why_not_dialing() says.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use RingTest;
use RingTest::Cluster;

cluster();
sql("SET TimeZone = 'UTC'");
my ($rc, $text, $err) = ringround(qw(db init --roles -d), conninfo());
is($rc, 0, 'roles') or diag($err);
sql('CREATE ROLE eve LOGIN IN ROLE ringround_viewer');
sql("INSERT INTO ivr_prompts (name, audio) VALUES ('p', 'x');
	INSERT INTO campaigns (name, i_ivr_prompt, paused)
	VALUES ('flood', 1, true), ('school', 1, false);
	INSERT INTO campaign_phones (i_campaign, cld, next_call) VALUES
	(1, '+441632960001', NULL), (2, '00441632960001', NULL),
	(2, '+441632960002', '2100-01-01 00:00:00+00'), (2, '3', NULL)");


sub why
{
	return ringround('why', @_, '-d', conninfo());
}


sub rows
{
	my ($status, $out, $words) = why(@_, '--json');

	return $status ? "status $status: $words" : join '; ', map {
		join ' ', @$_{qw(i_campaign_phone campaign)}, "$_->{reason}"
	} @{decode_json($out)};
}


is(rows('+441632960001'), '1 flood the campaign is paused; '
	. '2 school no engine is running', 'all phones with that number');
is(rows('0044 (0)1632-960001'), rows('+441632960001'),
	'in another notation, too');
is(rows('441632960001', '--campaign', 'school'),
	'2 school no engine is running', 'of one campaign');
is(rows('1'), '1 flood the campaign is paused', 'by its id');
is(rows('3'), '3 school it waits for its next attempt; '
	. '4 school no engine is running', 'what is both is both');
is(rows('3', '--campaign', 1), "status 3: ringround: there is no phone '3' "
	. "in that campaign\n", 'not in another campaign');

my ($status, $out, $words) = why('+441632960002', '--csv');
is($out, "i_campaign_phone,cld,campaign,status,call_count,max_attempts,"
	. "reason,until,last_call\n3,+441632960002,school,idle,0,3,"
	. "it waits for its next attempt,2100-01-01T00:00:00Z,\n",
	'until when, for programs');
($status, $out) = why('+441632960002');
like($out, qr/^I_CAMPAIGN_PHONE +CLD .*\n +3 +\+441632960002 +school +idle/,
	'and people');
like($out, qr/ 3  it waits for its next attempt  \d{4}-\S+ \S+  -$/m,
	'to the end');

for my $form ([], ['--csv'], ['--json']) {
	($status, $out, $words) = why('+441632960009', @$form);
	is("$status $out", '3 ', "nobody: status 3, nothing printed @$form");
	like($words, qr/\Aringround: there is no phone '\+441632960009'\n\z/,
		'and said');
}
like((why('01632960009'))[2], qr/is config campaign\/country the /,
	'a number as it is dialled there');
is((why('999999999999999999999999'))[0], 3, 'no id is too large');
is((why("x'; DROP TABLE campaigns"))[0], 3, 'nor a word too odd');
is((why('1', '--campaign', 'no'))[0], 3, 'no such campaign');
is((why())[0], 2, 'no word');

# How the last call went, with whoever it was that could not be reached
sub last_call
{
	my ($status, $out, $words) = why($_[0], '--campaign', $_[1], '--json');

	return $status ? $words : decode_json($out)->[0]{last_call};
}


sub ended
{
	sql("INSERT INTO call_attempts (i_call_attempt, i_campaign_phone,
		i_campaign, attempt, node, cld, setup_time, disconnect_time,
		proxy, ended_by, outcome, sip_code, sip_reason)
	VALUES ((SELECT count(*) + 1 FROM call_attempts), $_[0], $_[1], 1,
		'n', '1', now() - interval '$_[2]', now() - interval '$_[2]',
		'sip.test', 'nobody', $_[3])");
}


is(last_call(4, 'school'), undef, 'of one that never was called');
ended(4, 2, '1 hour', "'failure', 486, 'Busy Here'");
is(last_call(4, 'school'), 'failure: 486 Busy Here, through sip.test',
	'a refusal');
ended(4, 2, '50 minutes', "'failure', NULL, 'Connection refused'");
is(last_call(4, 'school'), 'failure: Connection refused, through sip.test',
	'a proxy that refuses');
is(last_call(2, 'school'), undef, 'is another phone\'s business');
is(last_call(3, 'school'), undef, 'and that of one that waits');

my $eve = conninfo() =~ s/user=\S+/user=eve/r;
($status, $out) = ringround(qw(why 1 --csv -d), $eve);
is("$status $out" =~ s/.*\n(?=.)//r, "1,+441******001,flood,idle,0,3,the "
	. "campaign is paused,,\n", 'a viewer sees it masked');
($status, $out, $words) = ringround(qw(why +441632960001 -d), $eve);
is($status, 3, 'and finds no number');
like($words, qr/masked.*i_campaign_phone/, 'and is told why');

done_testing();
