// SPDX-License-Identifier: Apache-2.0
#include "image/worker/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <libpsl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

enum { SHOWN_MAX = 200, URL_MAX = 16 << 10 };

static void free_handle(CURLU **handle)
{
	curl_url_cleanup(*handle);
}

/* Owned by malloc(3), as the rest of the tree has it; NULL: there is none. */
static char *part(CURLU *handle, CURLUPart which, unsigned int flags)
{
	char *text = NULL, *copy;

	if (curl_url_get(handle, which, &text, flags) != CURLUE_OK)
		return NULL;
	copy = xstrdup(text);
	curl_free(text);
	return copy;
}

static bool is_clean(const char *text)
{
	if (strlen(text) > URL_MAX)
		return false;
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 127)
			return false;
	return true;
}

static void lower(char *text)
{
	for (; text && *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

/* What is wrong with it; NULL: nothing. Static. */
static const char *find_fault(const struct url *url, const char *user)
{
	if (user)
		return "it has a user in it";
	if (!url->scheme || !url->host || !url->port || !url->text ||
	    !*url->host)
		return "it names no host";
	if (strcmp(url->scheme, "https") != 0 &&
	    strcmp(url->scheme, "http") != 0)
		return "it isn't of http or https";
	return NULL;
}

must_check static int take(CURLU *handle, const char *shown, struct url *ret,
			   struct error *err)
{
	auto_free char *user = part(handle, CURLUPART_USER, 0);
	const char *fault;
	struct url url;
	size_t length;

	(void)curl_url_set(handle, CURLUPART_FRAGMENT, NULL, 0);
	url = (struct url){
		.scheme = part(handle, CURLUPART_SCHEME, 0),
		.host = part(handle, CURLUPART_HOST, 0),
		.port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT),
		.text = part(handle, CURLUPART_URL, 0),
	};
	fault = find_fault(&url, user);
	if (fault || !url.host) {
		url_clear(&url);
		return error_say(err, EINVAL, "the address '%.*s': %s",
				 SHOWN_MAX, shown, fault ? fault : "");
	}
	lower(url.host);
	/* "localhost." is localhost. */
	length = strlen(url.host);
	if (length > 1 && url.host[length - 1] == '.')
		url.host[length - 1] = '\0';
	*ret = url;
	return 0;
}

int url_parse(const char *text, const struct url *base, struct url *ret,
	      struct error *err)
{
	auto_with(free_handle) CURLU *handle = curl_url();

	if (!handle)
		return error_set(err, ENOMEM, "read an address");
	if (!is_clean(text) || !*text ||
	    (base && curl_url_set(handle, CURLUPART_URL, base->text, 0)) ||
	    curl_url_set(handle, CURLUPART_URL, text, 0))
		return error_say(err, EINVAL, "not an address: '%.*s'",
				 SHOWN_MAX, is_clean(text) ? text : "");
	return take(handle, text, ret, err);
}

void url_clear(struct url *url)
{
	free(url->text);
	free(url->scheme);
	free(url->host);
	free(url->port);
	*url = (struct url){ 0 };
}

bool url_is_same_origin(const struct url *one, const struct url *other)
{
	return strcmp(one->scheme, other->scheme) == 0 &&
	       strcmp(one->host, other->host) == 0 &&
	       strcmp(one->port, other->port) == 0;
}

bool url_is_secure(const struct url *url)
{
	return strcmp(url->scheme, "https") == 0;
}

static bool is_address(const char *host)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return host[0] == '[' || inet_pton(AF_INET, host, bytes) == 1;
}

/* The part that somebody registered; NULL: nobody could. Borrowed. */
static const char *registered_part(const char *host)
{
	const psl_ctx_t *list = psl_builtin();

	return list ? psl_registrable_domain(list, host) : NULL;
}

bool url_is_same_site(const char *host, const char *other)
{
	const char *one, *two;

	if (strcmp(host, other) == 0)
		return true;
	if (is_address(host) || is_address(other))
		return false;
	one = registered_part(host);
	two = registered_part(other);
	return one && two && strcmp(one, two) == 0;
}

static enum nearness nearness_v4(const unsigned char *at)
{
	if (at[0] == 127 || at[0] == 0 || at[0] >= 224)
		return NEAR_LOOPBACK;
	if (at[0] == 169 && at[1] == 254)
		return NEAR_LINK;
	if (at[0] == 10 || (at[0] == 172 && (at[1] & 0xf0) == 16) ||
	    (at[0] == 192 && at[1] == 168) ||
	    (at[0] == 100 && (at[1] & 0xc0) == 64))
		return NEAR_PRIVATE;
	return NEAR_PUBLIC;
}

static enum nearness nearness_v6(const struct in6_addr *address)
{
	static const unsigned char nat64[12] = { 0, 0x64, 0xff, 0x9b };
	const unsigned char *at = address->s6_addr;

	if (IN6_IS_ADDR_V4MAPPED(address) || memcmp(at, nat64, 12) == 0)
		return nearness_v4(at + 12);
	if (IN6_IS_ADDR_LOOPBACK(address) || IN6_IS_ADDR_UNSPECIFIED(address) ||
	    IN6_IS_ADDR_V4COMPAT(address) || IN6_IS_ADDR_MULTICAST(address))
		return NEAR_LOOPBACK;
	if (at[0] == 0x20 && at[1] == 0x02) /* 6to4 */
		return nearness_v4(at + 2);
	if (IN6_IS_ADDR_LINKLOCAL(address))
		return NEAR_LINK;
	if ((at[0] & 0xfe) == 0xfc || IN6_IS_ADDR_SITELOCAL(address))
		return NEAR_PRIVATE;
	return NEAR_PUBLIC;
}

enum nearness address_nearness(const struct sockaddr *address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	switch (address->sa_family) {
	case AF_INET:
		memcpy(&v4, address, sizeof(v4));
		return nearness_v4((const unsigned char *)&v4.sin_addr);
	case AF_INET6:
		memcpy(&v6, address, sizeof(v6));
		return nearness_v6(&v6.sin6_addr);
	default:
		return NEAR_LOOPBACK;
	}
}

enum nearness host_nearness(const char *host)
{
	auto_free char *bare =
		host[0] == '[' ? xstrndup(host + 1, strcspn(host + 1, "]%"))
			       : xstrdup(host);
	const char *end = strrchr(bare, '.');
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, bare, &v4) == 1)
		return nearness_v4((const unsigned char *)&v4);
	if (inet_pton(AF_INET6, bare, &v6) == 1)
		return nearness_v6(&v6);
	return strcmp(end ? end + 1 : bare, "localhost") == 0 ? NEAR_LOOPBACK
							      : NEAR_PUBLIC;
}

bool nearness_allows(enum nearness from, enum nearness to)
{
	if (to == NEAR_LINK || to == NEAR_LOOPBACK)
		return from == to;
	return to <= from;
}
