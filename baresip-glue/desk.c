/**
 * @file desk.c  The console of this process: what it sees and what it asks
 */
#include "baresip-glue/desk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "baresip-glue/app.h"
#include "baresip-glue/journal.h"
#include "baresip-glue/orders.h"

static struct {
	struct app *ap;
	struct console *con;    /* NULL: there is none                   */
	struct orders orders;
	struct order_ack ackv[ORDER_ACKS];      /* by number modulo size */
	uint64_t ackc;
	uint64_t shown_ms;
} desk = { .orders = ORDERS_INIT };


static void add_acks(struct snapshot *sn)
{
	uint64_t no = desk.ackc > ORDER_ACKS ? desk.ackc - ORDER_ACKS : 0;

	for (; no < desk.ackc; no++)
		sn->ackv[sn->ackc++] = desk.ackv[no % ORDER_ACKS];
}


static int64_t wall_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


static void publish(uint64_t now)
{
	struct snapshot *sn;

	desk.shown_ms = now;
	sn = engine_snapshot(desk.ap->eng);
	if (!sn)
		return;

	sn->wall_ms = wall_now();
	sn->logc = journal_lines(sn->logv);
	add_acks(sn);
	console_publish(desk.con, sn);
}


void desk_tick(uint64_t now_ms)
{
	if (desk.con && now_ms - desk.shown_ms >= SNAPSHOT_MS)
		publish(now_ms);
}


static int hang_up(const struct order *order, uint32_t *done)
{
	const struct engine_cut cut = {
		.phonev = order->phonev, .n = order->phonec,
	};

	*done = (uint32_t)engine_cut(desk.ap->eng, &cut);

	return *done ? 0 : ENOENT;
}


static int leave(struct app *ap, enum app_quit step)
{
	if (ap->quit >= step)
		return EALREADY;

	while (ap->quit < step)
		app_quit(ap);

	return 0;
}


static void end(const char *line)
{
	desk_close();
	journal_line(false, line);
}


static void obey(const struct order *order)
{
	struct order_ack ack = { .serial = order->serial };

	switch (order->kind) {

	case ORDER_HANGUP:
		ack.err = hang_up(order, &ack.done);
		break;

	case ORDER_DRAIN:
		ack.err = leave(desk.ap, QUIT_DRAIN);
		break;

	case ORDER_LEAVE:
		ack.err = leave(desk.ap, QUIT_HANGUP);
		break;

	case ORDER_DETACH:
		end("the console was left, calls go on");
		return;

	case ORDER_LOST:
		end("the console's terminal is gone, calls go on");
		return;
	}

	desk.ackv[desk.ackc++ % ORDER_ACKS] = ack;
}


static void orders_handler(void *arg)
{
	struct order order;
	(void)arg;

	while (orders_pop(&desk.orders, &order))
		obey(&order);

	if (desk.con)
		publish(app_now());
}


/* On the console's thread */
static int order_handler(const struct order *order, void *arg)
{
	return orders_push(arg, order);
}


int desk_open(struct app *ap)
{
	const struct launch *la = &ap->la;
	const struct console_prm prm = {
		.tty_in   = la->tty_in,
		.tty_out  = la->tty_out,
		.conninfo = la->conn_given ? la->conninfo : NULL,
		.orderh   = order_handler,
		.arg      = &desk.orders,
	};
	int err;

	if (!la->console)
		return 0;

	desk.ap = ap;
	err = orders_open(&desk.orders, orders_handler, NULL);
	if (!err)
		err = console_start(&desk.con, &prm);
	if (err)
		orders_close(&desk.orders);

	return err;
}


bool desk_hangup(void)
{
	if (!desk.con)
		return false;

	console_hangup(desk.con);

	return true;
}


unsigned desk_waiting(void)
{
	return orders_waiting(&desk.orders);
}


void desk_close(void)
{
	struct console *con = desk.con;

	desk.con = NULL;
	console_stop(con);
	orders_close(&desk.orders);
}
