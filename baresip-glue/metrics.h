/**
 * @file metrics.h  The engine's figures, served to Prometheus
 *
 * They are put together for each reading, from counters alone: no lock of the
 * sending thread is taken, and no call is looked at. Loop thread.
 */
#ifndef RINGROUND_GLUE_METRICS_H
#define RINGROUND_GLUE_METRICS_H

struct app;

/** Serves them if that is wanted. @return 0 or an errno */
int metrics_open(struct app *ap);

/** Repeats are fine. */
void metrics_close(void);

#endif
