/**
 * @file model_ahead.c  Keys that are faster than the rows they are meant for
 *
 * After G, :id or a fast PgDn the row that the cursor is to stand on may not
 * have been read yet. A key that means a row waits for it then, and what is
 * typed behind that key, too: another row is never taken instead.
 */
#include "tui/model_priv.h"
#include <string.h>
#include "tui/model_piece.h"


static bool means_row(enum action action)
{
	const uint64_t rows = ACTION_BIT(ACTION_OPEN) |
		ACTION_BIT(ACTION_TAG) | ACTION_BIT(ACTION_FOLLOW) |
		ACTION_BIT(ACTION_COPY) | ACTION_BIT(ACTION_HANGUP);

	return (rows & ACTION_BIT(action)) != 0;
}


/* What comes too late is no answer to the keys any more. */
static void forget_late(struct model *m, uint64_t now_ms)
{
	if (!m->db_ok || now_ms - m->ahead_ms > MODEL_STALE_MS)
		m->aheadc = 0;
}


static bool is_moving(const struct model *m)
{
	return m->screen == SCREEN_PHONES && piece_moves(m);
}


bool ahead_keep(struct model *m, int key, uint64_t now_ms)
{
	const enum action action = keymap_action(m->screen, key);

	forget_late(m, now_ms);
	if (!m->aheadc && !(is_moving(m) && means_row(action)))
		return false;

	/* Who leaves waits for nothing. */
	if (key == KEYC_ESC || action == ACTION_QUIT) {
		m->aheadc = 0;
		return key == KEYC_ESC;
	}

	if (!m->db_ok) {
		model_say(m, true, now_ms, "nothing done: that row has not "
			  "been read, and the database is away");
		return true;
	}

	if (!m->aheadc)
		m->ahead_ms = now_ms;
	if (m->aheadc < MODEL_AHEAD)
		m->aheadv[m->aheadc++] = key;

	return true;
}


void ahead_serve(struct model *m, uint64_t now_ms)
{
	int keyv[MODEL_AHEAD];
	size_t n;

	forget_late(m, now_ms);
	n = m->aheadc;
	if (!n || is_moving(m))
		return;

	memcpy(keyv, m->aheadv, sizeof(keyv));
	m->aheadc = 0;
	for (size_t i = 0; i < n && !m->dialog.kind; i++)
		model_key(m, keyv[i], now_ms);
}
