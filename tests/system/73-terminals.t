#!/usr/bin/perl

# Terminals of all kinds: without colours, light ones, some that nobody
# knows, some that are too simple; and their last cell

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Terminal;

# Attributes that fit any terminal: normal, bold, dim, reverse and their
# ends; red, green, yellow, and the terminal's own colours
my %mono = map { $_ => 1 } 0, 1, 2, 7, 22, 27;
my %few = (%mono, map { $_ => 1 } 31, 32, 33, 39, 49);
my $files = 0;

cluster();
my $half = campaign(name => "'half'", paused => 'true');

phone($half, "+777$_") for 10 .. 13;
sql("UPDATE campaign_phones SET status = 'success', finished = true
	WHERE i_campaign_phone <= 2");
campaign(name => "'nobody dials it'");


# A console: { env => ..., args => [...], size => [80, 24] }
sub console
{
	my (%o) = @_;
	my $file = "$dir/told-" . ++$files;
	my ($columns, $rows) = @{$o{size} || [80, 24]};
	my $env = $o{env} // '';

	$env .= ' TERM=xterm-256color' unless $env =~ /TERM/;
	my $term = RingTest::Terminal->new("env $env $ringround console " .
		"@{$o{args} || []} -d '" . conninfo() . "'", $columns, $rows,
		$file);

	$term->{told} = $file;
	return $term;
}


sub shown
{
	my ($term, $pattern, $what) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok($term->shows(10, $pattern), $what) or diag($term->screen);
}


sub list_shown
{
	my ($term, $what) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	shown($term, qr/CAMPAIGNS 2.*LIVE.*half +PAUSED.*q:Quit/s, $what);
}


# Leave it: all that the terminal was told from the first to the last byte
sub told
{
	my ($term) = @_;

	$term->keys('Q');
	$term->shows(10, qr/^status 0/m) or diag($term->screen);
	$term->close;

	return slurp($term->{told});
}


# Which parameters of SGR there are
sub looks
{
	my ($bytes) = @_;
	my %seen = map { ($_ || 0) => 1 } map { length ? split /;/ : 0 }
		$bytes =~ /\e\[([\d;]*)m/g;

	return sort { $a <=> $b } keys %seen;
}


sub is_mono
{
	my ($term, $what) = @_;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	list_shown($term, $what);
	like($term->looks, qr/\e\[[\d;]*7m(?:\e\[[34]9m)*> half +PAUSED/,
		'the cursor is a mark, and reverse');
	like($term->looks, qr/\e\[[\d;]*1m[^\e]*no engine/,
		'what is bad stands out');
	my $bytes = told($term);

	is_deeply([grep { !$mono{$_} } looks($bytes)], [], 'no colour');
	unlike($bytes, qr/\e\]1?[0-9];/, 'none is asked for');
}


subtest 'a terminal with colours, light or dark' => sub {
	my $term = console();

	list_shown($term, 'the console');
	like($term->screen, qr/\xe2\x96\x88/, 'bars of a UTF-8 locale');
	$term->keys('P');
	shown($term, qr/\xe2\x94\x8c(?:\xe2\x94\x80)+\xe2\x94\x90/, 'a box');
	$term->keys('n', '?', 'q', '3', '4', '5', '2', '1', 'Z', 'p');
	shown($term, qr/FROZEN/, 'all its screens');
	my $bytes = told($term);

	is_deeply([grep { !$few{$_} } looks($bytes)], [],
		'three colours on its own background');
	is(scalar(grep { $_ >= 31 && $_ <= 33 } looks($bytes)), 3,
		'these');
	unlike($bytes, qr/\e\([^B]|[\x0e\x0f]/,
		'lines are characters: no other character set');
};

subtest 'NO_COLOR' => sub {
	is_mono(console(env => 'NO_COLOR=yes'), 'with a value');
	my $term = console(env => 'NO_COLOR=');

	list_shown($term, 'without one');
	like(told($term), qr/\e\[3[123]m/, 'it means nothing');
};

subtest '--no-color' => sub {
	is_mono(console(args => ['--no-color']), 'the option');
};

subtest 'a terminal without colours' => sub {
	is_mono(console(env => 'TERM=vt220'), 'vt220');
};

subtest 'ASCII' => sub {
	for ([args => ['--ascii']], [env => 'LC_ALL=C']) {
		my $term = console(@$_);

		list_shown($term, "$_->[0]");
		shown($term, qr/\[#+-+\] +50%/, 'bars');
		$term->keys('P');
		shown($term, qr/\+-{20,}\+/, 'a box');
		$term->keys('n');
		unlike(told($term), qr/[^\x00-\x7f]/, 'no byte beyond');
	}
};

subtest 'a terminal that nobody knows' => sub {
	for ('TERM=no-such-terminal', 'TERM=', '-u TERM') {
		my $term = console(env => $_);

		list_shown($term, $_);
		$term->keys('Down');
		shown($term, qr/^> nobody/m, 'its keys');
		like(told($term), qr/\e\[3[123]m/,
			'it is taken for one of xterm\'s kind');
	}
};

# Bytes of keys that TERM does not know end in letters: the keypad's 2 in r,
# which would resume, F2 in Q.
subtest 'keys of another terminal than TERM says' => sub {
	my $term = console(env => 'TERM=linux');

	list_shown($term, 'the console');
	$term->_tmux('send-keys', '-H', qw(1b 4f 72 1b 4f 51 1b 5b 31 3b 35
		50 1b 5b 32 30 30 7e));
	$term->_tmux('send-keys', '-H', qw(1b 4f 73));
	shown($term, qr/LIVE CALLS/, 'digits of the keypad');
	$term->_tmux('send-keys', '-H', qw(1b 4f 71 1b 5b 38 7e));
	shown($term, qr/^> nobody/m, 'End');
	$term->_tmux('send-keys', '-H', qw(1b 5b 48));
	shown($term, qr/^> half +PAUSED/m, 'Home');
	is(sql("SELECT paused FROM campaigns WHERE i_campaign = $half"), 't',
		'the others do nothing');
	told($term);
};

# What xterms are is hidden by descriptions that nobody can use.
subtest 'one where xterm is not known, either' => sub {
	my $place = "$dir/terminfo";
	my $file = spew("$dir/ti", "xterm-256color|no cursor,\n\tcr=^M,\n" .
		"xterm|nor here,\n\tcr=^M,\n");
	my ($status, undef, $err) = run_program(['tic', '-x', '-o', $place,
		$file]);

	is($status, 0, 'descriptions') or diag($err);
	is_mono(console(env => "TERM=no-such TERMINFO=$place"), 'a vt100');
};

subtest 'a terminal that is known to be too simple' => sub {
	my $term = console(env => 'TERM=dumb');

	shown($term, qr/^ringround: this terminal cannot show.*^status 1/ms,
		'is told so');
	$term->close;
};

# Some terminals scroll when it is written.
subtest 'the last cell' => sub {
	my $term = console(size => [10, 2]);

	shown($term, qr/^60x16 nee\xe2/m, 'a text that is too long');
	$term->resize(10, 1);
	shown($term, qr/\A60x16 nee\n/, 'ends before it');
	$term->resize(1, 1);
	shown($term, qr/\A\n/, 'the only one stays empty');
	$term->resize(60, 16);
	list_shown($term, 'and back');
	for ([60, 16], [67, 17], [80, 24], [200, 60]) {
		my ($columns, $rows) = @$_;
		my $above = $rows - 1;

		$term->resize($columns, $rows);
		shown($term, qr/\ACAMPAIGNS 2(?:.*\n){$above} \?Help.*\n\z/,
			"keys stand in row $rows");
		my ($keys) = $term->screen =~ /^( \?Help.*)/m;

		cmp_ok(length $keys, '<', $columns, 'and end before it');
	}
	told($term);
};

done_testing();
