/**
 * @file view_call.c  A phone: its call to the packet, its attempts
 */
#include "tui/view.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "tui/table.h"


enum { HEAD_ROW = 3, CALL_ID_MIN = 14, PACKET_WORDS = 4 };


static void attempt_cell(struct field *fd, const struct view *v,
			 const void *row)
{
	(void)v;
	(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64,
		       ((const struct model_event *)row)->id / 64);
}


static void time_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	(void)view_clock_ms(v, fd->text, sizeof(fd->text),
			    ((const struct model_event *)row)->at);
}


static void delta_cell(struct field *fd, const struct view *v,
		       const void *row)
{
	const struct model_event *ev = row;
	(void)v;

	if (ev->delta_ms < 0)
		(void)snprintf(fd->text, sizeof(fd->text), "-");
	else
		(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64
			       ".%03d", ev->delta_ms / 1000,
			       (int)(ev->delta_ms % 1000));
}


static void event_cell(struct field *fd, const struct view *v,
		       const void *row)
{
	const struct model_event *ev = row;
	(void)v;

	fd->attr = ev->delta_ms < 0 ? ATTR_BOLD : ATTR_NORMAL;
	(void)snprintf(fd->text, sizeof(fd->text), "%s", ev->what);
}


static void detail_cell(struct field *fd, const struct view *v,
			const void *row)
{
	const struct model_event *ev = row;
	(void)v;

	(void)snprintf(fd->text, sizeof(fd->text), "%s", ev->detail);
}


static const struct table_column columns[] = {
	{ .name = "attempt", .sort = SORT_NONE, .cellh = attempt_cell },
	{ .head = "TIME", .name = "time", .min = 12, .max = 12,
	  .sort = SORT_NONE, .cellh = time_cell },
	{ .head = "+DELTA", .name = "delta_sec", .min = 7, .max = 8,
	  .grow = 1, .right = true, .sort = SORT_NONE,
	  .cellh = delta_cell },
	{ .head = "EVENT", .name = "event", .min = 17, .max = 24, .grow = 1,
	  .sort = SORT_NONE, .cellh = event_cell },
	{ .head = "DETAIL", .name = "detail", .min = 10, .max = 200,
	  .grow = 2, .sort = SORT_NONE, .cellh = detail_cell },
};


static const void *row_at(const struct model *m, size_t i)
{
	return i < m->eventc ? &m->eventv[i] : NULL;
}


const struct table *view_call_table(void)
{
	static const struct table tb = {
		columns, sizeof(columns) / sizeof(columns[0]), row_at,
		NULL,
	};

	return &tb;
}


static const struct snapshot_call *live_call(const struct model *m)
{
	return m->call_live && m->call.phone_id == m->phone ? &m->call
		: NULL;
}


static void draw_title(const struct view *v)
{
	const struct model *m = v->m;
	const struct snapshot_call *sc = live_call(m);
	const struct db_row *row = &m->one.row;
	char path[NUMBER_SIZE + 2 * TEXT_SIZE];
	char at[TEXT_SIZE] = "";
	const char *const words[] = { path };
	int32_t no = sc ? (int32_t)sc->attempt_no : row->call_count;

	if (m->one_gone)
		(void)snprintf(at, sizeof(at), " gone");
	else if (no && (m->one_read || sc))
		(void)snprintf(at, sizeof(at), " > attempt %d of %d", no,
			       sc ? (int)sc->max_attempts
			       : row->max_attempts);
	(void)snprintf(path, sizeof(path), " > %s%s", sc ? sc->cld
		       : m->phone_cld, at);
	view_title_of(v, m->one_read ? m->one.campaign : m->campaign_name,
		      words, 1);
}


static void draw_live(const struct view *v, const struct snapshot_call *sc)
{
	const struct model *m = v->m;
	const char *word, *doing;
	char text[NAME_SIZE + TEXT_SIZE], left[TEXT_SIZE], pct[16] = "";
	int width = canvas_width(v->cv), col = 1, end = width - 1;
	unsigned attr = view_status(v, attempt_status(sc->st), &word);

	(void)view_doing(sc, &doing);
	col += canvas_put(v->cv, 1, col, width, ATTR_NORMAL, "status ");
	col += canvas_put(v->cv, 1, col, width, attr, word) + 2;
	if (!view_progress(v, sc, left, sizeof(left)))
		left[0] = '\0';

	if (view_bar(sc) && sc->prompt_ms)
		(void)snprintf(pct, sizeof(pct), "%4d%%", (int)
			       (view_played(v, sc) * 100 / sc->prompt_ms));
	(void)snprintf(text, sizeof(text), "%s %s", left, pct);
	end -= canvas_measure(v->cv, text);
	canvas_put(v->cv, 1, end, width - end, ATTR_NORMAL, text);

	(void)snprintf(text, sizeof(text), "%s  prompt %s", doing,
		       m->one.prompt[0] ? m->one.prompt : "-");
	col += canvas_put(v->cv, 1, col, (end - col) * 2 / 3, ATTR_NORMAL,
			  text) + 1;
	if (view_bar(sc))
		canvas_bar(v->cv, 1, col, end - col - 1, ATTR_NORMAL,
			   (uint64_t)view_played(v, sc), sc->prompt_ms);
}


/* What the Call-ID may take beside these */
static int id_room(const struct view *v, const char *const *words)
{
	int room = canvas_width(v->cv) - 2, most = room / 3 + 8;

	for (size_t i = 0; i < PACKET_WORDS; i++)
		room -= words[i][0] ? canvas_measure(v->cv, words[i]) + 2 : 0;

	return room < most ? room : most;
}


static void draw_packets(const struct view *v, const struct snapshot_call *sc)
{
	char id[SNAPSHOT_CALL_ID + 16], proxy[PROXY_SIZE + 16];
	int col = 1, room;
	char codec[CODEC_SIZE + 16] = "", rtp[TEXT_SIZE] = "";
	char lost[TEXT_SIZE] = "";
	const char *words[PACKET_WORDS] = { proxy, codec, rtp, lost };

	(void)snprintf(id, sizeof(id), "call-id %s", sc->call_id[0] ?
		       sc->call_id : "-");
	(void)snprintf(proxy, sizeof(proxy), "proxy %s", sc->proxy);
	if (sc->rtp.codec[0])
		(void)snprintf(codec, sizeof(codec), "codec %s",
			       sc->rtp.codec);
	if (view_bar(sc)) {
		(void)snprintf(rtp, sizeof(rtp), "rtp tx %u rx %u",
			       sc->rtp.tx, sc->rtp.rx);
		(void)snprintf(lost, sizeof(lost), "lost %d/%d",
			       sc->rtp.tx_lost, sc->rtp.rx_lost);
	}

	/* y copies all of the Call-ID: it is cut before losses are not told. */
	if (!sc->rtp.tx_lost && !sc->rtp.rx_lost &&
	    id_room(v, words) < canvas_measure(v->cv, id))
		lost[0] = '\0';
	if (id_room(v, words) < CALL_ID_MIN)
		codec[0] = '\0';
	room = id_room(v, words);
	if (room < CALL_ID_MIN)
		room = CALL_ID_MIN;
	col += canvas_put(v->cv, 2, col, room, ATTR_NORMAL, id) + 2;
	(void)view_words(v, 2, col, ATTR_NORMAL, words,
			 PACKET_WORDS);
}


/* What the database knows when no call of this engine is live */
static void draw_row(const struct view *v)
{
	const struct db_one *one = &v->m->one;
	const struct db_row *row = &one->row;
	const char *word;
	char text[512], until[TEXT_SIZE] = "";
	int width = canvas_width(v->cv), col = 1;
	unsigned attr = view_status(v, row->status, &word);
	int64_t now = view_server_at(v);

	col += canvas_put(v->cv, 1, col, width, ATTR_NORMAL, "status ");
	col += canvas_put(v->cv, 1, col, width, attr, word) + 2;
	if (one->until_at > now)
		(void)view_when(v, until, sizeof(until), one->until_at ==
				INT64_MAX ? INT64_MAX : one->until_at - now);
	(void)snprintf(text, sizeof(text), "%s%s%s", one->reason,
		       until[0] ? ", until " : "", until);
	canvas_put(v->cv, 1, col, width - col - 1, ATTR_NORMAL, text);

	if (row->node[0])
		(void)snprintf(text, sizeof(text), "with engine %s  prompt "
			       "%s", row->node, one->prompt);
	else if (one->attemptc)
		(void)snprintf(text, sizeof(text), "last call-id %s  proxy "
			       "%s", one->attemptv[0].call_id,
			       one->attemptv[0].proxy);
	else
		(void)snprintf(text, sizeof(text), "prompt %s", one->prompt);
	canvas_put(v->cv, 2, 1, width - 2, ATTR_NORMAL, text);
}


static void earlier(const struct view *v, char *buf, size_t size)
{
	const struct model *m = v->m;
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = m->one_read ? m->one.attemptc : 0; i > 0; i--) {
		const struct db_attempt *at = &m->one.attemptv[i - 1];
		char clock[TEXT_SIZE], span[TEXT_SIZE];
		int n;

		n = snprintf(&buf[len], size - len, "%s#%d %s %d %s %s",
			     len ? "  " : "attempts: ", at->no,
			     view_clock(v, clock, sizeof(clock),
					at->setup_at), at->sip_code,
			     at->outcome, view_span(span, sizeof(span),
			     at->end_at > at->setup_at ? at->end_at -
						    at->setup_at : 0));
		if (n < 0 || len + (size_t)n >= size)
			break;
		len += (size_t)n;
	}
}


void view_call(const struct view *v)
{
	const struct model *m = v->m;
	const struct snapshot_call *sc = live_call(m);
	char what[WHY_SIZE];

	draw_title(v);
	if (sc) {
		draw_live(v, sc);
		draw_packets(v, sc);
	}
	else if (m->one_read) {
		draw_row(v);
	}
	table_draw(v, view_call_table(), &m->events, HEAD_ROW);
	if (!m->eventc)
		view_none(v, HEAD_ROW + 2, m->one_gone ? "The phone was "
			  "deleted." : m->one_read ? "It was not rung yet."
			  : m->db_ok ? "reading ..."
			  : "not read: the database is away");

	earlier(v, what, sizeof(what));
	view_foot(v, what, m->scroll ? "" : "autoscroll off (A)");
}
