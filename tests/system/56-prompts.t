#!/usr/bin/perl

# The commands on prompts: files of all kinds and spoken texts go in, figures
# and what a callee hears come out; the audio stays what it was unless it is
# normalised.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP;
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

cluster();
my $wav = tone("$dir/tone.wav", 16000, 2);


sub prompt_do
{
	my @args = @_;
	my $o = ref $args[-1] ? pop @args : {};

	return ringround('prompt', @args, '-d', conninfo(), $o);
}


sub fails
{
	my ($what, $expected, $pattern, @args) = @_;
	my ($status, $out, $err) = prompt_do(@args);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($status, $expected, "$what: status $expected");
	is($out, '', "$what: nothing on stdout");
	like($err, qr/\Aringround: [^\n]+\n\z/, "$what: one line");
	like($err, $pattern, $what);
}


sub show
{
	my ($status, $out, $err) = prompt_do('show', @_, '--json');

	return eval { decode_json($out) } // die "status $status: $err";
}


sub digest
{
	return sql("SELECT digest FROM ivr_prompts WHERE name = '$_[0]'");
}


subtest 'a file' => sub {
	is((prompt_do('list'))[1], "there is no prompt\n", 'none yet');
	my ($status, $out, $err) = prompt_do('add', 'tone', $wav,
		'--description', 'a tone');

	is("$status $out", "0 1\n", 'its number is printed');
	like($err, qr/\A2\.0 s, level -?\d+\.\d dBFS, peak [^\n]+\n\z/,
		'and what it is like, on stderr');
	is(digest('tone'), sha256_hex(slurp($wav)), 'it is there as it was');
	my $shown = show('tone');
	is(join(' ', @$shown{qw(i_ivr_prompt name description rate channels
		length_sec clipped campaigns)}),
		'1 tone a tone 16000 1 2 0 0', 'its figures');
	cmp_ok($shown->{rms_dbfs}, '<', $shown->{peak_dbfs}, 'its levels');
	like((prompt_do('list', '--csv'))[1], qr/\Ai_ivr_prompt,name,.*\n
		1,tone,a\ tone,@{[-s $wav]},/x, 'it is listed');
	fails('not there', 3, qr/no prompt 'x'/, 'show', 'x');
};

subtest 'what is odd is told' => sub {
	my @sox = ('sox', '-D', '-n', '-r', '8000', '-b', '16');

	run_program([@sox, "$dir/loud.wav", qw(synth 1 sine 400 gain 12)]);
	run_program([@sox, "$dir/late.wav", qw(synth 1 sine 400 gain -6 pad
		0.5 1)]);
	run_program([@sox, "$dir/mute.wav", qw(trim 0 1)]);
	like((prompt_do('add', 'loud', "$dir/loud.wav"))[2],
		qr/; clipped: \d{3,} samples at full scale$/m, 'clipping');
	like((prompt_do('add', 'late', "$dir/late.wav"))[2],
		qr/silence\ 0\.5\ s\ in\ front,\ 1\.0\ s\ behind,
			\ 1\.5\ s\ in\ all$/mx, 'silence');
	like((prompt_do('add', 'mute', "$dir/mute.wav"))[2],
		qr/1\.0 s of nothing but silence/, 'nothing');
	is(show('mute')->{rms_dbfs}, undef, 'it has no level');
	fails('no sound', 1, qr/$dir\/x.*not an audio file/, 'add', 'x',
		spew("$dir/x", 'nothing ' x 100));
	fails('two sources', 2, qr/not both/, 'add', 'x', $wav, '--text',
		'y');
	fails('none', 2, qr/FILE/, 'add', 'x');
	fails('a voice for a file', 2, qr/--text/, 'add', 'x', $wav,
		'--voice', 'en');
	fails('no loudness', 2, qr/-50 to -5/, 'add', 'x', $wav,
		'--normalize', '3');
};

subtest 'normalised' => sub {
	my ($status, $out, $err) = prompt_do('add', 'normal', $wav,
		'--normalize', '-20');

	is($status, 0, 'it goes');
	like($err, qr/^normalised from -?\d+\.\d LUFS by [+-]\d+\.\d dB$/m,
		'by how much');
	isnt(digest('normal'), sha256_hex(slurp($wav)), 'it is another file');
	my $shown = show('normal');
	cmp_ok(abs($shown->{loudness_lufs} + 20), '<', 0.2, 'as loud');
	like($shown->{format}, qr/FLAC/, 'FLAC');
	is($shown->{length_sec}, 2, 'as long');

	(undef, undef, $err) = prompt_do('add', 'most', $wav, '--normalize',
		'-5');
	cmp_ok(show('most')->{clipped}, '==', 0, 'never cut off');
	fails('silence', 1, qr/silent/, 'add', 'x', "$dir/mute.wav",
		'--normalize', '-20');
};

subtest 'spoken' => sub {
	my ($status, $out, $err) = prompt_do('add', 'words', '--text',
		'Leave the building; $(touch /tmp/never) now', '--voice',
		'en-gb', '--speed', '200');

	is($status, 0, 'by espeak-ng') or diag($err);
	cmp_ok(show('words')->{length_sec}, '>', 1, 'some seconds');
	($status) = prompt_do('add', 'piped', '--text', '-',
		{ stdin => spew("$dir/text", "Out, now.\n") });
	is($status, 0, 'from standard input');
	fails('a voice that is none', 1, qr/voice does not exist/, 'add',
		'x', '--text', 'y', '--voice', 'klingonian');
	fails('nothing to say', 1, qr/no text/, 'add', 'x', '--text', ' ');
	fails('more than can be spoken at once', 1, qr/make several prompts/,
		'add', 'x', '--text', '-',
		{ stdin => spew("$dir/text", 'out ' x 16384) });
	mkdir "$dir/nothing";
	fails('it is not installed', 1, qr/espeak-ng is not installed/,
		'add', 'x', '--text', 'y',
		{ env => { PATH => "$dir/nothing" } });
	is(sql("SELECT count(*) FROM ivr_prompts WHERE name = 'x'"), 0,
		'what was refused is not there');
};

subtest 'what a callee hears' => sub {
	my ($status, $out, $err) = prompt_do('play-test', 'tone',
		"$dir/heard.wav");

	is("$status $out", '0 ', 'it is written');
	like($err, qr/^2\.0 s, level /, 'and measured');
	my ($format) = (run_program(['soxi', "$dir/heard.wav"]))[1];
	like($format, qr/Sample Rate *: 8000\n.*16000 samples/s, '8 kHz');
	($status, $out) = prompt_do('play-test', 'tone');
	is($out, slurp("$dir/heard.wav"), 'the same on stdout');
	($status, $out) = prompt_do('play-test', 'tone', '-', '--alaw');
	isnt($out, slurp("$dir/heard.wav"), 'A-law is not the same');
	fails('no place', 1, qr/cannot be written/, 'play-test', 'tone',
		"$dir/none/x");
};

subtest 'replaced' => sub {
	my $longer = tone("$dir/longer.wav", 8000, 3);

	sql("UPDATE ivr_prompts SET trouble = 'none'");
	my ($status, $out) = prompt_do('replace', 'tone', $longer);
	is("$status $out", "0 1\n", 'under its number');
	is(digest('tone'), sha256_hex(slurp($longer)), 'other audio');
	is(show('1')->{trouble}, undef, 'and another chance');
	fails('not there', 3, qr/no prompt/, 'replace', 'x', $longer);
};

# The call goes on with what it began, the next one plays the new audio.
subtest 'replaced in a call' => sub {
	my $callees = callees();
	my $short = tone("$dir/short.wav", 8000, 1);
	my $id = sql("SELECT i_ivr_prompt FROM ivr_prompts
		WHERE name = 'tone'");

	proxy($callees);
	my $camp = campaign(i_ivr_prompt => $id, threshold_msec => 0);
	my $engine = engine();
	my $played = sub { sql("SELECT played_msec FROM call_attempts
		JOIN campaign_phones USING (i_campaign_phone)
		WHERE campaign_phones.cld = '$_[0]'") };

	phone($camp, '11');
	wait_for('it is rung', 15, sub { sql("SELECT count(*)
		FROM campaign_phones WHERE claimed_by IS NOT NULL
		AND connect_time IS NOT NULL") });
	is((prompt_do('replace', 'tone', $short))[0], 0, 'replaced');
	wait_for('the call ends', 15, sub { $played->('11') });
	is($played->('11'), 3000, 'with the whole of the old one');
	phone($camp, '12');
	wait_for('another call', 15, sub { $played->('12') });
	is($played->('12'), 1000, 'has the new one');
	is(engine_stop($engine), 0, 'the engine leaves');
};

done_testing();
