// SPDX-License-Identifier: Apache-2.0
/* One blob that is being fetched: what it is waiting for, and what follows. */
#ifndef IMAGE_WORKER_DOWNLOAD_ONE_H
#define IMAGE_WORKER_DOWNLOAD_ONE_H

#include "image/worker/ingest.h"
#include "image/worker/registry.h"

/* Where it all comes from and goes to. Borrowed. */
struct download_source {
	int store;
	struct http *http;
	const struct remote *remote;
	struct registry *registries; /* one for each endpoint */
	size_t first; /* of them, to be asked before the others */
};

enum download_state {
	DOWNLOAD_WANTED,    /* nothing has been done yet */
	DOWNLOAD_ELSEWHERE, /* another process has it in hand */
	DOWNLOAD_RUNNING,   /* it comes */
	DOWNLOAD_DELAYED,   /* to be tried again at .when */
	DOWNLOAD_VERIFIED,  /* all here, without its name */
	DOWNLOAD_THERE,     /* in the store */
};

struct download {
	const struct download_source *from; /* borrowed */
	struct digest digest;
	uint64_t size;
	char *text; /* owned; NULL: to be fetched */
	enum download_state state;
	struct ingest ingest;
	struct exchange exchange;
	size_t asked;       /* endpoints that were asked so far, and failed */
	unsigned int tries; /* of this one that failed without progress */
	uint64_t began_at;  /* bytes that were there when it was asked last */
	uint64_t resumed;   /* bytes of an earlier process */
	uint64_t when;      /* retry_now() */
	uint64_t told;      /* the same, of the last report */
};

/** download_claim() - Take it in hand, if it is to be had. */
must_check int download_claim(struct download *download, struct error *err);

/** download_start() - Ask for what is missing. */
must_check int download_start(struct download *download, struct error *err);

/** download_step() - Go on when something has come. */
must_check int download_step(struct download *download, struct error *err);

/** download_report() - Tell how it stands. */
void download_report(const struct download *download, const char *state);

void download_clear(struct download *download);

#endif
