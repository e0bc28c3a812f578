/**
 * @file model_key.c  What keys do
 */
#include "tui/model_priv.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tui/model_piece.h"


static void edit_begin(struct model *m, enum model_editing what,
		       uint64_t now_ms)
{
	const struct model_list *ls = model_list_of(m, m->screen);

	if (what == EDITING_FILTER && m->screen == SCREEN_PHONES &&
	    m->rights_known && !m->rights.numbers) {
		model_say(m, true, now_ms, "numbers are masked for this "
			  "role, and cannot be sought");
		return;
	}

	(void)snprintf(m->before, sizeof(m->before), "%s", ls->filter);
	edit_set(&m->edit, what == EDITING_FILTER ? ls->filter : "");
	m->editing = what;
}


static void edit_end(struct model *m, bool take)
{
	enum model_editing what = m->editing;

	m->editing = EDITING_NOT;
	if (what == EDITING_JUMP) {
		if (take && m->edit.len)
			piece_jump(m, strtoll(m->edit.text, NULL, 10));
		return;
	}

	if (!take)
		look_filter(m, m->before);
	else if (m->screen == SCREEN_PHONES && m->edit.len)
		piece_number(m, m->edit.text, true);
}


static bool edit_takes(const struct model *m, int key)
{
	return m->editing != EDITING_JUMP || key < ' ' || key > 0xff ||
		(key >= '0' && key <= '9');
}


/* @return false: the line is closed, and the key means what it does */
static bool edit_act(struct model *m, int key)
{
	if (key == KEYC_ENTER || key == '\n') {
		edit_end(m, true);
		return true;
	}
	if (key == KEYC_ESC || key == KEYC_CTRL('c')) {
		edit_end(m, false);
		return true;
	}
	if (key >= KEYC_UP) {
		m->editing = EDITING_NOT;
		return false;
	}
	if (edit_takes(m, key) && edit_key(&m->edit, key) &&
	    m->editing == EDITING_FILTER)
		look_filter(m, m->edit.text);

	return true;
}


static int64_t page(const struct model *m)
{
	return (int64_t)m->camps.cu.rows;
}


/* @return false: it is none of these */
static bool act_move(struct model *m, enum action action)
{
	switch ((int)action) {

	case ACTION_UP:         nav_move(m, -1);                return true;
	case ACTION_DOWN:       nav_move(m, 1);                 return true;
	case ACTION_PAGE_UP:    nav_move(m, -page(m));          return true;
	case ACTION_PAGE_DOWN:  nav_move(m, page(m));           return true;
	case ACTION_TOP:        nav_seek(m, -1);                return true;
	case ACTION_BOTTOM:     nav_seek(m, 1);                 return true;
	case ACTION_OPEN:       nav_open(m);                    return true;
	case ACTION_BACK:       nav_back(m);                    return true;
	case ACTION_PREVIOUS:   nav_neighbour(m, -1);           return true;
	case ACTION_NEXT:       nav_neighbour(m, 1);            return true;
	case ACTION_PHONES:     nav_campaign(m);                return true;
	case ACTION_CAMPAIGNS:  model_go(m, SCREEN_CAMPAIGNS);  return true;
	case ACTION_LIVE:       model_go(m, SCREEN_LIVE);       return true;
	case ACTION_LOG:        model_go(m, SCREEN_LOG);        return true;
	case ACTION_NODES:      model_go(m, SCREEN_NODES);      return true;
	case ACTION_HELP:       nav_help(m);                    return true;
	default:                                                return false;
	}
}


static void act_sort(struct model *m, int step, uint64_t now_ms)
{
	if (m->screen == SCREEN_PHONES)
		sort_phones(m, step, now_ms);
	else
		rows_sort(m, step);
}


static void act_invert(struct model *m)
{
	const struct db_view *vw = &m->feed.view;
	struct model_list *ls = model_list_of(m, m->screen);

	if (m->screen == SCREEN_PHONES) {
		piece_order(m, vw->order, !vw->desc);
		return;
	}
	ls->invert = !ls->invert;
	ls->anew = true;
	rows_screen(m);
}


/* @return false: it is none of these */
static bool act_look(struct model *m, enum action action, uint64_t now_ms)
{
	switch ((int)action) {

	case ACTION_CLEAR:      look_clear(m);                  return true;
	case ACTION_STATUS:     look_status(m, now_ms);         return true;
	case ACTION_SORT_LEFT:  act_sort(m, -1, now_ms);        return true;
	case ACTION_SORT_RIGHT: act_sort(m, 1, now_ms);         return true;
	case ACTION_INVERT:     act_invert(m);                  return true;
	case ACTION_TAG:        tag_one(m, now_ms);             return true;
	case ACTION_TAG_ALL:    tag_all(m, now_ms);             return true;
	case ACTION_UNTAG:      tag_none(m);                    return true;
	case ACTION_FREEZE:     look_freeze(m, now_ms);         return true;
	case ACTION_FOLLOW:     look_follow(m, now_ms);         return true;
	case ACTION_SLOWER:     look_interval(m, 1, now_ms);    return true;
	case ACTION_FASTER:     look_interval(m, -1, now_ms);   return true;
	case ACTION_COPY:       look_copy(m, now_ms);           return true;
	case ACTION_EXPORT:     m->want |= WANT_EXPORT;         return true;
	case ACTION_REFETCH:    look_again(m);                  return true;
	case ACTION_REDRAW:     m->want |= WANT_REDRAW;         return true;

	case ACTION_SCROLL:
		m->scroll = !m->scroll;
		rows_screen(m);
		return true;

	default:
		return false;
	}
}


static void deny(struct model *m, uint64_t now_ms)
{
	if (m->rights.standby)
		model_say(m, true, now_ms, "nothing done: a standby can only "
			  "be read");
	else if (m->readonly)
		model_say(m, true, now_ms, "nothing done: this console may "
			  "only read (--readonly)");
	else
		model_say(m, true, now_ms, "nothing done: the role %s may "
			  "not do that", m->rights.role);
}


void model_act(struct model *m, enum action action, uint64_t now_ms)
{
	if (action == ACTION_NONE || act_move(m, action) ||
	    act_look(m, action, now_ms))
		return;

	if (model_denied(m) & ACTION_BIT(action)) {
		deny(m, now_ms);
		return;
	}

	switch ((int)action) {

	case ACTION_FILTER:     edit_begin(m, EDITING_FILTER, now_ms);  break;
	case ACTION_JUMP:       edit_begin(m, EDITING_JUMP, now_ms);    break;
	case ACTION_PAUSE:      do_pause(m, true, now_ms);      break;
	case ACTION_RESUME:     do_pause(m, false, now_ms);     break;
	case ACTION_PAUSE_ALL:  do_all(m, true, now_ms);        break;
	case ACTION_RESUME_ALL: do_all(m, false, now_ms);       break;
	case ACTION_UNDO:       do_undo(m, now_ms);             break;
	case ACTION_HANGUP:     do_hangup(m, now_ms);           break;
	case ACTION_STOP:       do_stop(m, now_ms);             break;
	case ACTION_QUIT:       do_quit(m, now_ms);             break;
	case ACTION_SUSPEND:    do_suspend(m, now_ms);          break;
	default:                                                break;
	}
}


static void dialog_take(struct model *m, int key, uint64_t now_ms)
{
	switch (dialog_key(&m->dialog, key)) {

	case DIALOG_OPEN:
		break;

	case DIALOG_NO:
		feed_ask_reset(&m->pending);
		memset(&m->pending_order, 0, sizeof(m->pending_order));
		model_say(m, false, now_ms, m->dialog.mistyped ?
			  "nothing done: that is not its name"
			  : "nothing done");
		break;

	case DIALOG_YES:
		do_answer(m, now_ms);
		break;
	}
}


void model_key(struct model *m, int key, uint64_t now_ms)
{
	if (m->dialog.kind) {
		dialog_take(m, key, now_ms);
		return;
	}
	if (m->editing && edit_act(m, key))
		return;
	if (m->exporting && key == KEYC_ESC) {
		m->want |= WANT_EXPORT_END;
		return;
	}

	if (ahead_keep(m, key, now_ms))
		return;

	model_act(m, keymap_action(m->screen, key), now_ms);
}
