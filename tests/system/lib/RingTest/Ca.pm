package RingTest::Ca;

# A certification authority of the test's own, and what it vouches for

use strict;
use warnings;

use Exporter qw(import);
use POSIX qw(strftime);
use RingTest;

our @EXPORT = qw(ca cert);

my $serial = 0;


sub _openssl
{
	my ($status, $out, $err) = run_program(['openssl', @_]);

	die "openssl @_: $err" if $status;
}


# Make an authority. Returns its key and cert, files in PEM.
sub ca
{
	my ($name) = @_;
	my %ca = (key => "$dir/$name.key", cert => "$dir/$name.pem");

	_openssl(qw(req -x509 -newkey ec -pkeyopt
		ec_paramgen_curve:P-256 -nodes -days 30 -subj), "/CN=$name",
		'-keyout', $ca{key}, '-out', $ca{cert});
	chmod 0600, $ca{key};
	return \%ca;
}


# Make a certificate for names as in subjectAltName ("DNS:a.test,IP:::1"),
# by an authority; without one, self-signed. Options: expired. Returns key,
# cert and until (seconds).
sub cert
{
	my ($ca, $names, %o) = @_;
	my $base = "$dir/cert" . ++$serial;
	my %cert = (key => "$base.key", cert => "$base.pem");
	my ($cn) = $names =~ /:([^,]+)/;
	my @span = map { time + 86400 * $_ } $o{expired} ? (-20, -1)
		: (-1, 20);

	spew("$base.ext", "subjectAltName=$names\n");
	_openssl(qw(req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes
		-subj), "/CN=$cn", '-keyout', $cert{key}, '-out',
		"$base.csr");
	mkdir $base;
	spew("$base/index.txt", '');
	spew("$base/ca.cnf", "[ca]\ndefault_ca=x\n[x]\npolicy=p\n" .
		"new_certs_dir=$base\ndatabase=$base/index.txt\n" .
		"default_md=sha256\nrand_serial=yes\n[p]\n" .
		"commonName=supplied\n");
	_openssl('ca', '-batch', '-notext', '-config', "$base/ca.cnf",
		map({ ($_->[0], strftime '%y%m%d%H%M%SZ', gmtime $_->[1]) }
			['-startdate', $span[0]], ['-enddate', $span[1]]),
		'-extfile', "$base.ext", '-in', "$base.csr",
		'-out', $cert{cert}, $ca ? ('-cert', $ca->{cert}, '-keyfile',
		$ca->{key}) : ('-selfsign', '-keyfile', $cert{key}));
	chmod 0600, $cert{key};
	$cert{until} = $span[1];
	return \%cert;
}

1;
