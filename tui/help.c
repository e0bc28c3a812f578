/**
 * @file help.c  What --help prints
 */
#include "tui/help.h"

#define DATABASE_HELP \
"  -d, --database CONNINFO  the database: \"host=db.example dbname=ring\"\n" \
"                           postgresql://user@db.example/ring; without it\n" \
"                           the environment (PGHOST, PGDATABASE and the\n" \
"                           like), else a database of your own, made and\n" \
"                           started for you\n"

#define CONSOLE_HELP \
"      --readonly           the console may look and do nothing\n" \
"      --ascii              no characters beyond ASCII in the console\n" \
"      --no-color           no colours in it (as NO_COLOR=1)\n"

static const char engine_help[] =
"ringround rings round a set of phone numbers over SIP, plays each a voice\n"
"prompt, and keeps at it until each has heard it or its attempts are spent.\n"
"\n"
"Usage: ringround [options]                the engine, with its console\n"
"       ringround --daemon [options]       the engine alone\n"
"       ringround console [options]        a console on what is running\n"
"       ringround demo [options]           see it ring, with nothing set up\n"
"       ringround db init [options]        create or upgrade the schema\n"
"       ringround db shell [options]       psql on the same database\n"
"       ringround prompt add NAME FILE     add a voice prompt\n"
"       ringround nodes [--csv] [options]  list the engines\n"
"\n"
"Options:\n"
"  -l, --listen ADDR[:PORT] local SIP address (127.0.0.1:5060); an IPv6\n"
"                           address in brackets. It is also where the SIP\n"
"                           proxy is sought, on port 5061, unless the\n"
"                           table config says otherwise\n"
DATABASE_HELP
"  -n, --node NODE          the name of this engine (the host's name);\n"
"                           engines on one database need different ones\n"
"  -c, --max-calls N        carry no more calls at a time than this; else\n"
"                           as many as the system has room for; the log\n"
"                           says what the limit is\n"
"      --rtp-ports MIN-MAX  UDP ports for RTP and RTCP, two a call and a\n"
"                           fifth to spare (16384-65534); MIN is even\n"
"      --daemon             no console; log to stderr\n"
CONSOLE_HELP
"  -v, --verbose            say more in the log\n"
"  -h, --help               this text; also after a command\n"
"  -V, --version            the version\n"
"\n"
"Campaigns are made in SQL: see ringround(1) for a first one.\n";

static const char console_help[] =
"Usage: ringround console [options]\n"
"       ringround console --once|--csv|--plain [options] [TABLE]\n"
"\n"
"Shows what is running on a database, whoever runs it and wherever; any\n"
"number of consoles may look. ? lists the keys.\n"
"\n"
"TABLE, to print instead: campaigns (when none is named), calls, engines,\n"
"phones CAMPAIGN (its number or its name), phone ID (what happened to it).\n"
"\n"
"Options:\n"
"      --once               print as on the screen\n"
"      --csv                print as CSV, numbers and times for programs\n"
"      --plain              print a line a row, for screen readers\n"
CONSOLE_HELP
DATABASE_HELP;

static const char demo_help[] =
"Usage: ringround demo [options]\n"
"\n"
"Rings a dozen pretended phones on this machine, over loopback only, and\n"
"plays them a spoken prompt: some answer, others are busy, ring out or hang\n"
"up early. It makes a database for itself and removes all it made.\n"
"\n"
"In a terminal it shows the console. Without one, or with --daemon, it\n"
"prints each change of status and a table at the end; the exit status is 0\n"
"when every phone ended as it should.\n"
"\n"
"Options:\n"
"  -l, --listen ADDR[:PORT] local SIP address (a free port of 127.0.0.1)\n"
"  -d, --database CONNINFO  make a database ringround_demo_PID on that\n"
"                           server and drop it at the end; without it, in\n"
"                           a server of its own. The environment (PGHOST\n"
"                           and the like) does not count here\n"
"      --daemon             no console\n"
"  -v, --verbose            show the engine's log, too\n";

static const char db_help[] =
"Usage: ringround db init [options]     create or upgrade the schema\n"
"       ringround db shell [options]    psql on the database\n"
"\n"
"See ringround db init --help and ringround db shell --help.\n";

static const char db_init_help[] =
"Usage: ringround db init [options]\n"
"\n"
"Creates ringround's tables in the database, or brings them up to this\n"
"program's version, in one transaction. It is safe to repeat: when all is\n"
"there it changes nothing. A schema of a newer version is refused.\n"
"\n"
"Options:\n"
"      --roles              also make the roles ringround_engine,\n"
"                           ringround_operator and ringround_viewer, and\n"
"                           grant them their rights in this database:\n"
"                           GRANT ringround_viewer TO somebody\n"
DATABASE_HELP;

static const char db_shell_help[] =
"Usage: ringround db shell [options]\n"
"\n"
"Starts psql on ringround's database: the way in to campaigns, phones and\n"
"schedules. Without a terminal it reads SQL from its input. The database\n"
"that ringround made for itself is started when it is down.\n"
"\n"
"Options:\n"
DATABASE_HELP;

static const char nodes_help[] =
"Usage: ringround nodes [--csv] [options]\n"
"\n"
"Lists the engines that work on the database: the calls that each has live,\n"
"how many it can carry, how many INVITEs it has sent since its start, its\n"
"last sign of life, and its state:\n"
"\n"
"  connected              it is at work\n"
"  connected, but silent  it has not shown itself for 15 seconds\n"
"  older schema           the database is newer than it: it does not dial\n"
"  gone since TIME        it ended without leaving, or cannot be reached;\n"
"                         its own restart takes up its calls at once, other\n"
"                         engines do when their leases have run out\n"
"\n"
"An engine that was stopped is not listed. On a standby server an engine\n"
"counts as connected when it has shown itself within 15 seconds.\n"
"\n"
"Options:\n"
DATABASE_HELP
"      --csv                comma-separated, with a line of names\n";

static const char prompt_help[] =
"Usage: ringround prompt add NAME FILE [options]    add a voice prompt\n"
"\n"
"See ringround prompt add --help.\n";

static const char prompt_add_help[] =
"Usage: ringround prompt add NAME FILE [options]\n"
"\n"
"Stores an audio file in the database, so that every engine can play it,\n"
"and prints its number for campaigns.i_ivr_prompt. Any rate, mono or\n"
"stereo: WAV, FLAC, Ogg and whatever else libsndfile reads, 100 MB at\n"
"most. A name that begins with '-' goes behind '--'.\n"
"\n"
"Options:\n"
DATABASE_HELP;


const char *help_text(enum command cmd)
{
	switch (cmd) {

	case COMMAND_ENGINE:     return engine_help;
	case COMMAND_CONSOLE:    return console_help;
	case COMMAND_DEMO:       return demo_help;
	case COMMAND_DB:         return db_help;
	case COMMAND_DB_INIT:    return db_init_help;
	case COMMAND_DB_SHELL:   return db_shell_help;
	case COMMAND_NODES:      return nodes_help;
	case COMMAND_PROMPT:     return prompt_help;
	case COMMAND_PROMPT_ADD: return prompt_add_help;
	}

	return engine_help;
}
