/**
 * @file launch.h  What the program tells the module across exec
 *
 * A file of lines "key value" in the private profile directory, readable by
 * its owner only since it may hold a password.
 */
#ifndef RINGROUND_LAUNCH_H
#define RINGROUND_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/address.h"
#include "core/carry.h"
#include "core/settings.h"

/** The environment variable that names the profile directory */
#define LAUNCH_ENV "RINGROUND_PROFILE"

/** The file in the profile directory */
#define LAUNCH_FILE "settings"

enum {
	LAUNCH_NODE_SIZE = 64,
	LAUNCH_CONN_SIZE = 1024,
	LAUNCH_TEXT_SIZE = 4096,
	LAUNCH_CALLS_MAX = CARRY_MAX,
	LAUNCH_RTP_MIN = 16384,         /**< ports without --rtp-ports   */
	LAUNCH_RTP_MAX = 65534,
};

/** A single call instead of an engine: see baresip-glue/trial.h */
struct launch_call {
	bool wanted;
	int out_fd;             /**< where it is shown                   */
	int audio_fd;           /**< the prompt as it was uploaded       */
	int timeout_sec;
	bool uri_allowed;
	char number[NUMBER_SIZE];
	char cli[NUMBER_SIZE];
	char username[CRED_SIZE];
	char secret[CRED_SIZE];
	char proxy[PROXY_SIZE];
	enum phone_media media; /**< how it is to be encrypted           */
};

struct launch {
	char node[LAUNCH_NODE_SIZE];    /**< name of this engine         */
	bool conn_given;                /**< else the PG* environment    */
	char conninfo[LAUNCH_CONN_SIZE];        /**< when conn_given     */
	struct address listen;          /**< the port is never 0         */
	bool listen_given;              /**< -l was written              */
	int max_calls;                  /**< 0: as many as there is room for */
	uint16_t rtp_min;               /**< even                        */
	uint16_t rtp_max;               /**< the last one                */
	struct address metrics; /**< port 0: none are served             */
	char ca_file[LAUNCH_TEXT_SIZE]; /**< for TLS; "": the system's   */
	bool verbose;
	bool console;                   /**< else headless               */
	int tty_in;                     /**< -1 without a console        */
	int tty_out;
	int log_fd;                     /**< where the log goes          */
	char cluster[LAUNCH_TEXT_SIZE]; /**< for cluster_adopt(); or ""  */
	struct launch_call call;
};

/** All empty: no console, descriptors -1, log on 2, usual RTP ports */
void launch_init(struct launch *la);

/**
 * Write it as dir/settings, mode 0600, which must not exist yet
 *
 * @return 0; EINVAL when a text holds a line feed; or an errno
 */
int launch_write(const struct launch *la, const char *dir);

/**
 * Read dir/settings. Unknown keys are ignored.
 *
 * @return 0 (la written); EBADMSG for a line that does not parse; or an errno
 */
int launch_read(struct launch *la, const char *dir);

#endif
