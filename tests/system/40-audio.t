#!/usr/bin/perl

# What a stock baresip hears is the prompt: all of it, and nothing else.

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

my $seconds = 4;

cluster();
my %prompt = (
	'8 kHz mono'      => speech("$dir/8k.wav", 8000, 1, $seconds),
	'44.1 kHz stereo' => speech("$dir/44k.wav", 44100, 2, $seconds),
	'48 kHz mono'     => speech("$dir/48k.wav", 48000, 1, $seconds),
);
my %id = map { $_ => prompt($prompt{$_}, $_) } sort keys %prompt;
my $engine = engine();


# Ring a callee of its own through one codec. The next one may follow once
# this call is up.
sub ring
{
	my ($number, $codec, $kind) = @_;
	my $callee = baresip($number, $codec);

	proxy($callee);
	my $camp = campaign(i_ivr_prompt => $id{$kind}, timeout_sec => 10,
		max_attempts => 1);
	my $phone = phone($camp, $number);

	until_true(10, sub { sql("SELECT connect_time IS NOT NULL
		FROM campaign_phones WHERE i_campaign_phone = $phone")
		eq 't' });
	return { callee => $callee, phone => $phone, codec => $codec,
		kind => $kind };
}


# Wait for the end of the call, and look at what was recorded
sub heard
{
	my ($call) = @_;
	my $of = "FROM call_attempts
		WHERE i_campaign_phone = $call->{phone}";

	wait_for('the call ends', 20, sub { sql("SELECT outcome $of") });
	is(sql("SELECT outcome $of"), 'success', 'it is a success');
	is(sql("SELECT played_msec $of"), 1000 * $seconds,
		'all of it was played');

	# The end of the program is the end of the file.
	stop_child($call->{callee});
	my $wav = recording($call->{callee});

	ok($wav, 'there is one recording') or return;
	my $length = wav_seconds($wav);

	cmp_ok(abs($length - $seconds), '<=', 0.1,
		"it is as long as the prompt: $length s");
	my ($c, $lag) = correlation($prompt{$call->{kind}}, $wav);

	cmp_ok($c, '>=', 0.95, sprintf
		'it is the prompt: correlation %.4f, %.1f ms late',
		$c, 1000 * $lag);
	cmp_ok(abs $lag, '<=', 0.1, 'from its beginning');
	like(slurp($call->{callee}{log}), qr/\b$call->{codec}\b/i,
		"through $call->{codec}");
}


# All kinds with PCMU, one with each of the others
my @calls;
my $number = 600;

push @calls, ring(++$number, 'PCMU/8000/1', $_) for sort keys %prompt;
push @calls, ring(++$number, $_, '44.1 kHz stereo')
	for 'PCMA/8000/1', 'G722/16000/1', 'opus/48000/2';

for my $call (@calls) {
	subtest "$call->{codec}, a prompt of $call->{kind}" =>
		sub { heard($call) };
}

subtest 'the comparison can fail' => sub {
	my ($c) = correlation($prompt{'8 kHz mono'},
		tone("$dir/other.wav", 8000, $seconds));

	cmp_ok($c, '<', 0.5, 'another sound is not the prompt');
};

is(engine_stop($engine), 0, 'the engine leaves cleanly');
done_testing();
