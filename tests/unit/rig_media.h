/**
 * @file rig_media.h  A pacing by the test's own clock, into fake streams
 */
#ifndef RINGROUND_RIG_MEDIA_H
#define RINGROUND_RIG_MEDIA_H

#include "baresip-glue/media.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "baresip-glue/baresip.h"
#include "baresip-glue/cursor.h"
#include "baresip-glue/pacing.h"


#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)


enum {
	PACKETS = 4096,
	EVENTS  = 512,
	T0      = 1000001,      /* where the clock begins: a slot follows */
};


struct sent {
	struct stream *strm;
	uint64_t at;
	uint32_t ts;
	bool marker;
	uint8_t first;          /* byte of the payload                   */
	size_t len;
};


struct seen {
	uint64_t id;
	enum media_ev ev;
	uint64_t at;
	uint32_t played;
};


/* All that a test looks at */
static struct {
	uint64_t now;
	struct pacing *pc;
	struct sent sentv[PACKETS];
	size_t sentc;
	struct seen seenv[EVENTS];
	size_t seenc;
	int send_err;
	bool kept;              /* its packets wait, and are refused     */
	bool real;              /* the real thread calls: count only     */
	atomic_uint real_sentc;
	atomic_bool real_stopped;
} t;


/* Streams are never looked into: any address does. */
static char streamv[4];

#define STREAM(i) ((struct stream *)(void *)&streamv[i])


int stream_send(struct stream *s, bool ext, bool marker, int pt, uint32_t ts,
		struct mbuf *mb)
{
	const struct sockaddr_in to = { .sin_family = AF_INET };
	struct sent *se = &t.sentv[t.sentc];

	/* The test's own assertions work on its own thread only. */
	if (t.real) {
		if (!s || atomic_load(&t.real_stopped))
			abort();
		atomic_fetch_add(&t.real_sentc, 1);
		return 0;
	}

	assert_non_null(s);
	assert_int_equal(STREAM_PRESZ, mb->pos);
	assert_false(ext);
	assert_int_equal(-1, pt);
	if (t.send_err)
		return t.send_err;
	if (t.kept)
		return sendto(-1, mb->buf, mb->end, 0,
			      (const struct sockaddr *)&to, sizeof(to)) < 0
			? errno : 0;

	assert_true(t.sentc < PACKETS);
	++t.sentc;
	*se = (struct sent){ s, t.now, ts, marker, mb->buf[mb->pos],
			     mb->end - mb->pos };

	/* What libre does with the buffer */
	mb->pos = 0;
	memset(mb->buf, 0xff, mb->end);

	return 0;
}


static inline uint64_t clock_handler(void *arg)
{
	(void)arg;

	return t.now;
}


static inline void event_handler(struct cursor *cur, unsigned events,
				 void *arg)
{
	(void)arg;

	for (unsigned i = 0; i < MEDIA_EVENTS; i++) {
		if (!(events & (1u << i)))
			continue;

		assert_true(t.seenc < EVENTS);
		t.seenv[t.seenc++] = (struct seen){
			cur->id, (enum media_ev)i, t.now, cursor_played(cur)
		};
	}
}


static inline void enlist_handler(struct cursor *cur, void *arg)
{
	(void)arg;

	pacing_add(t.pc, cur);
}


static inline int setup(void **state)
{
	(void)state;

	memset(&t, 0, sizeof(t));
	t.now = T0;

	return pacing_alloc(&t.pc, false, clock_handler, event_handler,
			    NULL);
}


static inline int teardown(void **state)
{
	(void)state;

	pacing_free(t.pc);

	return 0;
}


/* Each payload is 8 bytes a millisecond; the first one is its number. */
static inline struct run *make_run(uint32_t ptime, uint32_t clock, uint32_t ms)
{
	const uint32_t n = (ms + ptime - 1) / ptime;
	const uint32_t len = 8 * ptime;
	struct run *run;
	uint32_t *offv;
	uint8_t *data;

	run = calloc(1, sizeof(*run) + (n + 1) * sizeof(*offv) + n * len);
	assert_non_null(run);

	offv = (uint32_t *)(run + 1);
	data = (uint8_t *)(offv + n + 1);
	for (uint32_t i = 0; i < n; i++) {
		offv[i + 1] = offv[i] + len;
		data[i * len] = (uint8_t)i;
	}

	atomic_init(&run->refs, 1);
	run->ptime = ptime;
	run->clock = clock;
	run->ts_step = clock * ptime / 1000;
	run->packetc = n;
	run->length_ms = ms;
	run->offv = offv;
	run->data = data;

	return run;
}


static inline struct cursor *make_cursor(uint64_t id, uint32_t threshold)
{
	struct cursor *cur;

	assert_int_equal(0, cursor_alloc(&cur, id, threshold,
					 enlist_handler, NULL));

	return cur;
}


static inline void play(struct cursor *cur, struct run *run)
{
	assert_int_equal(0, cursor_play(cur, STREAM(0), run));
}


/* Time passes, with the thread awake in each millisecond */
static inline void run_ms(uint64_t ms)
{
	while (ms--) {
		++t.now;
		pacing_run(t.pc);
	}
}


/* What had been played at an event; -1: it did not happen */
static inline int64_t played_at(uint64_t id, enum media_ev ev)
{
	int64_t played = -1;

	for (size_t i = 0; i < t.seenc; i++) {
		if (t.seenv[i].id != id || t.seenv[i].ev != ev)
			continue;

		assert_int_equal(-1, played);
		played = t.seenv[i].played;
	}

	return played;
}

#endif
