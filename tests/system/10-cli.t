#!/usr/bin/perl

# The command line: help, and one clear line for everything that is wrong

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time);
use RingTest;
use RingTest::Cluster;
use RingTest::Engine;
use RingTest::Wav;

cluster();
my $free = free_port();
my @daemon = ('--daemon', '-l', "127.0.0.1:$free");


# It says one line that matches, and ends within five seconds, not well.
sub fails
{
	my ($what, $pattern, @args) = @_;
	my $start = time;
	my ($status, $out, $err) = ringround(@args);
	my $took = time - $start;

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	subtest $what => sub {
		cmp_ok($status, '>', 0, 'the exit status says so');
		is($out, '', 'nothing on stdout');
		like($err, qr/\Aringround: [^\n]+\n\z/, 'one line on stderr');
		like($err, $pattern, 'which says what and what to do');
		cmp_ok($took, '<', 5, 'soon');
	};
}


sub works
{
	my ($what, $pattern, @args) = @_;
	my ($status, $out, $err) = ringround(@args);

	local $Test::Builder::Level = $Test::Builder::Level + 1;
	subtest $what => sub {
		is($status, 0, 'the exit status');
		is($err, '', 'nothing on stderr');
		like($out, $pattern, 'what it prints');
	};
}


works('ringround ' . join(' ', @$_, '--help'), qr/^Usage: ringround/m,
	@$_, '--help')
	for [], ['demo'], ['db'], ['db', 'init'], ['prompt'],
	['prompt', 'add'], ['nodes'];
works('the version', qr/\Aringround \d+\.\d+\.\d+\n\z/, '--version');

fails('an unknown long option', qr/--wrong.*--help/, '--wrong');
fails('an unknown short option', qr/-x.*--help/, '-x');
fails('an option without its value', qr/-l.*--help/, '-l');
fails('an unknown command', qr/frobnicate.*--help/, 'frobnicate');
fails('a command without its second word', qr/db.*--help/, 'db');
fails('a prompt without a file', qr/FILE.*--help/, 'prompt', 'add', 'x');
fails("a bad address: $_", qr/address.*-l/, '-l', $_)
	for 'localhost', '127.0.0.1:99999', '127.0.0', '[::1', '::1',
	'127.0.0.1:', '127.0.0.1:5060x', '';
fails('an address of another host', qr/192\.0\.2\.1.*-l/, '--daemon', '-l',
	'192.0.2.1:5060', '-d', conninfo());
fails('a bad name of a node', qr/-n/, '-n', 'a b');
fails('a bad connection string', qr/-d/, @daemon, '-d', 'no=such option');

my $closed = free_port();
fails('a database where nobody listens', qr/\b$closed\b/, @daemon, '-d',
	"host=127.0.0.1 port=$closed dbname=x user=x");
fails('the same for db init', qr/\b$closed\b/, qw(db init -d),
	"host=127.0.0.1 port=$closed dbname=x user=x");

my $silent = IO::Socket::INET->new(Proto => 'tcp', Listen => 5,
	LocalAddr => '127.0.0.1', LocalPort => 0);
my $mute = $silent->sockport;
fails('a database that never answers', qr/\b$mute\b|database/, @daemon,
	'-d', "host=127.0.0.1 port=$mute dbname=x user=x");

database('void', empty => 1);
fails('a missing schema', qr/ringround db init/, @daemon, '-d', conninfo());
my $wav = tone("$dir/tone.wav", 8000, 1);
fails('the same for a prompt', qr/ringround db init/, qw(prompt add x), $wav,
	'-d', conninfo());

subtest 'db init' => sub {
	works('creates the schema', qr/created.*\d/, qw(db init -d),
		conninfo());
	my $before = sql('SELECT count(*), max(applied) FROM schema_version');

	works('changes nothing the second time', qr/up to date/,
		qw(db init -d), conninfo());
	is(sql('SELECT count(*), max(applied) FROM schema_version'),
		$before, 'the schema is as it was');
	works('takes -d in front', qr/up to date/, '-d', conninfo(),
		qw(db init));
};

subtest 'the environment names the database' => sub {
	my ($status, $out, $err) = ringround(qw(db init), { env => {
		PGHOST => "$dir/pg", PGUSER => 'ringround',
		PGDATABASE => 'void' } });

	is($status, 0, 'the exit status');
	like($out, qr/up to date/, 'that one');
};

subtest 'a newer schema is refused' => sub {
	database('newer');
	sql('INSERT INTO schema_version (version) VALUES (9999)');
	fails('by the engine', qr/9999.*newer|newer.*9999/, @daemon, '-d',
		conninfo());
	fails('by db init', qr/9999.*newer|newer.*9999/, qw(db init -d),
		conninfo());
	fails('by prompt add', qr/9999.*newer|newer.*9999/, qw(prompt add x),
		$wav, '-d', conninfo());
};

database('good');

for my $proto (qw(udp tcp)) {
	my $taken = IO::Socket::INET->new(Proto => $proto,
		LocalAddr => '127.0.0.1', LocalPort => $free,
		($proto eq 'tcp' ? (Listen => 1) : ())) or die $!;

	fails("the port is in use: $proto", qr/$free.*in use.*$proto.*-l/i,
		@daemon, '-d', conninfo());
}

mkdir "$dir/nothing";
fails('baresip is missing', qr/baresip.*install/, @daemon, '-d', conninfo(),
	{ env => { PATH => "$dir/nothing" }, cwd => '/' });

subtest 'prompt add' => sub {
	my ($status, $first) = ringround(qw(prompt add hello), $wav, '-d',
		conninfo());

	is($status, 0, 'it is added');
	like($first, qr/\A\d+\n\z/, 'its id is printed');
	is(sql("SELECT name || ' ' || (length(audio) = @{[-s $wav]})
		FROM ivr_prompts WHERE i_ivr_prompt = $first"), 'hello true',
		'it is there as uploaded');
	my ($again) = (ringround(qw(prompt add hello), $wav, '-d',
		conninfo()))[1];
	isnt($again, $first, 'another one gets another id');

	fails('a file that is not there', qr/$dir\/none/, qw(prompt add x),
		"$dir/none", '-d', conninfo());
	fails('a folder', qr/\Q$dir\E/, qw(prompt add x), $dir, '-d',
		conninfo());
	fails('garbage', qr/garbage/, qw(prompt add x),
		spew("$dir/garbage", 'no sound at all ' x 99), '-d',
		conninfo());
	fails('an empty file', qr/empty/, qw(prompt add x),
		spew("$dir/empty", ''), '-d', conninfo());
	fails('an empty name', qr/name/, qw(prompt add), '', $wav, '-d',
		conninfo());
	is(sql('SELECT count(*) FROM ivr_prompts'), 2,
		'what was refused is not there');
};

# A reading would be seen: the time of the last one is set long back.
subtest 'what the user has for baresip is his own' => sub {
	my $own = "$dir/home/.baresip";
	my @files = map { "$own/$_" } qw(config accounts contacts uuid);

	mkdir $own;
	spew($_, "module_path $dir/nothing\nmodule poison.so\n" .
		"sip_listen 127.0.0.1:1\nmodule_app poison.so\n")
		for @files;

	utime 1e9, 1e9, @files;
	my @times = map { (stat)[8, 9] } @files;
	my $engine = engine();

	is(engine_stop($engine), 0, 'the engine runs beside it');
	is_deeply([map { (stat)[8, 9] } @files], \@times,
		'no file was read or written');
	is(scalar(() = glob "$own/* $own/.[!.]*"), scalar @files,
		'no file was added');
	is(join(' ', glob "$dir/tmp/*"), '', 'no profile is left behind');
};

done_testing();
