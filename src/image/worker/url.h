// SPDX-License-Identifier: Apache-2.0
/* Addresses on the web, as far as who may be led where by whom. */
#ifndef IMAGE_WORKER_URL_H
#define IMAGE_WORKER_URL_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/error.h"

/* For url_clear(). All owned. */
struct url {
	char *text;   /* the whole, without a fragment */
	char *scheme; /* "http" or "https" */
	char *host;   /* lower case; "[::1]" has its brackets */
	char *port;   /* in decimal, also where it is the scheme's own */
};

/* How near to us a machine is. Nobody is led nearer than they are themselves:
 * what listens only for us trusts whoever can reach it.
 */
enum nearness {
	NEAR_PUBLIC,
	NEAR_PRIVATE,  /* of a site: 10/8, fc00::/7 ... */
	NEAR_LINK,     /* 169.254/16, fe80::/10: clouds tell secrets there */
	NEAR_LOOPBACK, /* this machine, or no address at all */
};

/**
 * url_parse() - An absolute address
 * @base:	What it is relative to; NULL: nothing
 * @ret:	Untouched on failure
 * @err:	EINVAL: it is none, has a user in it, or isn't of HTTP
 *
 * Return: 0, -EINVAL
 */
must_check int url_parse(const char *text, const struct url *base,
			 struct url *ret, struct error *err);

void url_clear(struct url *url);

/** url_is_same_origin() - Scheme, host and port are the same. */
bool url_is_same_origin(const struct url *one, const struct url *other);

/** url_is_secure() - Is it of https? */
bool url_is_secure(const struct url *url);

/**
 * url_is_same_site() - Do the owners of one own the other too?
 *
 * The same host, or names below one that was registered as a whole (by the list
 * of public suffixes): gitlab.com and registry.gitlab.com.
 */
bool url_is_same_site(const char *host, const char *other);

/** address_nearness() - Of IPv4 and IPv6; anything else is NEAR_LOOPBACK. */
enum nearness address_nearness(const struct sockaddr *address);

/**
 * host_nearness() - What the text says by itself
 *
 * Return: of an address or of localhost; NEAR_PUBLIC for other names
 */
enum nearness host_nearness(const char *host);

/** nearness_allows() - May one who is @from lead us to @to? */
bool nearness_allows(enum nearness from, enum nearness to);

#endif
