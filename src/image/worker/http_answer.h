// SPDX-License-Identifier: Apache-2.0
/* What comes of an HTTP request. */
#ifndef IMAGE_WORKER_HTTP_ANSWER_H
#define IMAGE_WORKER_HTTP_ANSWER_H

#include "base/alloc.h"
#include "image/worker/url.h"

/* What came of it. */
struct http_answer {
	long status;         /* 0: none came */
	struct strv headers; /* "name: value", the names in lower case */
	char *body;          /* kept, with a NUL behind; never NULL */
	size_t size;
	enum nearness nearness; /* of the machine that answered */
	bool again;             /* it failed, and might not another time */
	bool no_tls;        /* it failed as what is there doesn't speak TLS */
	struct error error; /* .code 0: an answer came, whatever it is */
};

#endif
