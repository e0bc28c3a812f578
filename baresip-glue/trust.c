/**
 * @file trust.c  Whom the engine speaks to by TLS
 */
#include "baresip-glue/trust.h"

/* libre's headers hide what belongs to one TLS library. */
#define USE_OPENSSL

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include "baresip-glue/baresip.h"
#include "baresip-glue/journal.h"
#include "core/address.h"
#include "core/phone.h"

enum { TEXT_SIZE = 64 };

static struct {
	SSL_CTX *ctx;           /* NULL: closed                          */
	const char *ca_file;
	char host[HOST_SIZE];   /* "": no proxy by TLS                   */
	bool failed;            /* the last handshake                    */
	char why[REASON_SIZE];  /* "": not in this turn of the loop      */
	struct tmr tmr;
} trust;

/* libre 2 has a check of its own, to be turned off; libre 1 has neither. */
void tls_disable_verify_server(struct tls *tls) __attribute__((weak));


static void forget_handler(void *arg)
{
	(void)arg;
	trust.why[0] = '\0';
}


/* The first cause is the one: what follows is how the host puts it. */
__attribute__((format(printf, 1, 2)))
static void fail(const char *fmt, ...)
{
	va_list ap;

	trust.failed = true;
	if (trust.why[0])
		return;

	va_start(ap, fmt);
	(void)vsnprintf(trust.why, sizeof(trust.why), fmt, ap);
	va_end(ap);
	tmr_start(&trust.tmr, 0, forget_handler, NULL);
}


/* Whoever made the certificate chose the text. */
static const char *cleaned(char *text)
{
	for (char *p = text; *p; p++) {
		if (!isprint((unsigned char)*p))
			*p = '?';
	}

	return text[0] ? text : "nobody";
}


static const char *name_in(char *buf, const X509_NAME *name)
{
	buf[0] = '\0';
	(void)X509_NAME_get_text_by_NID(name, NID_commonName, buf, TEXT_SIZE);

	return cleaned(buf);
}


/* Whom a certificate is for: its first name of a host, else its subject */
static const char *owner(char *buf, X509 *cert)
{
	GENERAL_NAMES *all = X509_get_ext_d2i(cert, NID_subject_alt_name,
					      NULL, NULL);
	const GENERAL_NAME *gn;
	int i;

	(void)name_in(buf, X509_get_subject_name(cert));
	for (i = 0; i < sk_GENERAL_NAME_num(all); i++) {
		gn = sk_GENERAL_NAME_value(all, i);
		if (gn->type != GEN_DNS)
			continue;
		(void)snprintf(buf, TEXT_SIZE, "%.*s",
			       ASN1_STRING_length(gn->d.dNSName),
			       ASN1_STRING_get0_data(gn->d.dNSName));
		break;
	}
	GENERAL_NAMES_free(all);

	return cleaned(buf);
}


static const char *date(char *buf, const ASN1_TIME *at)
{
	struct tm tm;

	if (!ASN1_TIME_to_tm(at, &tm) || !strftime(buf, TEXT_SIZE,
						   "%Y-%m-%d %H:%M UTC", &tm))
		(void)snprintf(buf, TEXT_SIZE, "an unknown time");

	return buf;
}


static void explain(int err, X509 *cert)
{
	char text[TEXT_SIZE];

	switch (err) {

	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		fail("TLS: the certificate is not for %.60s but for %s",
		     trust.host, owner(text, cert));
		break;

	case X509_V_ERR_CERT_HAS_EXPIRED:
		fail("TLS: the certificate of %.60s has expired on %s",
		     trust.host, date(text, X509_get0_notAfter(cert)));
		break;

	case X509_V_ERR_CERT_NOT_YET_VALID:
		fail("TLS: the certificate of %.60s is not valid before %s",
		     trust.host, date(text, X509_get0_notBefore(cert)));
		break;

	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		fail("TLS: the certificate of %.60s is self-signed and not "
		     "trusted here, see --ca-file", trust.host);
		break;

	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		fail("TLS: the certificate of %.50s is by %s, a CA that is "
		     "not trusted here, see --ca-file", trust.host,
		     name_in(text, X509_get_issuer_name(cert)));
		break;

	default:
		fail("TLS: the certificate of %.60s: %s", trust.host,
		     X509_verify_cert_error_string(err));
		break;
	}
}


static int verify_handler(int ok, X509_STORE_CTX *store)
{
	if (!trust.host[0]) {
		fail("TLS: to a host that is not the proxy");
		return 0;
	}

	if (!ok)
		explain(X509_STORE_CTX_get_error(store),
			X509_STORE_CTX_get_current_cert(store));

	return ok;
}


/* A name that is asked for may have a certificate of its own (RFC 6066
 * section 3); an address is none. */
static void info_handler(const SSL *ssl, int where, int ret)
{
	/* This is the way to get at a connection that the host makes. */
	SSL *conn = (SSL *)(uintptr_t)ssl;
	const char *name;

	if (where & SSL_CB_HANDSHAKE_START) {
		name = X509_VERIFY_PARAM_get0_host(SSL_get0_param(conn), 0);
		if (name && !SSL_is_server(ssl))
			(void)SSL_set_tlsext_host_name(conn, name);
	}
	else if (where & SSL_CB_HANDSHAKE_DONE) {
		trust.failed = false;
	}
	else if ((where & SSL_CB_ALERT) && (where & SSL_CB_READ)
		 && ret >> 8 == SSL3_AL_FATAL) {
		fail("TLS: %.60s refuses the connection: %s", trust.host,
		     SSL_alert_desc_string_long(ret));
	}
	else if ((where & SSL_CB_ALERT) && ret >> 8 == SSL3_AL_FATAL) {
		fail("TLS: no agreement with %.60s: %s", trust.host,
		     SSL_alert_desc_string_long(ret));
	}
}


/* @return 0, or EINVAL with nothing changed */
static int read_cas(void)
{
	X509_STORE *store = X509_STORE_new();
	int ok;

	if (!store)
		return ENOMEM;

	ok = trust.ca_file[0]
		? X509_STORE_load_file(store, trust.ca_file)
		: X509_STORE_set_default_paths(store);
	ERR_clear_error();
	if (!ok) {
		X509_STORE_free(store);
		return EINVAL;
	}

	SSL_CTX_set_cert_store(trust.ctx, store);
	return 0;
}


int trust_alloc(struct tls **tlsp, const char *ca_file, char *why,
		size_t size)
{
	struct tls *tls = NULL;
	int err;

	err = tls_alloc(&tls, TLS_METHOD_SSLV23, NULL, NULL);
	if (err) {
		(void)snprintf(why, size, "TLS: %s", strerror(err));
		return err;
	}

	if (tls_disable_verify_server)
		tls_disable_verify_server(tls);

	tmr_init(&trust.tmr);
	trust.ca_file = ca_file;
	trust.ctx = tls_openssl_context(tls);
	(void)SSL_CTX_up_ref(trust.ctx);
	SSL_CTX_set_verify(trust.ctx, SSL_VERIFY_PEER, verify_handler);
	SSL_CTX_set_info_callback(trust.ctx, info_handler);
	X509_VERIFY_PARAM_set_hostflags(SSL_CTX_get0_param(trust.ctx),
					X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);

	err = read_cas();
	if (err) {
		(void)snprintf(why, size, "%s holds no certificates in PEM "
			       "that can be read: give another one by "
			       "--ca-file", ca_file[0] ? ca_file
			       : "the system's CA store");
		trust_close();
		mem_deref(tls);
		return err;
	}

	*tlsp = tls;
	return 0;
}


/* host[:port][;...] or [v6][:port][;...], as address_proxy_check() has it */
static void host_of(char *host, size_t size, const char *proxy)
{
	const bool v6 = proxy[0] == '[';
	size_t len = strcspn(proxy += v6, v6 ? "]" : ":;");

	/* The dot that ends a full name is in no certificate. */
	len -= len && proxy[len - 1] == '.';
	(void)snprintf(host, size, "%.*s", (int)len, proxy);
}


void trust_proxy(const char *proxy)
{
	X509_VERIFY_PARAM *prm;
	char host[HOST_SIZE] = "";

	if (!trust.ctx)
		return;

	if (strcasestr(proxy, ";transport=tls"))
		host_of(host, sizeof(host), proxy);
	if (trust.failed && read_cas())
		journal_print(true, "%s cannot be read: the certificates "
			      "that were there before stay", trust.ca_file);
	if (!strcmp(host, trust.host))
		return;

	memcpy(trust.host, host, sizeof(host));
	prm = SSL_CTX_get0_param(trust.ctx);
	(void)X509_VERIFY_PARAM_set1_host(prm, NULL, 0);
	(void)X509_VERIFY_PARAM_set1_ip(prm, NULL, 0);
	if (!X509_VERIFY_PARAM_set1_ip_asc(prm, host))
		(void)X509_VERIFY_PARAM_set1_host(prm, host, 0);
	ERR_clear_error();
}


const char *trust_failure(void)
{
	return trust.why[0] ? trust.why : NULL;
}


void trust_close(void)
{
	tmr_cancel(&trust.tmr);
	SSL_CTX_free(trust.ctx);
	trust.ctx = NULL;
}
