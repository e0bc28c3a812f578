/**
 * @file cmd_demo.c  ringround demo: an engine, phones for it, and a referee
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tui/cmd.h"
#include "tui/demo_child.h"
#include "tui/demo_place.h"
#include "tui/demo_watch.h"
#include "tui/listen.h"
#include "tui/paths.h"
#include "tui/profile.h"

enum {
	LIMIT_SEC = 120,        /* then something is wrong               */
	LOOK_MS   = 200,        /* when no notice comes                  */
};

struct demo {
	const struct options *opt;
	struct demo_place *place;
	struct demo_child callees;
	struct demo_child engine;
	struct demo_watch *watch;
	struct db *db;
	struct address listen;
	bool console;
	bool interrupted;
	int signal_fd;
	char why[WHY_SIZE];     /**< what went wrong                     */
};


static time_t now_sec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);

	return now.tv_sec;
}


/* Signals are read, not suffered: all ends the same way. */
static int signals_block(struct demo *dm)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);

	dm->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);

	return dm->signal_fd < 0 ? errno : 0;
}


/* With a console ^C is the console's key; here it means nothing then. */
static void signals_read(struct demo *dm)
{
	struct signalfd_siginfo si;

	while (read(dm->signal_fd, &si, sizeof(si)) == sizeof(si)) {
		if (si.ssi_signo == SIGCHLD)
			continue;
		if (si.ssi_signo == SIGINT && dm->console)
			continue;
		dm->interrupted = true;
	}
}


/* A port that is free is no promise, but the engine says so when not. */
static int listen_choose(struct demo *dm)
{
	int err;

	dm->listen = dm->opt->listen;
	if (dm->opt->listen_given)
		return listen_check(&dm->listen, dm->why, sizeof(dm->why));

	err = listen_free_port(&dm->listen);
	if (err)
		snprintf(dm->why, sizeof(dm->why), "no free port on %s: %s",
			 dm->listen.host, strerror(err));

	return err;
}


static int callees_start(struct demo *dm, char *proxy, size_t size)
{
	struct address ad = dm->listen;
	int err;

	if (!strcmp(ad.host, "0.0.0.0"))
		strcpy(ad.host, "127.0.0.1");
	else if (!strcmp(ad.host, "::"))
		strcpy(ad.host, "::1");

	err = demo_child_callees(&dm->callees, &ad, dm->why,
				 sizeof(dm->why));
	if (!err)
		snprintf(proxy, size, ad.v6 ? "[%s]:%u" : "%s:%u", ad.host,
			 (unsigned)ad.port);

	return err;
}


static int database_fill(struct demo *dm, const char *proxy)
{
	char prompt[PATHS_SIZE];
	int from, to, err;

	if (paths_demo(prompt, sizeof(prompt), "prompt.wav")) {
		snprintf(dm->why, sizeof(dm->why), "the demonstration's "
			 "prompt.wav is missing; install ringround again");
		return ENOENT;
	}

	err = db_open(&dm->db, demo_place_conninfo(dm->place), dm->why,
		      sizeof(dm->why));
	if (!err)
		err = db_schema_init(dm->db, false, &from, &to, dm->why,
				     sizeof(dm->why));
	if (!err)
		err = demo_watch_campaign(dm->db, proxy, prompt, dm->why,
					  sizeof(dm->why));
	if (!err)
		err = demo_watch_read(dm->watch, dm->db, false, dm->why,
				      sizeof(dm->why));

	return err;
}


static int demo_start(struct demo *dm)
{
	char proxy[HOST_SIZE + 16];
	int err;

	err = profile_check(dm->why, sizeof(dm->why));
	if (!err)
		err = listen_choose(dm);
	if (!err)
		err = callees_start(dm, proxy, sizeof(proxy));
	if (err)
		return err;

	err = demo_place_make(&dm->place, dm->opt->conninfo, dm->why,
			      sizeof(dm->why));
	if (!err)
		err = database_fill(dm, proxy);
	if (err)
		return err;

	signals_read(dm);
	if (dm->interrupted)
		return EINTR;

	if (!dm->console) {
		printf("ringing 12 pretended phones from %s, SIP port %u; "
		       "^C ends it\n", dm->listen.host,
		       (unsigned)dm->listen.port);
		fflush(stdout);
	}

	return demo_child_engine(&dm->engine, &dm->listen,
				 demo_place_conninfo(dm->place), dm->console,
				 dm->opt, dm->why, sizeof(dm->why));
}


static int engine_check(struct demo *dm)
{
	char words[WHY_SIZE / 2];
	const char *text = words;

	if (!demo_child_ended(&dm->engine))
		return 0;

	/* The console ends the engine: that is how it is left. */
	if (dm->console && WIFEXITED(dm->engine.status) &&
	    !WEXITSTATUS(dm->engine.status))
		return ECHILD;

	demo_child_words(&dm->engine, words, sizeof(words));
	if (!strncmp(text, "ringround: ", 11))
		text += 11;
	snprintf(dm->why, sizeof(dm->why), "the engine ended: %s",
		 text[0] ? text : "it did not say why");

	return ECHILD;
}


/* One look at the phones and at the engine. @return EAGAIN: go on */
static int demo_look(struct demo *dm)
{
	int err;

	signals_read(dm);
	if (dm->interrupted)
		return EINTR;

	err = demo_watch_read(dm->watch, dm->db, !dm->console, dm->why,
			      sizeof(dm->why));
	if (err)
		return err;

	err = engine_check(dm);
	if (err)
		return err;

	return !dm->console && demo_watch_done(dm->watch) ? 0 : EAGAIN;
}


/* A console has all the time that its operator takes. */
static int demo_run(struct demo *dm)
{
	const time_t end = now_sec() + LIMIT_SEC;
	int err;

	do {
		struct pollfd pfdv[] = {
			{ .fd = dm->signal_fd, .events = POLLIN },
			{ .fd = db_fd(dm->db), .events = POLLIN },
		};

		/* A notice may have come along with the rows. */
		(void)poll(pfdv, 2, db_changed(dm->db) ? 0 : LOOK_MS);

		err = demo_look(dm);
		if (err == EAGAIN && !dm->console && now_sec() >= end) {
			snprintf(dm->why, sizeof(dm->why), "the calls were "
				 "not done within %d seconds; -v shows why",
				 LIMIT_SEC);
			err = ETIMEDOUT;
		}
	} while (err == EAGAIN);

	return err;
}


/* The engine first: what it still writes is in the table. */
static bool demo_end(struct demo *dm)
{
	char why[WHY_SIZE];
	bool right = false;

	demo_child_stop(&dm->engine, dm->interrupted);
	demo_child_stop(&dm->callees, true);

	if (dm->db && demo_watch_read(dm->watch, dm->db, false, why,
				      sizeof(why)) == 0)
		right = demo_watch_table(dm->watch);

	db_close(dm->db);
	demo_place_free(dm->place);
	demo_watch_free(dm->watch);
	close(dm->signal_fd);

	return right;
}


int cmd_demo(const struct options *opt)
{
	struct demo dm = {
		.opt = opt,
		.console = !opt->daemon && isatty(STDIN_FILENO) &&
			   isatty(STDOUT_FILENO),
		.callees = { .out_fd = -1 },
		.engine = { .out_fd = -1 },
	};
	bool right;
	int err;

	err = signals_block(&dm);
	if (!err)
		err = demo_watch_alloc(&dm.watch);
	if (err)
		return cmd_fail("%s", strerror(err));

	err = demo_start(&dm);
	if (!err)
		err = demo_run(&dm);

	right = demo_end(&dm);

	if (dm.interrupted)
		return cmd_fail("interrupted");
	if (dm.why[0] && err)
		return cmd_fail("%s", dm.why);

	/* Who leaves the console early has seen enough. */
	return right || dm.console ? STATUS_OK : STATUS_ERROR;
}
