/**
 * @file scrape.c  One page over HTTP, for who comes to read the figures
 */
#include "baresip-glue/scrape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "core/address.h"

struct scrape {
	struct tcp_sock *ts;
	struct list visitors;   /* who came first is first               */
	const char *path;
	const char *type;
	scrape_page_h *pageh;
	void *arg;
};

struct visitor {
	struct le le;
	struct scrape *sc;
	struct tcp_conn *tc;
	struct mbuf *mb;        /* of the request, so far                */
	struct tmr tmr;
	bool answered;
};


static void visitor_destructor(void *arg)
{
	struct visitor *vi = arg;

	tmr_cancel(&vi->tmr);
	list_unlink(&vi->le);
	mem_deref(vi->tc);
	mem_deref(vi->mb);
}


static void leave_handler(void *arg)
{
	mem_deref(arg);
}


static void gone_handler(int err, void *arg)
{
	(void)err;
	mem_deref(arg);
}


/* The connection goes when the last byte has been taken. */
static int answer(struct visitor *vi, const char *status, const char *type,
		  const char *page, size_t len, bool body)
{
	struct mbuf *mb = mbuf_alloc(len + 256);
	int err;

	if (!mb)
		return ENOMEM;

	err = mbuf_printf(mb, "HTTP/1.1 %s\r\nContent-Type: %s\r\n"
			  "Content-Length: %zu\r\nCache-Control: no-store\r\n"
			  "Connection: close\r\n\r\n", status, type, len);
	if (!err && body)
		err = mbuf_write_mem(mb, (const uint8_t *)page, len);

	mb->pos = 0;
	vi->answered = true;
	if (!err)
		err = tcp_send(vi->tc, mb);
	if (!err)
		err = tcp_set_send(vi->tc, leave_handler);
	mem_deref(mb);

	return err;
}


static int answer_words(struct visitor *vi, const char *status, bool body)
{
	char words[64];

	(void)re_snprintf(words, sizeof(words), "%s\n", status);

	return answer(vi, status, "text/plain; charset=utf-8", words,
		      strlen(words), body);
}


static int answer_page(struct visitor *vi, bool body)
{
	char *page = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&page, &len);
	int err = f ? vi->sc->pageh(f, vi->sc->arg) : ENOMEM;

	if (f && fclose(f) && !err)
		err = ENOMEM;

	err = err ? answer_words(vi, "500 Internal Server Error", body)
		: answer(vi, "200 OK", vi->sc->type, page, len, body);
	free(page);

	return err;
}


static int answer_request(struct visitor *vi, const struct http_msg *msg)
{
	const bool head = !pl_strcmp(&msg->met, "HEAD");

	if (!head && pl_strcmp(&msg->met, "GET"))
		return answer_words(vi, "405 Method Not Allowed", true);
	if (pl_strcmp(&msg->path, vi->sc->path))
		return answer_words(vi, "404 Not Found", !head);

	return answer_page(vi, !head);
}


static int request(struct visitor *vi)
{
	struct http_msg *msg = NULL;
	int err;

	vi->mb->pos = 0;
	err = http_msg_decode(&msg, vi->mb, true);
	if (!err)
		err = answer_request(vi, msg);
	else if (err != ENODATA)
		err = answer_words(vi, "400 Bad Request", true);
	else if (vi->mb->end >= SCRAPE_REQUEST_MAX)
		err = answer_words(vi, "431 Request Header Fields Too Large",
				   true);
	else
		err = 0;

	mem_deref(msg);
	return err;
}


static void recv_handler(struct mbuf *mb, void *arg)
{
	struct visitor *vi = arg;
	int err;

	/* More than one request is not for us to read. */
	if (vi->answered)
		return;

	vi->mb->pos = vi->mb->end;
	err = mbuf_write_mem(vi->mb, mbuf_buf(mb), mbuf_get_left(mb));
	if (!err)
		err = request(vi);
	if (err)
		mem_deref(vi);
}


static void come_handler(const struct sa *peer, void *arg)
{
	struct scrape *sc = arg;
	struct visitor *vi = mem_zalloc(sizeof(*vi), visitor_destructor);
	int err = ENOMEM;
	(void)peer;

	if (vi)
		vi->mb = mbuf_alloc(512);
	if (vi && vi->mb) {
		vi->sc = sc;
		err = tcp_accept(&vi->tc, sc->ts, NULL, recv_handler,
				 gone_handler, vi);
	}
	if (err) {
		mem_deref(vi);
		tcp_reject(sc->ts);
		return;
	}

	if (list_count(&sc->visitors) >= SCRAPE_VISITORS)
		mem_deref(list_head(&sc->visitors)->data);

	list_append(&sc->visitors, &vi->le, vi);
	tcp_conn_rxsz_set(vi->tc, SCRAPE_REQUEST_MAX);
	tmr_start(&vi->tmr, SCRAPE_MS, leave_handler, vi);
}


static void scrape_destructor(void *arg)
{
	struct scrape *sc = arg;

	list_flush(&sc->visitors);
	mem_deref(sc->ts);
}


int scrape_open(struct scrape **scp, const struct address *addr,
		const char *path, const char *type, scrape_page_h *pageh,
		void *arg)
{
	struct scrape *sc;
	struct sa sa;
	int err;

	err = sa_set_str(&sa, addr->host, addr->port);
	if (err)
		return err;

	sc = mem_zalloc(sizeof(*sc), scrape_destructor);
	if (!sc)
		return ENOMEM;

	sc->path = path;
	sc->type = type;
	sc->pageh = pageh;
	sc->arg = arg;
	err = tcp_listen(&sc->ts, &sa, come_handler, sc);
	if (err)
		mem_deref(sc);
	else
		*scp = sc;

	return err;
}


void scrape_close(struct scrape *sc)
{
	mem_deref(sc);
}
