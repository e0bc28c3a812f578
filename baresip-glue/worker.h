/**
 * @file worker.h  One thread that does slow work, in order, for the loop
 *
 * The functions belong to the loop thread.
 */
#ifndef RINGROUND_WORKER_H
#define RINGROUND_WORKER_H

#include <stdatomic.h>
#include <stdbool.h>

struct worker;

/** What is done with a job. The job belongs to the worker in between. */
struct job_ops {
	/** On the worker's thread; should return soon once stop is set */
	void (*work)(void *job, const atomic_bool *stop);
	/** On the loop thread, once worked; takes the job back */
	void (*done)(void *job);
	/** On the loop thread, instead of done, by worker_free() */
	void (*drop)(void *job);
};

/** Starts the thread; ops is borrowed. @return 0 or an errno */
int worker_alloc(struct worker **wkp, const struct job_ops *ops,
		 const char *name);

/** Takes ownership of the job on 0. @return 0 or ENOMEM */
int worker_post(struct worker *wk, void *job);

/** Joins the thread and drops the jobs not done. NULL is fine. */
void worker_free(struct worker *wk);

#endif
