package RingTest::Wav;

# Sounds: made, read, and compared

use strict;
use warnings;

use Exporter qw(import);
use List::Util qw(sum0 min max);
use RingTest;

our @EXPORT = qw(speech tone samples wav_seconds correlation);

my $text = 'Good morning. This is a call of the water works. Tomorrow ' .
	'between nine and eleven there will be no water in your street.';


sub _sox
{
	my ($status, $out, $err) = run_program(['sox', '-V1', @_]);

	die "sox: $err" if $status;
}


# A spoken WAV file of so many seconds, so many Hertz and channels
sub speech
{
	my ($path, $rate, $channels, $seconds) = @_;
	my $raw = "$dir/speech.wav";

	unless (-s $raw) {
		my ($status, $out, $err) = run_program(['espeak-ng', '-v',
			'en', '-w', $raw, $text]);

		die "espeak-ng: $err" if $status;
	}
	_sox($raw, '-b', 16, '-c', $channels, $path, 'gain', '-n', '-6',
		'rate', $rate, 'pad', 0, $seconds, 'trim', 0, $seconds);

	return $path;
}


# A WAV file of a tone
sub tone
{
	my ($path, $rate, $seconds) = @_;

	_sox('-n', '-b', 16, '-r', $rate, '-c', 1, $path, 'synth',
		$seconds, 'sine', 440, 'gain', '-6');
	return $path;
}


# A sound file as mono samples at a rate, in a reference to an array
sub samples
{
	my ($path, $rate) = @_;
	my $raw = "$path.$rate.raw";

	_sox($path, '-t', 'raw', '-e', 'signed', '-b', 16, '-L', '-c', 1,
		$raw, 'rate', '-h', $rate);
	open my $f, '<:raw', $raw or die "$raw: $!";
	local $/;
	my @s = unpack 's<*', scalar <$f>;
	unlink $raw;

	return \@s;
}


sub wav_seconds
{
	my ($path) = @_;
	my ($status, $out, $err) = run_program(['soxi', '-D', $path]);

	return $status ? 0 : $out + 0;
}


# The normalised correlation when b is shifted by lag samples: over all
# of a, what b does not cover counting as silence
sub _at
{
	my ($a, $b, $lag, $norm) = @_;
	my $from = max(0, -$lag);
	my $to = min($#$a, $#$b - $lag);
	my $dot = 0;

	$dot += $a->[$_] * $b->[$_ + $lag] for $from .. $to;
	return $norm ? $dot / $norm : 0;
}


sub _best
{
	my ($a, $b, $from, $to) = @_;
	my $norm = sqrt(sum0(map { $_ * $_ } @$a)) *
		sqrt(sum0(map { $_ * $_ } @$b));
	my ($best, $where) = (-2, 0);

	for my $lag ($from .. $to) {
		my $c = _at($a, $b, $lag, $norm);

		($best, $where) = ($c, $lag) if $c > $best;
	}

	return ($best, $where);
}


# How much of a sound is in a recording of it, 1 being all and nothing
# else, once it is moved to where it fits best; and the lag in seconds.
# The place is sought at 1 kHz within a second, then at 16 kHz.
sub correlation
{
	my ($sound, $recording) = @_;
	my (undef, $coarse) = _best(samples($sound, 1000),
		samples($recording, 1000), -1000, 1000);
	my ($c, $lag) = _best(samples($sound, 16000),
		samples($recording, 16000), $coarse * 16 - 24,
		$coarse * 16 + 24);

	return ($c, $lag / 16000);
}

1;
