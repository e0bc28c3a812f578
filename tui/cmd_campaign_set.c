/**
 * @file cmd_campaign_set.c  ringround campaign add and set
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/campaign_fields.h"
#include "tui/cmd.h"
#include "tui/find.h"
#include "tui/secret.h"
#include "tui/tool.h"

/** A change under way */
struct change {
	struct tool tl;
	struct campaign_fields cf;
	char id[FIND_ID_SIZE];
	char prompt[FIND_ID_SIZE];
	char schedule[FIND_ID_SIZE];
	char secret[SECRET_SIZE];
	char *oldv[FIELDS];     /* owned; NULL is NULL                   */
};

static const struct sheet_column changev[] = {
	{ "column", SHEET_TEXT },
	{ "old",    SHEET_TEXT },
	{ "new",    SHEET_TEXT },
};


static void change_free(struct change *ch)
{
	for (int i = 0; i < FIELDS; i++)
		free(ch->oldv[i]);
	explicit_bzero(ch->secret, sizeof(ch->secret));
}


/* What names a prompt or a schedule becomes its number. */
static int names_find(struct change *ch)
{
	const char **prompt = &ch->cf.valuev[FIELD_PROMPT];
	const char **schedule = &ch->cf.valuev[FIELD_SCHEDULE];
	int err = 0;

	if (*prompt && **prompt) {
		err = find_prompt(&ch->tl, *prompt, ch->prompt);
		*prompt = ch->prompt;
	}
	if (!err && *schedule && **schedule) {
		err = find_schedule(&ch->tl, *schedule, ch->schedule);
		*schedule = ch->schedule;
	}

	return err;
}


static int change_begin(struct change *ch, const struct options *opt)
{
	int err;

	err = tool_open(&ch->tl, opt);
	if (!err)
		err = db_exec(ch->tl.db, "BEGIN", ch->tl.why,
			      sizeof(ch->tl.why));

	return err ? err : names_find(ch);
}


static int change_write(struct change *ch)
{
	const char *const secretv[] = { ch->id, ch->secret };
	const char *paramv[FIELDS + 1];
	bool any = false;
	int err = 0;

	paramv[0] = ch->id;
	for (int i = 0; i < FIELDS; i++) {
		paramv[i + 1] = ch->cf.valuev[i];
		any = any || ch->cf.valuev[i];
	}

	if (any)
		err = tool_ask(&ch->tl, sql_campaign_set, FIELDS + 1, paramv,
			       NULL, NULL);
	if (!err && ch->cf.secret)
		err = tool_ask(&ch->tl, sql_campaign_secret, 2, secretv,
			       NULL, NULL);

	return err;
}


static void id_row(const char *const *colv, size_t colc, void *arg)
{
	(void)colc;
	snprintf(arg, FIND_ID_SIZE, "%s", colv[0]);
}


static void old_row(const char *const *colv, size_t colc, void *arg)
{
	struct change *ch = arg;

	for (size_t i = 0; i < FIELDS && i < colc; i++)
		ch->oldv[i] = colv[i] ? strdup(colv[i]) : NULL;
}


/* Where the changes go */
struct report {
	const struct change *ch;
	struct sheet *sh;
};


static void new_row(const char *const *colv, size_t colc, void *arg)
{
	struct report *rp = arg;

	for (size_t i = 0; i < FIELDS && i < colc; i++) {
		const char *old = rp->ch->oldv[i];
		const char *const cellv[] = {
			campaign_field((int)i), old, colv[i]
		};

		if (!old != !colv[i] || (old && strcmp(old, colv[i])))
			sheet_row(cellv, 3, rp->sh);
	}

	if (rp->ch->cf.secret) {
		const char *const cellv[] = { "md5secret", "(hidden)",
			rp->ch->secret[0] ? "(hidden)" : NULL };

		sheet_row(cellv, 3, rp->sh);
	}
}


static int change_report(struct change *ch, const struct options *opt)
{
	const char *const paramv[] = { ch->id };
	struct report rp = { .ch = ch };
	int err;

	err = sheet_begin(&rp.sh, opt, changev, 3, false, "nothing changed");
	if (err)
		return err;

	err = tool_ask(&ch->tl, sql_campaign_values, 1, paramv, new_row,
		       &rp);
	if (!err)
		err = db_exec(ch->tl.db, "COMMIT", ch->tl.why,
			      sizeof(ch->tl.why));
	if (!err)
		err = sheet_end(rp.sh);
	else
		sheet_drop(rp.sh);

	return err;
}


static int read_fields(struct change *ch, const struct options *opt)
{
	memset(ch, 0, sizeof(*ch));

	return campaign_fields_read(&ch->cf, opt, opt->wordc - 1,
				    opt->wordv + 1, ch->tl.why,
				    sizeof(ch->tl.why));
}


static int read_secret(struct change *ch)
{
	return ch->cf.secret ? secret_read(ch->cf.secret, ch->secret,
					   ch->tl.why, sizeof(ch->tl.why))
		: 0;
}


int cmd_campaign_add(const struct options *opt)
{
	const char *const paramv[] = { opt->wordv[0] };
	struct change ch;
	int err, status;

	if (read_fields(&ch, opt)) {
		cmd_fail("%s", ch.tl.why);
		return STATUS_USAGE;
	}

	err = read_secret(&ch);
	if (err)
		return cmd_fail("%s", ch.tl.why);

	err = change_begin(&ch, opt);
	if (!err)
		err = tool_ask(&ch.tl, sql_campaign_add, 1, paramv, id_row,
			       ch.id);
	if (!err)
		err = change_write(&ch);
	if (!err)
		err = db_exec(ch.tl.db, "COMMIT", ch.tl.why,
			      sizeof(ch.tl.why));
	if (!err)
		puts(ch.id);

	status = tool_done(&ch.tl, err);
	change_free(&ch);

	return status;
}


int cmd_campaign_set(const struct options *opt)
{
	struct change ch;
	int err, status;

	if (read_fields(&ch, opt)) {
		cmd_fail("%s", ch.tl.why);
		return STATUS_USAGE;
	}

	err = read_secret(&ch);
	if (err)
		return cmd_fail("%s", ch.tl.why);

	err = change_begin(&ch, opt);
	if (!err)
		err = find_campaign(&ch.tl, opt->wordv[0], ch.id);
	if (!err) {
		const char *const paramv[] = { ch.id };

		err = tool_ask(&ch.tl, sql_campaign_values, 1, paramv,
			       old_row, &ch);
	}
	if (!err)
		err = change_write(&ch);
	if (!err)
		err = change_report(&ch, opt);

	status = tool_done(&ch.tl, err);
	change_free(&ch);

	return status;
}
