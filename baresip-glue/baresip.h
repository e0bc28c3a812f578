/**
 * @file baresip.h  The few things of the host program that are used
 *
 * Debian packages baresip without headers, so they are declared here, as they
 * are in both 1.0.0 and 1.1.0. All belong to the loop thread unless noted.
 */
#ifndef RINGROUND_BARESIP_H
#define RINGROUND_BARESIP_H

#include <re.h>
#include <rem_au.h>

/*
 * Audio codecs
 */

/** Room that an RTP header takes in front of a payload */
enum { STREAM_PRESZ = 4 + 12 };

struct auenc_param {
	uint32_t ptime;         /**< milliseconds a packet               */
	uint32_t bitrate;       /**< bits a second; 0: the codec's own   */
};

struct auenc_state;
struct audec_state;
struct aucodec;

typedef int (auenc_update_h)(struct auenc_state **aesp,
			     const struct aucodec *ac,
			     struct auenc_param *prm, const char *fmtp);
typedef int (auenc_encode_h)(struct auenc_state *aes, bool *marker,
			     uint8_t *buf, size_t *len, int fmt,
			     const void *sampv, size_t sampc);
typedef int (audec_update_h)(struct audec_state **adsp,
			     const struct aucodec *ac, const char *fmtp);
typedef int (audec_decode_h)(struct audec_state *ads, int fmt, void *sampv,
			     size_t *sampc, bool marker, const uint8_t *buf,
			     size_t len);
typedef int (audec_plc_h)(struct audec_state *ads, int fmt, void *sampv,
			  size_t *sampc, const uint8_t *buf, size_t len);

/** Codecs belong to their modules, which live as long as the program. */
struct aucodec {
	struct le le;
	const char *pt;
	const char *name;
	uint32_t srate;         /**< of the samples                      */
	uint32_t crate;         /**< of the RTP clock                    */
	uint8_t ch;
	uint8_t pch;            /**< channels by SDP                     */
	uint32_t ptime;         /**< milliseconds; 0: any                */
	const char *fmtp;
	auenc_update_h *encupdh;
	auenc_encode_h *ench;
	audec_update_h *decupdh;
	audec_decode_h *dech;
	audec_plc_h *plch;
	sdp_fmtp_enc_h *fmtp_ench;
	sdp_fmtp_cmp_h *fmtp_cmph;
};

struct list *baresip_aucodecl(void);
const struct aucodec *aucodec_find(const struct list *aucodecl,
				   const char *name, uint32_t srate,
				   uint8_t ch);

/*
 * Streams
 */

struct stream;
struct audio;

struct stream *audio_strm(const struct audio *au);
struct sdp_media *stream_sdpmedia(const struct stream *strm);

/** The codec that is sent (tx) or received; NULL before the SDP answer */
const struct aucodec *audio_codec(const struct audio *au, bool tx);

/** Names of the source and player to open for it; copied */
int audio_set_devicename(struct audio *au, const char *src,
			 const char *play);

/**
 * Any thread, one at a time for a stream. The payload lies between pos and
 * end, with STREAM_PRESZ bytes before it. pt: -1 for the one negotiated.
 */
int stream_send(struct stream *s, bool ext, bool marker, int pt, uint32_t ts,
		struct mbuf *mb);

/* Packets of this stream so far */
uint32_t stream_metric_get_tx_n_packets(const struct stream *strm);
uint32_t stream_metric_get_rx_n_packets(const struct stream *strm);

/** What RTCP has told so far, borrowed; NULL without a stream */
const struct rtcp_stats *stream_rtcp_stats(const struct stream *strm);

/*
 * Audio sources
 */

struct ausrc;
struct ausrc_st;
struct media_ctx;
struct auframe;

struct ausrc_prm {
	uint32_t srate;
	uint8_t ch;
	uint32_t ptime;         /**< milliseconds                        */
	int fmt;
};

typedef void (ausrc_read_h)(struct auframe *af, void *arg);
typedef void (ausrc_error_h)(int err, const char *str, void *arg);
typedef int (ausrc_alloc_h)(struct ausrc_st **stp, const struct ausrc *as,
			    struct media_ctx **ctx, struct ausrc_prm *prm,
			    const char *device, ausrc_read_h *rh,
			    ausrc_error_h *errh, void *arg);

struct list *baresip_ausrcl(void);

/** The registration ends with mem_deref() of *asp. */
int ausrc_register(struct ausrc **asp, struct list *ausrcl, const char *name,
		   ausrc_alloc_h *alloch);

/*
 * User agents, accounts, calls
 */

struct ua;
struct account;
struct call;

enum vidmode {
	VIDMODE_OFF = 0,
	VIDMODE_ON,
};

/** The numbers of events differ by version: see events_init(). */
typedef void (call_event_h)(struct call *call, unsigned ev, const char *str,
			    void *arg);
typedef void (call_dtmf_h)(struct call *call, char key, void *arg);

int ua_alloc(struct ua **uap, const char *aor);
unsigned ua_destroy(struct ua *ua);
int ua_connect(struct ua *ua, struct call **callp, const char *from_uri,
	       const char *req_uri, enum vidmode vmode);
void ua_hangup(struct ua *ua, struct call *call, uint16_t scode,
	       const char *reason);
struct list *ua_calls(const struct ua *ua);
struct account *ua_account(const struct ua *ua);
void ua_stop_all(bool forced);

int account_set_auth_user(struct account *acc, const char *user);
int account_set_auth_pass(struct account *acc, const char *pass);

/** The media encryption of its calls, EINVAL without a module for it */
int account_set_mediaenc(struct account *acc, const char *mencid);

/** No event of the call reaches the UA any more: the call is the caller's. */
void call_set_handlers(struct call *call, call_event_h *eh,
		       call_dtmf_h *dtmfh, void *arg);
void call_hangup(struct call *call, uint16_t scode, const char *reason);
uint16_t call_scode(const struct call *call);
const char *call_id(const struct call *call);
struct audio *call_audio(const struct call *call);
bool call_has_audio(const struct call *call);

typedef void (ua_event_h)(struct ua *ua, unsigned ev, struct call *call,
			  const char *prm, void *arg);

int uag_event_register(ua_event_h *eh, void *arg);
void uag_event_unregister(ua_event_h *eh);
const char *uag_event_str(unsigned ev);
struct sip *uag_sip(void);

/*
 * The program
 */

struct network;
typedef void (net_change_h)(void *arg);

struct network *baresip_network(void);

/** interval 0 ends the check for changed addresses. */
void net_change(struct network *net, uint32_t interval, net_change_h *ch,
		void *arg);

/** A receiver of the program's own messages; level 3 is an error */
struct log {
	struct le le;
	void (*h)(uint32_t level, const char *msg);
};

void log_register_handler(struct log *logh);
void log_unregister_handler(struct log *logh);
void log_level_set(unsigned level);
void log_enable_stdout(bool enable);

#endif
