/**
 * @file guest.c  Calls from outside: this engine takes none
 */
#include "baresip-glue/guest.h"

#include <errno.h>
#include "baresip-glue/baresip.h"

struct guest {
	struct le le;
	struct ua *ua;
	struct call *call;
};


int guest_add(struct list *guests, struct ua *ua, struct call *call)
{
	struct guest *guest = mem_zalloc(sizeof(*guest), NULL);

	if (!guest)
		return ENOMEM;

	guest->ua = ua;
	guest->call = call;
	list_append(guests, &guest->le, guest);

	return 0;
}


void guest_forget(struct list *guests, const struct call *call)
{
	struct le *le = list_head(guests);

	while (le) {
		struct guest *guest = le->data;

		le = le->next;
		if (guest->call != call)
			continue;
		list_unlink(&guest->le);
		mem_deref(guest);
	}
}


void guest_refuse(struct list *guests)
{
	struct le *le;

	while ((le = list_head(guests))) {
		struct guest *guest = le->data;

		list_unlink(le);
		ua_hangup(guest->ua, guest->call, 603, "Decline");
		mem_deref(guest);
	}
}
