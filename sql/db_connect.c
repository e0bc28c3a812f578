/**
 * @file db_connect.c  A connection within a given time, whatever happens
 *
 * libpq limits the time for each address alone, and resolving names not at
 * all. So a thread connects, and its caller waits as long as it likes.
 */
#include "sql/db_priv.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/** Shared by caller and thread; the last of the two frees it */
struct job {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	char *conninfo;         /**< NULL: the environment               */
	PGconn *pg;
	bool done;
	bool abandoned;
};


static void job_free(struct job *job)
{
	if (job->pg)
		PQfinish(job->pg);

	pthread_cond_destroy(&job->cond);
	pthread_mutex_destroy(&job->lock);
	free(job->conninfo);
	free(job);
}


static void silent(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}


/*
 * What comes first yields to what the string of the user says. A pooler lets
 * everybody in and has no session for him perhaps: hence the empty statement.
 */
static PGconn *conninfo_connect(const char *conninfo)
{
	const char *const keyv[] = {
		"connect_timeout", "dbname", "client_encoding",
		"fallback_application_name", NULL
	};
	const char *const valv[] = {
		"3", conninfo, "UTF8", "ringround", NULL
	};
	PGconn *pg;

	pg = PQconnectdbParams(keyv, valv, 1);
	if (pg)
		PQsetNoticeProcessor(pg, silent, NULL);
	if (pg && PQstatus(pg) == CONNECTION_OK)
		PQclear(PQexec(pg, ""));

	return pg;
}


static void *connect_thread(void *arg)
{
	struct job *job = arg;
	PGconn *pg = conninfo_connect(job->conninfo);
	bool abandoned;

	pthread_mutex_lock(&job->lock);
	job->pg = pg;
	job->done = true;
	abandoned = job->abandoned;
	pthread_cond_signal(&job->cond);
	pthread_mutex_unlock(&job->lock);

	if (abandoned)
		job_free(job);

	return NULL;
}


static struct job *job_alloc(const char *conninfo)
{
	pthread_condattr_t attr;
	struct job *job;

	job = calloc(1, sizeof(*job));
	if (!job)
		return NULL;

	if (conninfo) {
		job->conninfo = strdup(conninfo);
		if (!job->conninfo) {
			free(job);
			return NULL;
		}
	}

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&job->cond, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&job->lock, NULL);

	return job;
}


/* Signals are for the threads that expect them. */
static int job_start(struct job *job)
{
	pthread_t thread;
	sigset_t all, old;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&thread, NULL, connect_thread, job);
	pthread_sigmask(SIG_SETMASK, &old, NULL);

	if (!err)
		pthread_detach(thread);

	return err;
}


/* @return true when the job is done and the caller's again */
static bool job_wait(struct job *job, unsigned ms)
{
	struct timespec end;
	bool done;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec  += ms / 1000;
	end.tv_nsec += (long)(ms % 1000) * 1000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_nsec -= 1000000000;
		++end.tv_sec;
	}

	pthread_mutex_lock(&job->lock);
	while (!job->done) {
		if (pthread_cond_timedwait(&job->cond, &job->lock, &end))
			break;
	}
	done = job->done;
	job->abandoned = !done;
	pthread_mutex_unlock(&job->lock);

	return done;
}


int db_connect(PGconn **pgp, const char *conninfo, unsigned ms)
{
	struct job *job;
	int err;

	job = job_alloc(conninfo);
	if (!job)
		return ENOMEM;

	err = job_start(job);
	if (err)
		goto out;

	if (!job_wait(job, ms))
		return ETIMEDOUT;

	if (!job->pg) {
		err = ENOMEM;
		goto out;
	}

	*pgp = job->pg;
	job->pg = NULL;
 out:
	job_free(job);

	return err;
}
