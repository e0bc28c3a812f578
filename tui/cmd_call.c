/**
 * @file cmd_call.c  ringround call: one number, now, and nothing else
 *
 * All that the call needs is read here and handed over to the engine's
 * module: it asks no database, and there is no row that anybody could ring
 * once more.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/number.h"
#include "tui/cmd.h"
#include "tui/find.h"
#include "tui/listen.h"
#include "tui/profile.h"
#include "tui/prompt_stored.h"
#include "tui/secret.h"
#include "tui/tool.h"

enum {
	CALL_TIMEOUT_SEC = 60,
	CALL_TIMEOUT_MAX = 3600,
	CALL_FD_MIN      = 10,  /* out of the way of what baresip opens  */
};

struct plan {
	const struct options *opt;
	struct tool tl;
	struct launch la;
	struct settings set;
	struct prompt_stored sd;
	char campaign[FIND_ID_SIZE];    /**< ""; or its number           */
	char prompt[FIND_ID_SIZE];      /**< of the campaign             */
	char config[REASON_SIZE];       /**< what is wrong with it       */
	char listed[REASON_SIZE];       /**< why it is not to be called  */
	char found[WHY_SIZE];   /**< one column of one row               */
};


static int refuse(struct plan *pl, int err, const char *words)
{
	snprintf(pl->tl.why, sizeof(pl->tl.why), "%s", words);

	return err;
}


static int take(struct plan *pl, char *dst, size_t size, const char *text,
		const char *what)
{
	if (strlen(text) >= size || strpbrk(text, "\r\n")) {
		snprintf(pl->tl.why, sizeof(pl->tl.why), "the %s is too long "
			 "or holds a line feed", what);
		return EINVAL;
	}

	strcpy(dst, text);

	return 0;
}


/* -- what options say; @return STATUS_OK or STATUS_USAGE, which is said -- */

static int options_take(struct plan *pl)
{
	const struct options *opt = pl->opt;
	const char *proxy = options_value(opt, "proxy");
	long sec = CALL_TIMEOUT_SEC;
	char why[WHY_SIZE] = "";

	if (!options_value(opt, "prompt") && !options_value(opt, "campaign"))
		snprintf(why, sizeof(why), "ringround call needs --prompt, "
			 "or a --campaign that has one");
	else if (proxy && address_proxy_check(proxy))
		snprintf(why, sizeof(why), "'%.100s' is no SIP proxy; write "
			 "it like host:5060 or host:5060;transport=tcp",
			 proxy);
	else
		(void)options_number(opt, "timeout-sec", 1, CALL_TIMEOUT_MAX,
				     &sec, why, sizeof(why));
	if (why[0]) {
		cmd_fail("%s", why);
		return STATUS_USAGE;
	}

	pl->la.call.timeout_sec = (int)sec;

	return STATUS_OK;
}


/* The engine's own port is 5060: without one that is written, any will do. */
static int listen_take(struct plan *pl)
{
	const char *text = options_value(pl->opt, "listen");
	struct address *ad = &pl->la.listen;
	int err;

	*ad = pl->opt->listen;
	pl->la.listen_given = pl->opt->listen_given;
	ad->port = 0;
	if (text)
		(void)address_parse(ad, text);
	if (!ad->port) {
		err = listen_free_port(ad);
		if (err && err != EADDRNOTAVAIL) {
			snprintf(pl->tl.why, sizeof(pl->tl.why), "no free "
				 "port on %s: %s", ad->host, strerror(err));
			return err;
		}
	}

	return listen_check(ad, pl->tl.why, sizeof(pl->tl.why));
}


/* -- what the database says -- */

static void config_row(const char *const *colv, size_t colc, void *arg)
{
	struct plan *pl = arg;

	(void)colc;
	if (settings_set(&pl->set, colv[0], colv[1], colv[2] ? colv[2] : "",
			 pl->config, sizeof(pl->config))
	    && !strcmp(colv[1], "sipproxy"))
		pl->set.proxy[0] = '\0';
}


static int settings_take(struct plan *pl)
{
	const char *proxy = options_value(pl->opt, "proxy");
	struct launch_call *lc = &pl->la.call;
	int err;

	settings_default(&pl->set, pl->la.listen_given ? pl->la.listen.host
			 : NULL);
	err = tool_ask(&pl->tl, sql_config, 0, NULL, config_row, pl);
	if (err)
		return err;

	if (!proxy && !pl->set.proxy[0]) {
		snprintf(pl->tl.why, sizeof(pl->tl.why), "config "
			 "campaign/sipproxy: %s; mend it, or give --proxy",
			 pl->config);
		return EINVAL;
	}

	lc->uri_allowed = pl->set.uri_allowed;
	lc->media = pl->set.media;

	return take(pl, lc->proxy, sizeof(lc->proxy),
		    proxy ? proxy : pl->set.proxy, "proxy");
}


static void found_row(const char *const *colv, size_t colc, void *arg)
{
	struct plan *pl = arg;

	(void)colc;
	snprintf(pl->found, sizeof(pl->found), "%s", colv[0] ? colv[0] : "");
}


static void campaign_row(const char *const *colv, size_t colc, void *arg)
{
	struct plan *pl = arg;
	struct launch_call *lc = &pl->la.call;

	(void)colc;
	snprintf(pl->prompt, sizeof(pl->prompt), "%s", colv[0] ? colv[0]
		 : "");
	snprintf(lc->cli, sizeof(lc->cli), "%s", colv[1] ? colv[1] : "");
	snprintf(lc->username, sizeof(lc->username), "%s", colv[2] ? colv[2]
		 : "");
	if (!options_value(pl->opt, "timeout-sec"))
		lc->timeout_sec = atoi(colv[3]);
	if (colv[4])
		(void)phone_media_parse(&lc->media, colv[4]);
}


/* Operators may set a secret, and never read one. */
static int secret_ask(struct plan *pl)
{
	const char *const paramv[] = { pl->campaign };
	int err;

	err = tool_ask(&pl->tl, sql_call_secret, 1, paramv, found_row, pl);
	if (err && strstr(pl->tl.why, "permission denied"))
		return refuse(pl, err, "this role may not read the "
			      "campaign's secret: give --md5secret");

	return err;
}


static int secret_take(struct plan *pl)
{
	const char *from = options_value(pl->opt, "md5secret");
	struct launch_call *lc = &pl->la.call;
	char secret[SECRET_SIZE] = "";
	int err = 0;

	if (from)
		err = secret_read(from, secret, pl->tl.why,
				  sizeof(pl->tl.why));
	else if (pl->campaign[0] && lc->username[0]
		 && !options_value(pl->opt, "username"))
		err = secret_ask(pl);
	if (!err)
		err = take(pl, lc->secret, sizeof(lc->secret),
			   from ? secret : pl->found, "password");
	explicit_bzero(secret, sizeof(secret));
	explicit_bzero(pl->found, sizeof(pl->found));

	return err;
}


static int caller_take(struct plan *pl)
{
	const char *camp = options_value(pl->opt, "campaign");
	const char *cli = options_value(pl->opt, "cli");
	const char *name = options_value(pl->opt, "username");
	const char *const paramv[] = { pl->campaign };
	struct launch_call *lc = &pl->la.call;
	int err = 0;

	if (camp) {
		err = find_campaign(&pl->tl, camp, pl->campaign);
		if (!err)
			err = tool_ask(&pl->tl, sql_call_campaign, 1, paramv,
				       campaign_row, pl);
	}
	if (!err && cli)
		err = take(pl, lc->cli, sizeof(lc->cli), cli, "cli");
	if (!err && name)
		err = take(pl, lc->username, sizeof(lc->username), name,
			   "username");
	if (!err && lc->cli[0] && number_refuse(lc->cli, false))
		err = refuse(pl, EINVAL, "the cli is no number");

	return err ? err : secret_take(pl);
}


static int number_take(struct plan *pl)
{
	struct launch_call *lc = &pl->la.call;
	const char *why, *number = pl->opt->wordv[0];

	why = number_refuse(number, pl->set.uri_allowed);
	if (why)
		return refuse(pl, EINVAL, why);

	return take(pl, lc->number, sizeof(lc->number), number, "number");
}


/* Into memory that the module inherits */
static int prompt_take(struct plan *pl)
{
	const char *word = options_value(pl->opt, "prompt");
	size_t done = 0;
	int err, fd;

	if (!word && !pl->prompt[0])
		return refuse(pl, EINVAL, "the campaign has no prompt: give "
			      "--prompt");

	err = prompt_stored_read(&pl->sd, &pl->tl, word ? word : pl->prompt);
	if (err)
		return err;

	fd = memfd_create("prompt", 0);
	pl->la.call.audio_fd = fcntl(fd, F_DUPFD, CALL_FD_MIN);
	while (fd >= 0 && done < pl->sd.len) {
		const ssize_t n = write(fd, pl->sd.data + done,
					pl->sd.len - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	close(fd);
	if (pl->la.call.audio_fd < 0 || done < pl->sd.len)
		return refuse(pl, ENOMEM, "no memory for the prompt");

	return 0;
}


static void listed_row(const char *const *colv, size_t colc, void *arg)
{
	struct plan *pl = arg;

	(void)colc;
	snprintf(pl->listed, sizeof(pl->listed), "on the do-not-call list as "
		 "%.40s%s%.80s", colv[0], colv[2] ? ": " : "",
		 colv[2] ? colv[2] : "");
}


/* May it be called? The last thing that is asked. */
static int number_may(struct plan *pl)
{
	const char *const numberv[] = { pl->la.call.number, NULL };
	const char *const idv[] = { pl->found };
	int err;

	err = tool_ask(&pl->tl, sql_dnc_list, 1, numberv, listed_row, pl);
	if (!err && !pl->listed[0])
		err = tool_ask(&pl->tl, sql_why_number, 2, numberv, found_row,
			       pl);
	if (err || pl->listed[0])
		return err;

	err = tool_ask(&pl->tl, sql_call_live, 1, idv, found_row, pl);
	if (!err && pl->found[0] != '{')
		snprintf(pl->listed, sizeof(pl->listed), "being rung now, by "
			 "campaign %.100s", pl->found);

	return err;
}


static int plan_make(struct plan *pl)
{
	int err;

	/* ENOENT is for what the database does not have. */
	if (profile_check(pl->tl.why, sizeof(pl->tl.why))
	    || profile_trust(&pl->la, options_value(pl->opt, "ca-file"),
			     pl->tl.why, sizeof(pl->tl.why)))
		return EIO;

	err = listen_take(pl);
	if (!err)
		err = tool_open(&pl->tl, pl->opt);
	if (!err)
		err = settings_take(pl);
	if (!err)
		err = number_take(pl);
	if (!err)
		err = caller_take(pl);
	if (!err)
		err = prompt_take(pl);
	if (!err)
		err = number_may(pl);

	return err;
}


/* -- become the module -- */

static int output_take(struct launch *la)
{
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	la->call.out_fd = fcntl(STDOUT_FILENO, F_DUPFD, CALL_FD_MIN);
	la->log_fd = fcntl(STDERR_FILENO, F_DUPFD, CALL_FD_MIN);
	if (null < 0 || la->call.out_fd < 0 || la->log_fd < 0)
		return EMFILE;

	/* baresip prints a banner before the module can keep it from it. */
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(null, STDOUT_FILENO);
	close(null);

	return 0;
}


static void announce(const struct plan *pl)
{
	const struct launch *la = &pl->la;
	const struct launch_call *lc = &la->call;

	printf(la->listen.v6 ? "calling %s through %s from [%s]:%u as %s, "
	       "prompt %s %s\n" : "calling %s through %s from %s:%u as %s, "
	       "prompt %s %s\n", lc->number, lc->proxy, la->listen.host,
	       (unsigned)la->listen.port, lc->cli[0] ? lc->cli : lc->number,
	       pl->sd.id, pl->sd.name ? pl->sd.name : "");
	fflush(stdout);
}


static int become(struct plan *pl)
{
	struct launch *la = &pl->la;
	struct profile pf;
	char why[WHY_SIZE];
	int err;

	announce(pl);
	strcpy(la->node, "call");
	la->max_calls = 1;
	la->verbose = pl->opt->verbose;
	la->call.wanted = true;
	if (pl->opt->rtp_max) {
		la->rtp_min = pl->opt->rtp_min;
		la->rtp_max = pl->opt->rtp_max;
	}

	if (output_take(la))
		return cmd_fail("no file descriptor is left");

	err = profile_make(&pf, la, why, sizeof(why));
	if (err)
		return cmd_fail("%s", why);

	err = profile_exec(&pf);
	profile_remove(&pf);

	return cmd_fail("cannot start baresip: %s; install the package "
			"baresip-core again", strerror(err));
}


int cmd_call(const struct options *opt)
{
	struct plan pl;
	int err;

	memset(&pl, 0, sizeof(pl));
	pl.opt = opt;
	launch_init(&pl.la);
	if (options_take(&pl))
		return STATUS_USAGE;

	err = plan_make(&pl);
	err = err ? tool_done(&pl.tl, err) : (tool_close(&pl.tl), 0);
	if (!err && pl.listed[0]) {
		cmd_fail("%s is %s: not called", pl.la.call.number, pl.listed);
		err = STATUS_NO;
	}
	if (!err)
		err = become(&pl);

	prompt_stored_free(&pl.sd);
	explicit_bzero(&pl.la, sizeof(pl.la));

	return err;
}
