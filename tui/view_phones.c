/**
 * @file view_phones.c  The phones of a campaign
 */
#include "tui/view.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "tui/table.h"


static const struct snapshot_call *call_of(const struct view *v,
					   const struct db_row *row)
{
	const struct snapshot_call *sc = model_call(v->m, row->id);

	return sc && sc->st != ATT_DONE ? sc : NULL;
}


static void id_cell(struct field *fd, const struct view *v, const void *row)
{
	(void)v;
	(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64,
		       ((const struct db_row *)row)->id);
}


static void number_cell(struct field *fd, const struct view *v,
			const void *row)
{
	const struct db_row *r = row;
	(void)v;

	(void)snprintf(fd->text, sizeof(fd->text), "%s", r->cld);
}


static void status_cell(struct field *fd, const struct view *v,
			const void *row)
{
	const struct db_row *r = row;
	const struct snapshot_call *sc = call_of(v, r);
	const char *word;

	fd->attr = view_status(v, sc ? attempt_status(sc->st) : r->status,
			       &word);
	(void)snprintf(fd->text, sizeof(fd->text), "%s", word);
}


static void try_cell(struct field *fd, const struct view *v, const void *row)
{
	const struct db_row *r = row;
	const struct snapshot_call *sc = call_of(v, r);
	int32_t n = r->call_count;

	if (sc && (int32_t)sc->attempt_no > n)
		n = (int32_t)sc->attempt_no;
	(void)snprintf(fd->text, sizeof(fd->text), "%" PRId32 "/%" PRId32, n,
		       r->max_attempts);
}


static const char *next_word(const struct db_row *r, bool live)
{
	if (live || r->status == PHONE_TRYING || r->status == PHONE_ANSWER ||
	    r->node[0])
		return "-";
	if (r->finished)
		return r->status == PHONE_SUCCESS ? "-" : "exhausted";

	return r->next_call ? NULL : "now";
}


static void next_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	const struct db_row *r = row;
	const char *word = next_word(r, call_of(v, r) != NULL);
	int64_t now = view_server_at(v);

	if (v->raw && (!word || !strcmp(word, "now")))
		(void)view_clock(v, fd->text, sizeof(fd->text),
				 r->next_call);
	else if (v->raw)
		fd->text[0] = '\0';
	else if (word)
		(void)snprintf(fd->text, sizeof(fd->text), "%s", word);
	else if (r->next_call <= now)
		(void)snprintf(fd->text, sizeof(fd->text), "now");
	else
		(void)view_when(v, fd->text, sizeof(fd->text),
				r->next_call - now);
}


static void sip_cell(struct field *fd, const struct view *v, const void *row)
{
	const struct db_row *r = row;
	const struct snapshot_call *sc = call_of(v, r);
	const char *word;
	unsigned code = sc ? view_doing(sc, &word) : (unsigned)r->sip_code;

	(void)snprintf(fd->text, sizeof(fd->text), "%u", code);
	if (!code)
		(void)snprintf(fd->text, sizeof(fd->text), "%s",
			       v->raw ? "" : "-");
}


/* A call of this engine comes with a snapshot, a moment after its row. */
static void event_cell(struct field *fd, const struct view *v,
		       const void *row)
{
	const struct db_row *r = row;
	const struct snapshot_call *sc = call_of(v, r);
	const struct snapshot *sn = v->m->snap;
	const char *word = "";

	if (sc)
		(void)view_doing(sc, &word);
	else if (r->node[0] && sn && !strcmp(r->node, sn->node))
		word = "";
	else if (r->node[0])
		word = NULL;
	else if (r->reason[0])
		word = r->reason;
	else if (r->status == PHONE_SUCCESS)
		word = "heard";

	if (word)
		(void)snprintf(fd->text, sizeof(fd->text), "%s", word);
	else
		(void)snprintf(fd->text, sizeof(fd->text), "with engine %s",
			       r->node);
}


static void bar_cell(struct field *fd, const struct view *v, const void *row)
{
	const struct snapshot_call *sc = call_of(v, row);

	if (!sc || !view_bar(sc))
		return;

	fd->bar = true;
	fd->part = (uint64_t)view_played(v, sc);
	fd->whole = sc->prompt_ms;
}


static void play_cell(struct field *fd, const struct view *v,
		      const void *row)
{
	const struct db_row *r = row;
	const struct snapshot_call *sc = call_of(v, r);
	int64_t since = r->connect_at ? r->connect_at : r->setup_at;

	if (v->raw) {
		(void)snprintf(fd->text, sizeof(fd->text), "%" PRId64,
			       sc ? view_played(v, sc)
			       : (int64_t)r->played_ms);
		return;
	}
	if (sc)
		(void)view_progress(v, sc, fd->text, sizeof(fd->text));
	else if (r->node[0] && since && !v->m->snap)
		(void)view_span(fd->text, sizeof(fd->text),
				view_server_at(v) - since);
	else if (!r->node[0] && r->played_ms)
		(void)view_span(fd->text, sizeof(fd->text), r->played_ms);
}


static const struct table_column columns[] = {
	{ .name = "id", .sort = SORT_NONE, .cellh = id_cell },
	{ .head = "NUMBER", .name = "number", .min = 13, .max = 33,
	  .grow = 3, .sort = SORT_NUMBER, .cellh = number_cell },
	{ .head = "STATUS", .name = "status", .min = 9, .max = 9,
	  .sort = SORT_STATE, .cellh = status_cell },
	{ .head = "TRY", .name = "tries", .min = 4, .max = 5, .grow = 3,
	  .rank = 2, .sort = SORT_NONE, .cellh = try_cell },
	{ .head = "NEXT CALL", .name = "next_call", .min = 9, .max = 9,
	  .sort = SORT_TIME, .cellh = next_cell },
	{ .head = "SIP", .name = "sip_code", .min = 3, .max = 3, .rank = 4,
	  .sort = SORT_NONE, .cellh = sip_cell },
	{ .head = "LAST EVENT", .name = "last_event", .min = 8, .max = 48,
	  .grow = 2, .sort = SORT_NONE, .cellh = event_cell },
	{ .head = "", .min = 7, .max = 22, .grow = 4, .rank = 5,
	  .sort = SORT_NONE, .cellh = bar_cell },
	{ .head = "RING/PLAY", .name = "played_ms",
	  .said = "played", .min = 9, .max = 11,
	  .grow = 1, .right = true, .rank = 3, .sort = SORT_NONE,
	  .cellh = play_cell },
};


static const void *row_at(const struct model *m, size_t i)
{
	return i < m->page.n ? &m->page.v[i] : NULL;
}


const struct table *view_phones_table(void)
{
	static const struct table tb = {
		columns, sizeof(columns) / sizeof(columns[0]), row_at,
		model_tagged,
	};

	return &tb;
}


static void draw_title(const struct view *v, const struct db_camp *c)
{
	char of[TEXT_SIZE] = "gone", done[24], total[24];
	const char *words[] = { " > PHONES", of };
	const bool narrow = canvas_width(v->cv) < 72;

	if (c && narrow)
		(void)snprintf(of, sizeof(of), "%s of %s done",
			       view_short(done, sizeof(done), c->finished),
			       view_short(total, sizeof(total), c->total));
	else if (c)
		(void)snprintf(of, sizeof(of), "%s of %s done",
			       view_count(done, sizeof(done), c->finished),
			       view_count(total, sizeof(total), c->total));
	view_title_of(v, v->m->campaign_name, words, 2);
}


static void draw_counts(const struct view *v, const struct db_camp *c)
{
	char text[TEXT_SIZE], n[24];
	int width = canvas_width(v->cv), col = 1;
	unsigned attr;

	if (!c)
		return;

	attr = view_state(v, c, text, sizeof(text));
	col += canvas_put(v->cv, 1, col, width, attr, text) + 2;

	for (int i = 0; i < PHONE_STATUSES; i++) {
		const char *word;

		(void)view_status(v, (enum phone_status)i, &word);
		(void)snprintf(text, sizeof(text), "%s %s", word,
			       view_short(n, sizeof(n), c->count[i]));
		col += canvas_put(v->cv, 1, col, width, ATTR_NORMAL, text)
			+ (width >= 80 ? 2 : 1);
	}
}


static void put_filter(const struct view *v, const struct db_view *vw,
		       char *buf, size_t size)
{
	const char *word = "any";

	for (int i = 0; i < PHONE_STATUSES; i++) {
		if (vw->statuses & 1u << i)
			(void)view_status(v, (enum phone_status)i, &word);
	}

	if (vw->number[0])
		(void)snprintf(buf, size, "status=%s number=%s%.80s", word,
			       vw->within ? "*" : "^", vw->number);
	else
		(void)snprintf(buf, size, "status=%s", word);
}


/* How many are tagged, or, of another filter than this one, which */
static void put_tagged(const struct view *v, const char *filter, char *buf,
		       size_t size)
{
	const struct model *m = v->m;
	char all[128], n[24], but[32] = "";

	buf[0] = '\0';
	if (!m->all) {
		if (m->phones.tags.n)
			(void)snprintf(buf, size, "  tagged %zu",
				       m->phones.tags.n);
		return;
	}

	put_filter(v, &m->all_view, all, sizeof(all));
	if (m->phones.tags.n)
		(void)snprintf(but, sizeof(but), " but %zu",
			       m->phones.tags.n);
	if (strcmp(all, filter))
		(void)snprintf(buf, size, "  tagged %s%s", all, but);
	else if (m->matches >= 0 && model_counted(m))
		(void)snprintf(buf, size, "  tagged %s%s",
			       view_count(n, sizeof(n), m->matches), but);
	else
		(void)snprintf(buf, size, "  tagged all%s", but);
}


/* Where the window is: row numbers as far as they are known */
static void put_rows(const struct view *v, char *buf, size_t size)
{
	const struct model *m = v->m;
	const struct cursor *cu = &m->phones.cu;
	size_t end = cu->top + cu->rows < cu->n ? cu->top + cu->rows : cu->n;
	char a[24], b[24], of[32] = "", n[24];

	buf[0] = '\0';
	if (!cu->n || m->base < 0)
		return;

	if (m->matches >= 0 && model_counted(m))
		(void)snprintf(of, sizeof(of), " of %s",
			       view_count(n, sizeof(n), m->matches));
	(void)snprintf(buf, size, "rows %s-%s%s",
		       view_count(a, sizeof(a), m->base + (int64_t)cu->top
				  + 1),
		       view_count(b, sizeof(b), m->base + (int64_t)end), of);
}


static void put_id(const struct view *v, char *buf, size_t size)
{
	const struct model *m = v->m;
	int64_t id = mlist_id(&m->phones, m->phones.cu.cur);
	int64_t a = m->page.first_id, b = m->page.last_id;
	char n[32];

	buf[0] = '\0';
	if (!id)
		return;

	(void)view_count(n, sizeof(n), id);
	if (b > a && id >= a && id <= b)
		(void)snprintf(buf, size, "id %s (%d%%)", n,
			       (int)((double)(id - a) * 100 /
				     (double)(b - a)));
	else
		(void)snprintf(buf, size, "id %s", n);
}


/* How much of the numbers a search has seen */
static int sought(const struct model *m)
{
	const struct db_camp *c = model_campaign(m, m->campaign);

	if (!c || !c->total || m->looked > c->total)
		return 99;

	return (int)(m->looked * 100 / (c->total + 1));
}


static void put_page(const struct model *m, char *buf, size_t size)
{
	buf[0] = '\0';
	if (m->looked)
		(void)snprintf(buf, size, "  searching %d%%", sought(m));
	else if (m->phones_read)
		(void)snprintf(buf, size, "  page %.1f ms",
			       m->page_us / 1000.0);
}


static void info(const struct view *v, char *buf, size_t size)
{
	const struct model *m = v->m;
	char filter[128], rows[96], id[64], page[48], tagged[192];

	put_filter(v, &m->feed.view, filter, sizeof(filter));
	put_tagged(v, filter, tagged, sizeof(tagged));
	put_rows(v, rows, sizeof(rows));
	put_id(v, id, sizeof(id));
	put_page(m, page, sizeof(page));
	(void)snprintf(buf, size, "filter %s%s%s%s%s%s%s%s", filter, tagged,
		       rows[0] ? "  " : "", rows, id[0] ? "  " : "", id,
		       m->phones.invert && m->phones.sort == SORT_ID
		       ? " downwards" : "", page);
}


static const char *none(const struct model *m, char *buf, size_t size)
{
	const struct db_view *vw = &m->feed.view;
	const char *text = "The campaign has no phones.";

	if (!m->phones_read && !m->db_ok) {
		(void)snprintf(buf, size, "not read: the database is away");
		return buf;
	}
	if (!m->phones_read && (m->looked || vw->within)) {
		(void)snprintf(buf, size, "searching, %d%% of the numbers "
			       "looked at ...   Esc: stop", m->looked
			       ? sought(m) : 0);
		return buf;
	}

	if (!m->phones_read)
		text = "reading ...";
	else if (vw->number[0] || vw->statuses)
		text = "No phone is like that: \\ clears the filters.";
	else if (m->phones.sort == SORT_TIME)
		text = "No phone waits for a call.";
	(void)snprintf(buf, size, "%s", text);

	return buf;
}


void view_phones(const struct view *v)
{
	const struct model *m = v->m;
	const struct db_camp *c = model_campaign(m, m->campaign);
	char what[WHY_SIZE], idle[WHY_SIZE] = "", text[2 * TEXT_SIZE];

	draw_title(v, c);
	draw_counts(v, c);
	table_draw(v, view_phones_table(), &m->phones, 2);
	if (!m->phones.cu.n)
		view_none(v, 4, none(m, text, sizeof(text)));

	info(v, what, sizeof(what));
	if (c)
		(void)view_explain(v, c, idle, sizeof(idle));
	view_foot(v, what, idle);
}
