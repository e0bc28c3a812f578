/**
 * @file line.c  Accounts to call out with: one user agent a set of credentials
 */
#include "baresip-glue/line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "baresip-glue/baresip.h"

struct line {
	struct le le;
	struct lines *ls;
	struct ua *ua;
	unsigned used;
	char *username;
	char *secret;
	char *proxy;
	enum phone_media media;
};

struct lines {
	struct list list;
	char *host;
};


static void lines_destructor(void *arg)
{
	struct lines *ls = arg;

	list_flush(&ls->list);
	mem_deref(ls->host);
}


static void line_destructor(void *arg)
{
	struct line *ln = arg;

	list_unlink(&ln->le);
	if (ln->ua)
		(void)ua_destroy(ln->ua);
	if (ln->secret)
		memset(ln->secret, 0, strlen(ln->secret));
	mem_deref(ln->username);
	mem_deref(ln->secret);
	mem_deref(ln->proxy);
}


int lines_alloc(struct lines **lsp, const char *host)
{
	struct lines *ls = mem_zalloc(sizeof(*ls), lines_destructor);
	int err;

	if (!ls)
		return ENOMEM;

	err = str_dup(&ls->host, host);
	if (err)
		mem_deref(ls);
	else
		*lsp = ls;

	return err;
}


void lines_free(struct lines *ls)
{
	mem_deref(ls);
}


void lines_forget(struct lines *ls, const struct ua *ua)
{
	struct le *le;

	for (le = list_head(&ls->list); le; le = le->next) {
		struct line *ln = le->data;

		if (ln->ua == ua)
			ln->ua = NULL;
	}
}


static void drop_idle(struct lines *ls)
{
	struct le *le = list_head(&ls->list);
	unsigned idle = 0;

	while (le) {
		struct line *ln = le->data;

		le = le->next;
		if (!ln->used && ++idle > LINES_IDLE_MAX)
			mem_deref(ln);
	}
}


/* Demanded: without it the host would take a plain answer. */
static int set_media(struct line *ln)
{
	const char *id = ln->media == PHONE_MEDIA_SRTP ? "srtp-mand"
		: "dtls_srtp";
	int err;

	if (ln->media == PHONE_MEDIA_NONE)
		return 0;

	err = account_set_mediaenc(ua_account(ln->ua), id);

	return err == EINVAL ? ENOSYS : err;
}


/* The account never registers; its user is only what Contact shows. */
static int make_ua(struct line *ln)
{
	char *aor = NULL;
	int err;

	err = re_sdprintf(&aor, ln->proxy[0]
			  ? "<sip:ringround@%s>;regint=0;outbound=\"sip:%s\""
			  : "<sip:ringround@%s>;regint=0",
			  ln->ls->host, ln->proxy);
	if (err)
		return err;

	err = ua_alloc(&ln->ua, aor);
	mem_deref(aor);
	if (!err)
		err = set_media(ln);
	if (err || !ln->username[0])
		return err;

	err = account_set_auth_user(ua_account(ln->ua), ln->username);
	if (!err)
		err = account_set_auth_pass(ua_account(ln->ua), ln->secret);

	return err;
}


static int line_alloc(struct line **lnp, struct lines *ls,
		      const char *username, const char *secret,
		      const char *proxy, enum phone_media media)
{
	struct line *ln = mem_zalloc(sizeof(*ln), line_destructor);
	int err;

	if (!ln)
		return ENOMEM;

	ln->ls = ls;
	ln->media = media;
	err  = str_dup(&ln->username, username);
	err |= str_dup(&ln->secret, secret);
	err |= str_dup(&ln->proxy, proxy);
	if (!err)
		err = make_ua(ln);

	if (err) {
		mem_deref(ln);
		return err;
	}

	list_prepend(&ls->list, &ln->le, ln);
	*lnp = ln;
	return 0;
}


int line_get(struct line **lnp, struct lines *ls, const char *username,
	     const char *secret, const char *proxy, enum phone_media media)
{
	struct line *ln = NULL;
	struct le *le;
	int err = 0;

	for (le = list_head(&ls->list); le; le = le->next) {
		struct line *old = le->data;

		if (old->ua && old->media == media
		    && !strcmp(old->username, username)
		    && !strcmp(old->secret, secret)
		    && !strcmp(old->proxy, proxy)) {
			ln = old;
			break;
		}
	}

	if (!ln) {
		drop_idle(ls);
		err = line_alloc(&ln, ls, username, secret, proxy, media);
	}
	if (err)
		return err;

	++ln->used;
	*lnp = ln;
	return 0;
}


void line_put(struct line *ln)
{
	if (ln)
		--ln->used;
}


struct ua *line_ua(const struct line *ln)
{
	return ln->ua;
}
