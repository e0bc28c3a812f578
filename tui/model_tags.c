/**
 * @file model_tags.c  What the operator has marked
 *
 * Of the phones all that a filter lets through can be marked, however many:
 * then the filter itself is kept, and what is not to be among them.
 */
#include "tui/model_priv.h"


bool model_tagged(const struct model *m, size_t i)
{
	const struct model_list *ls = &m->phones;
	const bool has = tags_has(&ls->tags, mlist_id(ls, i));

	if (!m->all)
		return has;

	return i < m->page.n && !has &&
		db_view_has(&m->all_view, &m->page.v[i]);
}


static bool add(struct model *m, struct tags *tg, int64_t id,
		uint64_t now_ms)
{
	if (!tags_add(tg, id))
		return true;

	model_say(m, true, now_ms, "no more than %d can be tagged", TAGS_MAX);

	return false;
}


void tag_one(struct model *m, uint64_t now_ms)
{
	struct model_list *ls = model_list_of(m, m->screen);
	size_t i = ls->cu.cur;
	int64_t id = mlist_id(ls, i);

	if (!id)
		return;

	if (tags_has(&ls->tags, id)) {
		tags_remove(&ls->tags, id);
	}
	else if (ls == &m->phones && m->all && !model_tagged(m, i)) {
		model_say(m, true, now_ms, "all of a filter are tagged, and "
			  "this is none of them; U untags");
		return;
	}
	else if (!add(m, &ls->tags, id, now_ms)) {
		return;
	}
	nav_move(m, 1);
}


static void tag_filter(struct model *m, uint64_t now_ms)
{
	tag_none(m);
	m->all = true;
	m->all_view = m->feed.view;
	if (m->matches >= 0 && model_counted(m))
		model_say(m, false, now_ms, "%lld tagged: all that the filter "
			  "lets through", (long long)m->matches);
	else
		model_say(m, false, now_ms, "all that the filter lets "
			  "through are tagged");
}


void tag_all(struct model *m, uint64_t now_ms)
{
	struct model_list *ls = model_list_of(m, m->screen);

	if (m->screen == SCREEN_PHONES)
		tag_filter(m, now_ms);
	else if (mlist_tag_all(ls))
		model_say(m, true, now_ms, "no more than %d can be tagged",
			  TAGS_MAX);
	else
		model_say(m, false, now_ms, "%zu tagged", ls->tags.n);
}


void tag_none(struct model *m)
{
	struct model_list *ls = model_list_of(m, m->screen);

	tags_clear(&ls->tags);
	if (ls == &m->phones)
		m->all = false;
}
