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
		is_the_prompt(decoded($call), 'short');
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
