/**
 * @file preload_timers.c  The host's timers, on a wheel
 *
 * libre keeps them in one sorted list, and each start walks along it: a call
 * has half a dozen, and starts one each second. These functions stand before
 * libre's. Timers due in the present block of 512 ms are in a slot for each
 * millisecond, later ones in their block, until it begins; those of one
 * millisecond run in the order in which they were started. The loop thread
 * alone has timers.
 */
#include <stdbool.h>
#include <string.h>
#include <re_types.h>
#include <re_list.h>
#include <re_tmr.h>

/* Programs without libre have no timers either. */
#pragma weak list_append
#pragma weak list_unlink

enum {
	SLOTS  = 512,           /* of a millisecond: a block             */
	BLOCKS = 128,           /* what is due later comes round again   */
	WORD   = 64,
};

static struct {
	struct list slotv[SLOTS];
	uint64_t usedv[SLOTS / WORD];   /* a bit a slot, cleared late    */
	struct list blockv[BLOCKS];
	uint64_t now;           /* all before has been run; 0: nothing   */
	size_t count;           /* in all lists                          */
} wheel;


static uint64_t block_of(uint64_t ms)
{
	return ms / SLOTS;
}


static void put(struct tmr *tmr)
{
	const uint64_t due = tmr->jfs > wheel.now ? tmr->jfs : wheel.now;
	const uint64_t i = due % SLOTS;

	if (block_of(due) == block_of(wheel.now)) {
		list_append(&wheel.slotv[i], &tmr->le, tmr);
		wheel.usedv[i / WORD] |= 1ull << i % WORD;
	}
	else {
		list_append(&wheel.blockv[block_of(due) % BLOCKS], &tmr->le,
			    tmr);
	}
}


/* What is due laps later goes back behind itself. */
static void begin_block(void)
{
	struct list *block = &wheel.blockv[block_of(wheel.now) % BLOCKS];
	const struct le *last = block->tail;
	struct le *le, *next;

	for (le = block->head; le; le = next) {
		next = le == last ? NULL : le->next;
		list_unlink(le);
		put(le->data);
	}
}


/* The first slot of this block, from the present one on, that has timers */
static bool find_slot(uint64_t *slot)
{
	for (uint64_t i = wheel.now % SLOTS; i < SLOTS; i++) {

		uint64_t *word = &wheel.usedv[i / WORD];

		if (!(*word >> i % WORD)) {
			i |= WORD - 1;
			continue;
		}
		if (!(*word >> i % WORD & 1))
			continue;
		if (wheel.slotv[i].head) {
			*slot = i;
			return true;
		}
		*word &= ~(1ull << i % WORD);
	}

	return false;
}


/* On to the next millisecond with timers, or to the end. @return it has */
static bool advance(uint64_t end)
{
	uint64_t slot, at;

	while (wheel.count) {

		const uint64_t first = wheel.now - wheel.now % SLOTS;

		if (find_slot(&slot)) {
			at = first + slot;
			wheel.now = at < end ? at : end;
			return at <= end;
		}
		if (first + SLOTS > end)
			break;

		wheel.now = first + SLOTS;
		begin_block();
	}

	wheel.now = end;

	return false;
}


static void run(struct tmr *tmr)
{
	tmr_h *th = tmr->th;
	void *arg = tmr->arg;

	tmr->th = NULL;
	list_unlink(&tmr->le);
	--wheel.count;
	th(arg);
}


__attribute__((visibility("default")))
void tmr_start(struct tmr *tmr, uint64_t delay, tmr_h *th, void *arg)
{
	if (!tmr)
		return;

	if (tmr->th) {
		list_unlink(&tmr->le);
		--wheel.count;
	}

	tmr->th = th;
	tmr->arg = arg;
	if (!th)
		return;

	tmr->jfs = tmr_jiffies() + delay;
	if (!wheel.count++)
		wheel.now = tmr->jfs - delay;

	put(tmr);
}


__attribute__((visibility("default")))
void tmr_cancel(struct tmr *tmr)
{
	tmr_start(tmr, 0, NULL, NULL);
}


/** What handlers start for at once runs before this returns, as in libre. */
__attribute__((visibility("default")))
void tmr_poll(struct list *tmrl)
{
	const uint64_t now = tmr_jiffies();
	(void)tmrl;

	while (wheel.count && wheel.now <= now && advance(now)) {

		struct list *slot = &wheel.slotv[wheel.now % SLOTS];

		while (slot->head)
			run(slot->head->data);
	}
}


/** @return milliseconds until there may be something to run; 0: never */
__attribute__((visibility("default")))
uint64_t tmr_next_timeout(struct list *tmrl)
{
	const uint64_t now = tmr_jiffies();
	uint64_t slot, at;
	(void)tmrl;

	if (!wheel.count)
		return 0;

	at = wheel.now - wheel.now % SLOTS;
	at += find_slot(&slot) ? slot : SLOTS;

	return at > now ? at - now : 1;
}
