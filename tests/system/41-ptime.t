#!/usr/bin/perl

# A callee that wants longer packets gets them, never longer ones than it
# accepts, and hears the same.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use POSIX qw(ceil);
use Test::More;
use RingTest;
use RingTest::Callee;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Phone;
use RingTest::Wav;

# Milliseconds of the prompts: no length of packets goes into them.
my %msec = (short => 1990, long => 3990);
my %wav = map { $_ => speech("$dir/$_.wav", 8000, 1, $msec{$_} / 1000) }
	sort keys %msec;

cluster();
my %camp = map { $_ => campaign(i_ivr_prompt => prompt($wav{$_}, $_),
	timeout_sec => 10, max_attempts => 1, threshold_msec => 1000) }
	sort keys %msec;
my $engine = engine();
my $packets = 0;


sub played_to_the_end
{
	my ($row, $kind) = @_;
	my $of = "FROM call_attempts WHERE i_campaign_phone = $row";

	wait_for('the call ends', 20, sub { sql("SELECT outcome $of") });
	is(sql("SELECT outcome $of"), 'success', 'it is a success');
	is(sql("SELECT played_msec $of"), $msec{$kind},
		'all of it was played, and no more');
}


sub is_the_prompt
{
	my ($heard, $kind) = @_;
	my ($c) = correlation($wav{$kind}, $heard);

	cmp_ok($c, '>=', 0.95, sprintf 'it is the prompt: %.4f', $c);
}


# What came in the packets, as a sound
sub decoded
{
	my ($call) = @_;
	my $raw = spew("$dir/heard.ul", join '', map { $_->{payload} }
		@{$call->{packets}});
	my ($status, $out, $err) = run_program([qw(sox -V1 -t ul -r 8000
		-c 1), $raw, "$dir/heard.wav"]);

	die "sox: $err" if $status;
	return "$dir/heard.wav";
}


sub packets_of
{
	my ($ms, $call) = @_;
	my @p = @{$call->{packets}};

	is(scalar @p, ceil($msec{short} / $ms), 'as many as it takes');
	is(scalar(grep { $_->{size} != 8 * $ms } @p), 0,
		"all carry $ms ms");
	is(scalar(grep { ($p[$_]{ts} - $p[$_ - 1]{ts} & 0xffffffff)
		!= 8 * $ms } 1 .. $#p), 0, 'and time goes on by so much');
	is(scalar(grep { ($p[$_]{seq} - $p[$_ - 1]{seq} & 0xffff) != 1 }
		1 .. $#p), 0, 'none is missing');
	$packets += @p;
}


# The other codecs: a baresip decodes them, while other calls are made.
my @calls;
my $number = 700;

for my $codec ('G722/16000/1', 'opus/48000/2') {
	for my $ms (40, 60) {
		my $callee = baresip(++$number, $codec);

		proxy(wishing($callee, $ms));
		my $row = phone($camp{long}, $number);

		wait_for('it is answered', 10, sub { sql("SELECT connect_time
			FROM campaign_phones WHERE i_campaign_phone = $row") });
		push @calls, ["$codec, $ms ms", $callee, $row];
		$packets += ceil($msec{long} / $ms);
	}
}

my $phone = RingTest::Phone->new;
my $whole;

proxy($phone);
for ([40, 'ptime:40'], [60, 'ptime:60', 'maxptime:60'],
		[40, 'ptime:60', 'maxptime:40'], [10, 'maxptime:10'],
		[20, 'maxptime:150']) {
	my ($ms, @attributes) = @$_;

	subtest join(', ', @attributes) => sub {
		my $row = phone($camp{short}, ++$number);
		my $call = $phone->take(15, attributes => \@attributes);

		ok($call->{bye}, 'the call was made and ended') or return;
		packets_of($ms, $call);
		$whole //= join '', map { $_->{payload} } @{$call->{packets}};
		is_the_prompt(decoded($call), 'short');
		played_to_the_end($row, 'short');
	};
}

# The callee changes its mind. G.711 is the same however it is cut.
sub is_cut_anew
{
	my ($from, $to, $call) = @_;
	my %part = map { my $ms = $_; ($ms => join '', map { $_->{payload} }
		grep { $_->{size} == 8 * $ms } @{$call->{packets}}) }
		$from, $to;
	my @p = @{$call->{packets}};
	my ($first) = grep { $p[$_]{size} == 8 * $to } 0 .. $#p;

	ok($first && $first > 5, 'there are such packets and such') or return;
	is(join(' ', map { $_->{size} } @p), join(' ', (8 * $from) x $first,
		(8 * $to) x (@p - $first)), 'and no others');
	# A moment may be heard again, none is left out.
	my $at = length($part{$from}) - length($part{$from}) % (8 * $to);

	is($part{$from}, substr($whole, 0, length $part{$from}),
		'what came before is its beginning');
	is($part{$to}, substr($whole, $at, length $part{$to}),
		'what came then goes on from there');
	cmp_ok($at + length $part{$to}, '>=', 8 * $msec{short},
		'to its end');
	is(scalar(grep { ($p[$_]{ts} - $p[$_ - 1]{ts} & 0xffffffff)
		!= $p[$_ - 1]{size} } 1 .. $#p), 0,
		'time goes on by what was sent');
	$packets += @p;
}


for ([20, 40], [40, 20]) {
	my ($from, $to) = @$_;

	subtest "$from ms, then $to ms in the midst of a call" => sub {
		my $row = phone($camp{short}, ++$number);
		my $call = $phone->take(15, attributes => ["ptime:$from"],
			renew => ["ptime:$to"]);

		ok($call->{renewed}, 'it is agreed to');
		ok($call->{bye}, 'the call was made and ended') or return;
		is_cut_anew($from, $to, $call);
		played_to_the_end($row, 'short');
	};
}

for (@calls) {
	my ($name, $callee, $row) = @$_;

	subtest $name => sub {
		played_to_the_end($row, 'long');
		# The end of the program is the end of the file.
		stop_child($callee);
		my $heard = recording($callee);

		ok($heard, 'there is a recording') or return;
		is_the_prompt($heard, 'long');
	};
}

is(engine_stop($engine), 0, 'the engine leaves cleanly');
like(slurp($engine->{log}), qr/ $packets packets sent/,
	'in packets of the lengths that were wanted');
done_testing();
