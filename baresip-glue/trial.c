/**
 * @file trial.c  One call now, shown message by message
 */
#include "baresip-glue/trial.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "baresip-glue/journal.h"
#include "baresip-glue/wire.h"
#include "core/ladder.h"
#include "core/solo.h"

enum {
	LOOK_MS      = 100,     /* between two looks at the prompt       */
	SUMMARY_SIZE = 1024,
};

static struct {
	struct solo solo;
	struct ladder ladder;
	struct wire wire;
	int out;                /* where lines go                        */
	bool terminal;
	bool bar;               /* the cursor is behind one              */
	bool told_start;
	bool told_end;
	bool told_quit;
	bool over;
	uint64_t look_ms;
	uint32_t length_ms;     /* of the prompt                         */
	struct call_stats rtp;
	char warning[512];      /* the engine's last one                 */
	uint8_t *audio;
	size_t size;
	prompt_bytes_h *audioh; /* asked for it                          */
	void *audio_arg;
} trial;


static void print(const char *line)
{
	(void)dprintf(trial.out, "%s%s\n", trial.bar ? "\r\033[K" : "", line);
	trial.bar = false;
}


static void note(uint64_t at_ms, const char *words)
{
	char line[LADDER_LINE];

	ladder_note(&trial.ladder, line, at_ms, words);
	print(line);
}


static void wire_handler(bool tx, const struct sa *peer, const uint8_t *pkt,
			 size_t len, void *arg)
{
	char line[LADDER_LINE];
	(void)peer;
	(void)arg;

	if (ladder_message(&trial.ladder, line, tx, (const char *)pkt, len,
			   app_now()))
		print(line);
}


static void trial_log(bool warn, const char *line, void *arg)
{
	(void)arg;
	if (warn)
		(void)snprintf(trial.warning, sizeof(trial.warning), "%s",
			       line);
	journal_line(warn, line);
}


static int read_audio(int fd)
{
	struct stat sb;
	size_t got = 0;

	if (fstat(fd, &sb) || sb.st_size <= 0)
		return EBADF;

	trial.audio = malloc((size_t)sb.st_size);
	if (!trial.audio)
		return ENOMEM;

	while (got < (size_t)sb.st_size) {
		const ssize_t n = pread(fd, trial.audio + got,
					(size_t)sb.st_size - got, (off_t)got);

		if (n <= 0)
			return EIO;
		got += (size_t)n;
	}

	trial.size = got;
	(void)close(fd);

	return 0;
}


int trial_open(struct app *ap, struct engine_prm *ep)
{
	const struct launch_call *lc = &ap->la.call;
	const struct solo_prm sp = {
		.number = lc->number, .cli = lc->cli,
		.username = lc->username, .secret = lc->secret,
		.timeout_sec = (uint32_t)lc->timeout_sec,
	};
	int err;

	settings_default(&ep->set, NULL);
	(void)snprintf(ep->set.proxy, sizeof(ep->set.proxy), "%s", lc->proxy);
	ep->set.uri_allowed = lc->uri_allowed;
	ep->set.media = lc->media;
	ep->store = &solo_ops;
	ep->store_arg = &trial.solo;
	ep->logh = trial_log;

	trial.out = lc->out_fd;
	trial.terminal = isatty(lc->out_fd) == 1;
	err = solo_init(&trial.solo, &sp, &ep->set);

	return err ? err : read_audio(lc->audio_fd);
}


int trial_fetch(prompt_bytes_h *h, void *harg)
{
	trial.audioh = h;
	trial.audio_arg = harg;

	return 0;
}


void trial_start(struct app *ap)
{
	wire_watch(&trial.wire, wire_handler, NULL);
	engine_db(ap->eng, true);
}


static void show_bar(uint32_t played_ms)
{
	char words[LADDER_LINE];

	if (!trial.terminal)
		return;

	ladder_bar(words, sizeof(words), played_ms, trial.length_ms);
	(void)dprintf(trial.out, "\r           %s\033[K", words);
	trial.bar = true;
}


static void tell_end(uint64_t at_ms, uint32_t played_ms)
{
	char words[LADDER_LINE];

	if (!trial.told_start || trial.told_end)
		return;

	trial.told_end = true;
	ladder_bar(words, sizeof(words), played_ms, trial.length_ms);
	note(at_ms, words);
}


static void look(const struct app *ap, uint64_t now_ms)
{
	struct snapshot *sn = engine_snapshot(ap->eng);
	const struct snapshot_call *sc;

	trial.look_ms = now_ms;
	if (!sn)
		return;

	sc = sn->callc ? sn->callv : sn->endedc ? sn->endedv : NULL;
	if (sc && sc->prompt_age != SNAPSHOT_NEVER) {
		trial.length_ms = sc->prompt_ms;
		trial.rtp = sc->rtp;
		if (!trial.told_start)
			note(now_ms - (sn->callc ? sc->prompt_age : 0),
			     "the prompt begins");
		trial.told_start = true;

		if (!sn->callc || sc->played_ms >= sc->prompt_ms)
			tell_end(now_ms, sc->played_ms);
		else
			show_bar(sc->played_ms);
	}

	snapshot_unref(sn);
}


/* Nothing was sent yet, and nothing gets better by waiting here. */
static void fail(struct app *ap)
{
	static const char more[] = "; trying again";
	static const char camp[] = "campaign call does not dial: ";
	const char *why = trial.warning;
	char *end = strstr(trial.warning, more);

	if (end)
		*end = '\0';
	if (!strncmp(why, camp, sizeof(camp) - 1))
		why += sizeof(camp) - 1;

	trial.over = true;
	app_fail(ap, why[0] ? why : "the call was not started");
}


static void end(struct app *ap, uint64_t now_ms)
{
	look(ap, now_ms);
	trial.over = true;
	ap->status = trial.solo.last.outcome == OUTCOME_SUCCESS
		? 0 : TRIAL_NOT_HEARD;
	if (ap->quit != QUIT_NO)
		(void)snprintf(trial.solo.last.reason,
			       sizeof(trial.solo.last.reason), "interrupted");
	else
		app_quit(ap);
}


static void deliver_audio(void)
{
	prompt_bytes_h *h = trial.audioh;

	trial.audioh = NULL;
	if (h)
		h(0, trial.audio, trial.size, NULL, trial.audio_arg);
}


void trial_tick(struct app *ap, uint64_t now_ms)
{
	if (trial.over)
		return;

	if (ap->quit != QUIT_NO && !trial.told_quit) {
		trial.told_quit = true;
		ap->status = TRIAL_NOT_HEARD;
		note(now_ms, "interrupted, hanging up");
	}

	deliver_audio();
	solo_tick(&trial.solo);
	if (now_ms >= trial.look_ms + LOOK_MS)
		look(ap, now_ms);

	switch (solo_state(&trial.solo)) {

	case SOLO_LIVE:
		if (trial.warning[0] && !engine_dialled(ap->eng))
			fail(ap);
		break;

	case SOLO_BACK:
		if (ap->quit == QUIT_NO)
			fail(ap);
		trial.over = true;
		break;

	case SOLO_ENDED:
		end(ap, now_ms);
		break;
	}
}


void trial_close(void)
{
	char text[SUMMARY_SIZE];

	if (trial.out)
		wire_unwatch(&trial.wire);

	if (trial.out && solo_state(&trial.solo) == SOLO_ENDED) {
		ladder_summary(text, sizeof(text), &trial.solo.last,
			       trial.length_ms, &trial.rtp);
		(void)dprintf(trial.out, "%s\n%s", trial.bar ? "\r\033[K" : "",
			      text);
	}

	explicit_bzero(&trial.solo, sizeof(trial.solo));
	free(trial.audio);
	trial.audio = NULL;
	trial.out = 0;
}
