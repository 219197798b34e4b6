// SPDX-License-Identifier: Apache-2.0
/* HTTP requests, several at a time in one process: libcurl, tamed. It follows
 * no redirect, asks for no compression, knows no cookies and no .netrc, and
 * speaks nothing but http and https. Proxies are taken from the environment.
 */
#ifndef IMAGE_WORKER_HTTP_H
#define IMAGE_WORKER_HTTP_H

#include <stdint.h>

#include "image/worker/http_answer.h"
#include "image/worker/tls.h"
#include "image/worker/url.h"

/* Opaque: all that are on their way. */
struct http;
/* Opaque: one of them. */
struct transfer;

/**
 * A look at the status and the headers, before any byte of the body. Not
 * called for a body that is kept (status other than 2xx).
 * Return: 0, or negative errno with a message, which ends the transfer
 */
typedef int http_begin_fn(const struct transfer *transfer, void *argument,
			  struct error *err);

/* What comes of the body. Return: the same. */
typedef int http_body_fn(const void *data, size_t size, void *argument,
			 struct error *err);

struct http_request {
	const char *method;
	const struct url *url;      /* copied */
	const struct http_tls *tls; /* borrowed for as long as it takes */
	const struct strv *headers; /* "Name: value"; copied; NULL: none */
	/* What is sent: bytes in memory, or of a file from where it stands. */
	const char *body;
	int body_fd; /* used if .body is NULL and .body_size isn't 0 */
	uint64_t body_from, body_size;
	/* Where the body of a 2xx answer goes; NULL: it is kept. */
	http_begin_fn *begin;
	http_body_fn *receive;
	void *argument;
	size_t limit;         /* of a body that is kept; bytes */
	unsigned int seconds; /* it may take in all; 0: while it goes on */
	/* Of whoever led us there; the user: NEAR_LOOPBACK, with .trusted. */
	enum nearness nearness;
	bool trusted; /* the user named it: any address will do */
};

/* How patient to be. */
struct http_patience {
	unsigned int stall_seconds; /* with next to nothing coming */
	unsigned int connect_seconds;
};

/** http_new() - For http_free(). */
struct http *http_new(const struct http_patience *patience);

void http_free(struct http *http);

/** http_start() - Begin; for http_end(). */
struct transfer *http_start(struct http *http,
			    const struct http_request *request);

/** http_wait() - Let all of them go on for @milliseconds at most, or until one
 * of them is done.
 */
void http_wait(struct http *http, int milliseconds);

/** http_answer() - NULL: it isn't done. Borrowed until http_end(). */
const struct http_answer *http_answer(const struct transfer *transfer);

/** http_finish() - Wait until this one is done; others go on meanwhile. */
const struct http_answer *http_finish(struct http *http,
				      struct transfer *transfer);

/** http_status() - 0 before the answer has begun. */
long http_status(const struct transfer *transfer);

/** http_sent() - Bytes of the body that are sent. */
uint64_t http_sent(const struct transfer *transfer);

/** http_header() - The first header of this name, in lower case; NULL. */
const char *http_header(const struct transfer *transfer, const char *name);

/** http_answer_header() - The same of an answer. */
const char *http_answer_header(const struct http_answer *answer,
			       const char *name);

/** http_end() - Give it up if it isn't done; NULL is none. */
void http_end(struct transfer *transfer);

#endif
