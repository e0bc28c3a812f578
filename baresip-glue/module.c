/**
 * @file module.c  The application module: start and stop inside the host
 */
#include "baresip-glue/app.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "baresip-glue/baresip.h"
#include "baresip-glue/desk.h"
#include "baresip-glue/journal.h"
#include "baresip-glue/metrics.h"
#include "baresip-glue/transport.h"
#include "baresip-glue/trial.h"
#include "baresip-glue/trust.h"
#include "core/room.h"
#include "core/text.h"

struct app app = {
	.timer_fd = -1, .signal_fd = -1, .notify = { .fd = -1 },
};


/* --- between the parts -------------------------------------------------- */

static uint64_t clock_now(void *ck)
{
	(void)ck;

	return app_now();
}


static void app_log(bool warn, const char *line, void *arg)
{
	(void)arg;
	journal_line(warn, line);
}


static void store_db(bool ok, const char *why, void *arg)
{
	struct app *ap = arg;

	if (ok)
		journal_line(false, "the database is there");
	else
		journal_print(true, "no database, nothing is dialled: %s",
			      why ? why : "");

	ap->db_there = ok;
	(void)text_clean(ap->db_why, sizeof(ap->db_why), why ? why : "");
	engine_db(ap->eng, ok);
}


static void store_change(bool settings, void *arg)
{
	const struct app *ap = arg;

	engine_wake(ap->eng, settings);
}


static void store_life(struct store_life *life, void *arg)
{
	const struct app *ap = arg;

	life->max_calls = ap->carry.calls;
	life->live = (uint32_t)engine_live(ap->eng);
	life->room = engine_room(ap->eng);
	life->dialled = engine_dialled(ap->eng);
}


static void store_fatal(const char *why, void *arg)
{
	app_fail(arg, why);
}


static void store_lease(void *arg)
{
	const struct app *ap = arg;

	engine_leases_lost(ap->eng);
}


static void store_hangup(const int64_t *attemptv, size_t n, void *arg)
{
	const struct app *ap = arg;
	const struct engine_cut cut = { .attemptv = attemptv, .n = n };

	(void)engine_cut(ap->eng, &cut);
}


static size_t store_attempts(int64_t *v, size_t size, void *arg)
{
	const struct app *ap = arg;

	return engine_attempts(ap->eng, v, size);
}


static void call_event(uint64_t id, enum call_ev ev,
		       const struct call_fact *fact, void *arg)
{
	const struct app *ap = arg;

	engine_call_event(ap->eng, id, ev, fact);
}


static int prompt_fetch(int32_t id, const char *digest, prompt_bytes_h *h,
			void *harg, void *arg)
{
	const struct app *ap = arg;

	return ap->store ? store_pg_audio(ap->store, id, digest, h, harg)
		: trial_fetch(h, harg);
}


static void prompt_change(void *arg)
{
	const struct app *ap = arg;

	dialer_prompts_changed(ap->dl);
	engine_wake(ap->eng, false);
}


/* --- start -------------------------------------------------------------- */

/* All in there has been read by now, and it may hold a password. */
static void remove_profile(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *de;

	if (d) {
		while ((de = readdir(d)))
			(void)unlinkat(dirfd(d), de->d_name, 0);
		(void)closedir(d);
	}

	(void)rmdir(dir);
}


static int read_profile(struct app *ap)
{
	const char *dir = getenv(LAUNCH_ENV);
	int err;

	launch_init(&ap->la);
	if (!dir) {
		fprintf(stderr, "ringround.so: start it by the program "
			"ringround\n");
		return EINVAL;
	}

	err = launch_read(&ap->la, dir);
	remove_profile(dir);
	(void)unsetenv(LAUNCH_ENV);
	(void)unsetenv("LD_PRELOAD");

	return err;
}


static int start_dialer(struct app *ap)
{
	struct dialer_prm prm = { .eventh = call_event, .arg = ap };
	char host[HOST_SIZE + 2];
	int err;

	(void)snprintf(host, sizeof(host), ap->la.listen.v6 ? "[%s]" : "%s",
		       ap->la.listen.host);
	prm.host = host;

	err = prompts_alloc(&ap->prompts, prompt_fetch, prompt_change, ap);
	if (err)
		return err;

	prm.prompts = ap->prompts;
	return dialer_alloc(&ap->dl, &prm);
}


static int start_store(struct app *ap, struct engine_prm *ep)
{
	char address[HOST_SIZE + 16];
	struct store_pg_prm sp = {
		.conninfo  = ap->la.conn_given ? ap->la.conninfo : NULL,
		.node      = ap->la.node,
		.dbh       = store_db,
		.changeh   = store_change,
		.lifeh     = store_life,
		.address   = address,
		.version   = VERSION,
		.fatalh    = store_fatal,
		.leaseh    = store_lease,
		.attemptsh = store_attempts,
		.hanguph   = store_hangup,
		.logh      = app_log,
		.now_ms    = clock_now,
		.arg       = ap,
	};
	int err;

	(void)snprintf(address, sizeof(address), ap->la.listen.v6
		       ? "[%s]:%u" : "%s:%u", ap->la.listen.host,
		       ap->la.listen.port);
	settings_default(&sp.set, ap->la.listen_given
			 ? ap->la.listen.host : NULL);

	err = store_pg_alloc(&ap->store, &sp);
	if (err)
		return err;

	ep->set = sp.set;
	ep->store = &store_pg_ops;
	ep->store_arg = ap->store;

	return 0;
}


static int start_engine(struct app *ap)
{
	static const struct clock_ops clock = { clock_now };
	struct engine_prm ep = {
		.node       = ap->la.node,
		.dialer     = &dialer_baresip_ops,
		.dialer_arg = ap->dl,
		.clock      = &clock,
		.max_calls  = ap->carry.calls,
		.logh       = app_log,
	};
	int err;

	err = ap->la.call.wanted ? trial_open(ap, &ep) : start_store(ap, &ep);

	return err ? err : engine_alloc(&ap->eng, &ep);
}


static void started_handler(void *arg)
{
	struct app *ap = arg;
	const int err = app_started(ap);
	char why[128];

	if (err == ENOTTY)
		app_fail(ap, "this terminal cannot show the console: set "
			 "TERM, or use --daemon");
	else if (err) {
		(void)snprintf(why, sizeof(why), "cannot start: %s",
			       strerror(err));
		app_fail(ap, why);
	}
	else if (ap->la.call.wanted) {
		trial_start(ap);
	}
	else {
		journal_print(false, ap->la.listen.v6
			      ? "engine %s is ready on [%s]:%u, %s"
			      : "engine %s is ready on %s:%u, %s",
			      ap->la.node, ap->la.listen.host,
			      ap->la.listen.port, ap->carried);
	}
}


static void stop(struct app *ap)
{
	trial_close();
	desk_close();
	metrics_close();
	dialer_free(ap->dl);
	media_free(ap->med);
	prompts_free(ap->prompts);
	store_pg_free(ap->store);
	engine_free(ap->eng);
	tmr_cancel(&ap->tmr);
	trust_close();

	if (ap->timer_fd >= 0)
		fd_close(ap->timer_fd);
	if (ap->signal_fd >= 0)
		fd_close(ap->signal_fd);

	revive_free(ap->revive);
	cluster_leave(ap->cluster);
	ap->revive = NULL;
	ap->dl = NULL;
	ap->med = NULL;
	ap->prompts = NULL;
	ap->store = NULL;
	ap->eng = NULL;
	ap->cluster = NULL;
}


/* More than what there is room for is not dialled: that would fail. */
static void weigh_up(struct app *ap)
{
	struct carry_in in = {
		.asked    = (uint32_t)ap->la.max_calls,
		.port_min = ap->la.rtp_min,
		.port_max = ap->la.rtp_max,
	};

	room_look(&in);
	carry_weigh(&ap->carry, &in);
	(void)carry_words(ap->carried, sizeof(ap->carried), &ap->carry, &in);
	if (in.asked > ap->carry.calls)
		journal_line(true, ap->carried);
}


/* The host would go on without us. */
__attribute__((noreturn))
static void give_up(struct app *ap, const char *why)
{
	app_fail(ap, why);
	stop(ap);
	_exit(EXIT_FAILURE);
}


__attribute__((noreturn))
static void give_up_on(struct app *ap, const char *what, int err)
{
	char why[256];

	(void)snprintf(why, sizeof(why), "%s: %s", what, strerror(err));
	give_up(ap, why);
}


static int module_init(void)
{
	struct app *ap = &app;
	char why[PATH_MAX + 128];
	int err;

	err = read_profile(ap);
	if (err)
		_exit(EXIT_FAILURE);

	journal_open(ap->la.log_fd, ap->la.verbose);
	if (ap->la.call.wanted && !ap->la.verbose)
		journal_quiet();
	journal_hush_host();
	err = notify_open(&ap->notify);
	if (err)
		journal_print(true, "systemd is told nothing: %s",
			      strerror(err));
	tmr_init(&ap->tmr);
	net_change(baresip_network(), 0, NULL, NULL);

	err = 0;
	if (ap->la.cluster[0])
		err = cluster_adopt(&ap->cluster, ap->la.cluster);
	if (ap->cluster)
		err = revive_alloc(&ap->revive, ap->cluster);
	if (err)
		give_up_on(ap, "cannot adopt the embedded database", err);

	weigh_up(ap);
	err = transport_listen(&ap->la, why, sizeof(why));
	if (err)
		give_up(ap, why);

	err = start_dialer(ap);
	if (!err)
		err = start_engine(ap);
	if (err)
		give_up_on(ap, "cannot start", err);

	err = metrics_open(ap);
	if (err)
		give_up_on(ap, "cannot serve metrics, choose another "
			   "address with --metrics", err);

	tmr_start(&ap->tmr, 0, started_handler, ap);
	return 0;
}


/* The host calls it after its loop, and after a failed start, too. */
static int module_close(void)
{
	stop(&app);
	journal_line(false, "left");
	notify_close(&app.notify);
	journal_close();

	/* The host's status would be 0. */
	if (app.failed || app.status)
		_exit(app.failed ? EXIT_FAILURE : app.status);

	return 0;
}


__attribute__((visibility("default")))
const struct mod_export exports = {
	"ringround",
	"application",
	module_init,
	module_close,
};
