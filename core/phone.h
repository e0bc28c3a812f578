/**
 * @file phone.h  What the rules know of a campaign and of a phone to ring
 *
 * Plain values, copied freely; nothing here owns memory.
 */
#ifndef RINGROUND_PHONE_H
#define RINGROUND_PHONE_H

#include <stdbool.h>
#include <stdint.h>


/** Sizes hold the terminating NUL. What does not fit is never dialled. */
enum {
	NUMBER_SIZE  = 256,     /**< cld, cli: a number or a sip: URI */
	CRED_SIZE    = 256,     /**< username, md5secret              */
	NAME_SIZE    = 404,     /**< names: 100 characters of UTF-8   */
	DIGEST_SIZE  = 65,      /**< SHA-256 in hexadecimal           */
	REASON_SIZE  = 160,     /**< a SIP reason or an error in words */
};

/** The six values of campaign_phones.status */
enum phone_status {
	PHONE_IDLE,
	PHONE_TRYING,
	PHONE_ANSWER,
	PHONE_FAILURE,
	PHONE_PREMATURE,
	PHONE_SUCCESS,
};

/** How the media of a call are encrypted */
enum phone_media {
	PHONE_MEDIA_NONE,
	PHONE_MEDIA_SRTP,       /**< keys in the SDP (RFC 4568)          */
	PHONE_MEDIA_DTLS,       /**< DTLS-SRTP (RFC 5763)                */
};

enum { PHONE_STATUSES = PHONE_SUCCESS + 1 };

/** A campaign's settings, as read from the database */
struct campaign {
	int32_t id;
	char name[NAME_SIZE];
	bool paused;
	bool open;              /**< its schedule is open now            */
	int64_t change_ms;      /**< until open changes; -1: never       */
	int64_t due_ms;         /**< until a phone falls due; -1: none   */
	int32_t prompt_id;      /**< 0: the campaign has no prompt       */
	bool troubled;          /**< ivr_prompts.trouble is set          */
	char prompt_digest[DIGEST_SIZE];
	uint32_t max_concurrent;
	uint32_t live;          /**< calls of all engines                */
	bool shared;            /**< other engines are connected, too    */
	uint32_t max_attempts;
	uint32_t timeout_sec;
	uint32_t backoff_sec;
	uint32_t threshold_msec;
};

/** What a scan finds out about a campaign */
struct campaign_due {
	int32_t id;
	bool known;             /**< due_ms says something               */
	int64_t due_ms;         /**< until a phone falls due; -1: none   */
	uint32_t live;          /**< calls of all engines                */
	bool shared;            /**< other engines are connected, too    */
};

/** One claimed row of campaign_phones: a phone that this engine may ring */
struct phone {
	int64_t id;             /**< campaign_phones.i_campaign_phone    */
	int64_t attempt_id;     /**< fences this claim against others    */
	int32_t campaign_id;
	uint32_t attempt_no;    /**< 1 for the first attempt             */
	uint32_t max_attempts;
	uint32_t timeout_sec;
	uint32_t backoff_sec;
	uint32_t threshold_msec;
	int32_t prompt_id;
	int32_t slot_ms;        /**< from the claim to its INVITE, neither
				     before nor later; -1: any time      */
	bool misfit;            /**< a text was too long and left empty  */
	bool media_set;         /**< else as the settings have it        */
	enum phone_media media;
	char prompt_digest[DIGEST_SIZE];
	char cld[NUMBER_SIZE];
	char cli[NUMBER_SIZE];  /**< empty: the cld is the caller number */
	char username[CRED_SIZE];
	char secret[CRED_SIZE];
};

/** The database's word for a status; never NULL */
const char *phone_status_name(enum phone_status status);

/**
 * The status that a word of the database stands for
 *
 * @return 0, or EINVAL for any other word (status unchanged)
 */
int phone_status_parse(enum phone_status *status, const char *word);

/**
 * The media encryption that a word of the database stands for
 *
 * @return 0, or EINVAL for any other word (media unchanged)
 */
int phone_media_parse(enum phone_media *media, const char *word);

/**
 * Mask a number for a log: the first four and the last three characters stay
 *
 * @param buf  Receives the masked text, NUL-terminated and clipped to size
 * @return buf
 */
const char *phone_mask(char *buf, unsigned size, const char *number);

#endif
