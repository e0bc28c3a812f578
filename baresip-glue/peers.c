/**
 * @file peers.c  Who takes part in the calls of this engine, by address
 */
#include "baresip-glue/peers.h"

#include <errno.h>
#include <string.h>
#include "baresip-glue/bucket.h"

enum {
	HASH_SIZE    = 1024,
	PARTIES      = 6,       /**< of a call; the oldest makes room    */
	CALL_ID_SIZE = 128,     /**< the host's have 16 characters       */
	LAST_WORD_MS = 64000,   /**< twice 64 * T1 of RFC 3261           */
	SWEEP_MS     = 8000,
	ASKS         = 20,      /**< requests of a call a second         */
	ASKS_MOST    = 40,      /**< and so many at once                 */
};

struct party {
	struct sa addr;
	bool bound;             /**< it has answered from that port      */
};

struct peers_call {
	struct le le;
	char call_id[CALL_ID_SIZE];
	struct party partyv[PARTIES];
	unsigned count;         /**< all that there have been            */
	bool held;
	bool told;
	uint64_t until;         /**< when it is not held                 */
	struct bucket asks;
};

static struct {
	struct hash *by_id;
	struct tmr tmr;
	struct peers_call *spare;
} peers;


static void peers_call_destructor(void *arg)
{
	struct peers_call *pc = arg;

	hash_unlink(&pc->le);
}


static bool has_id(struct le *le, void *arg)
{
	const struct peers_call *pc = le->data;

	return !pl_strcmp(arg, pc->call_id);
}


static struct peers_call *find(const struct pl *call_id)
{
	struct pl id = *call_id;

	if (!peers.by_id || !pl_isset(call_id))
		return NULL;

	return list_ledata(hash_lookup(peers.by_id, hash_joaat_pl(&id),
				       has_id, &id));
}


int peers_reserve(void)
{
	if (!peers.spare)
		peers.spare = mem_zalloc(sizeof(*peers.spare),
					 peers_call_destructor);

	return peers.spare ? 0 : ENOMEM;
}


static struct peers_call *get(const struct pl *call_id)
{
	struct peers_call *pc = find(call_id);

	if (pc || !peers.by_id || !pl_isset(call_id))
		return pc;

	if (peers_reserve()
	    || pl_strcpy(call_id, peers.spare->call_id, CALL_ID_SIZE))
		return NULL;

	pc = peers.spare;
	peers.spare = NULL;
	hash_append(peers.by_id, hash_joaat_pl(call_id), &pc->le, pc);
	pc->until = tmr_jiffies() + LAST_WORD_MS;

	return pc;
}


static bool sweep_one(struct le *le, void *arg)
{
	struct peers_call *pc = le->data;
	const uint64_t *now = arg;

	if (!pc->held && pc->until < *now)
		mem_deref(pc);

	return false;
}


static void sweep_handler(void *arg)
{
	uint64_t now = tmr_jiffies();
	(void)arg;

	(void)hash_apply(peers.by_id, sweep_one, &now);
	tmr_start(&peers.tmr, SWEEP_MS, sweep_handler, NULL);
}


int peers_open(void)
{
	const int err = hash_alloc(&peers.by_id, HASH_SIZE);

	if (!err)
		tmr_start(&peers.tmr, SWEEP_MS, sweep_handler, NULL);

	return err;
}


void peers_close(void)
{
	tmr_cancel(&peers.tmr);
	if (peers.by_id)
		hash_flush(peers.by_id);
	peers.by_id = mem_deref(peers.by_id);
	peers.spare = mem_deref(peers.spare);
}


static bool is_party(const struct peers_call *pc, const struct sa *addr)
{
	for (unsigned i = 0; i < pc->count && i < PARTIES; i++) {
		if (sa_cmp(&pc->partyv[i].addr, addr, SA_ALL))
			return true;
	}

	return false;
}


static void add_party(struct peers_call *pc, const struct sa *addr)
{
	struct party *pt;

	if (is_party(pc, addr))
		return;

	pt = &pc->partyv[pc->count++ % PARTIES];
	pt->addr = *addr;
	pt->bound = false;
}


void peers_sent(const struct pl *call_id, const struct sa *dst)
{
	struct peers_call *pc = get(call_id);

	if (!pc)
		return;

	add_party(pc, dst);
	pc->until = tmr_jiffies() + LAST_WORD_MS;
}


bool peers_asked(const char *call_id)
{
	const struct peers_call *pc;
	struct pl id;

	pl_set_str(&id, call_id);
	pc = find(&id);

	return pc && pc->count;
}


void peers_hold(const char *call_id)
{
	struct peers_call *pc;
	struct pl id;

	pl_set_str(&id, call_id);
	pc = get(&id);
	if (pc)
		pc->held = true;
}


void peers_leave(const char *call_id)
{
	struct peers_call *pc;
	struct pl id;

	pl_set_str(&id, call_id);
	pc = find(&id);
	if (!pc)
		return;

	pc->held = false;
	pc->until = tmr_jiffies() + LAST_WORD_MS;
}


enum peer_trust peers_judge(const struct pl *call_id, const struct sa *src,
			    bool datagram)
{
	const struct peers_call *pc = find(call_id);

	if (!pc)
		return PEER_NO_CALL;

	for (unsigned i = 0; i < pc->count && i < PARTIES; i++) {

		const struct party *pt = &pc->partyv[i];

		if (sa_cmp(&pt->addr, src, datagram && pt->bound
			   ? SA_ALL : SA_ADDR))
			return PEER_PARTY;
	}

	return PEER_STRANGER;
}


void peers_answered(const struct pl *call_id, const struct sa *src)
{
	struct peers_call *pc = find(call_id);

	for (unsigned i = 0; pc && i < pc->count && i < PARTIES; i++) {
		if (sa_cmp(&pc->partyv[i].addr, src, SA_ALL))
			pc->partyv[i].bound = true;
	}
}


void peers_named(const struct pl *call_id, const struct sa *addr)
{
	struct peers_call *pc = find(call_id);

	/* A long list does not put those out who are asked. */
	if (pc && pc->count < PARTIES)
		add_party(pc, addr);
}


bool peers_near(const char *call_id, const struct sa *own)
{
	const struct peers_call *pc;
	struct pl id;

	pl_set_str(&id, call_id);
	pc = find(&id);
	for (unsigned i = 0; pc && i < pc->count && i < PARTIES; i++) {

		const struct sa *addr = &pc->partyv[i].addr;

		if (sa_is_loopback(addr) || sa_cmp(addr, own, SA_ADDR))
			return true;
	}

	return false;
}


bool peers_may_ask(const struct pl *call_id)
{
	struct peers_call *pc = find(call_id);

	return pc && bucket_take(&pc->asks, tmr_jiffies(), ASKS, ASKS_MOST);
}


bool peers_told(const struct pl *call_id)
{
	struct peers_call *pc = find(call_id);
	const bool told = !pc || pc->told;

	if (pc)
		pc->told = true;

	return told;
}
