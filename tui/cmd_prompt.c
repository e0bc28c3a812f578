/**
 * @file cmd_prompt.c  ringround prompt add
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tui/cmd.h"
#include "tui/database.h"
#include "tui/prompt_file.h"


int cmd_prompt_add(const struct options *opt)
{
	struct database dt;
	struct db *db = NULL;
	char why[WHY_SIZE];
	uint8_t *data;
	size_t len;
	int32_t id = 0;
	int err;

	err = prompt_file_read(opt->wordv[1], &data, &len, why, sizeof(why));
	if (err)
		return cmd_fail("%s", why);

	err = database_choose(&dt, opt, why, sizeof(why));
	if (err)
		goto out;

	err = database_open(&db, &dt, why, sizeof(why));
	if (!err)
		err = db_prompt_add(db, opt->wordv[0], data, len, &id,
				    why, sizeof(why));

	db_close(db);
	database_leave(&dt);

	if (!err)
		printf("%" PRId32 "\n", id);
 out:
	free(data);

	return err ? cmd_fail("%s", why) : STATUS_OK;
}
