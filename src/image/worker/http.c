// SPDX-License-Identifier: Apache-2.0
#include "image/worker/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/exit.h"
#include "image/worker/http_failure.h"
#include "image/worker/http_headers.h"

enum {
	HEADERS_MAX = 256 << 10, /* bytes of all of an answer */
	REFUSAL_MAX = 64 << 10,  /* of the body of one that says no */
	BUFFER = 256 << 10,
	STALL_BYTES = 128, /* a second: less is nothing */
};

struct http {
	CURLM *multi;
	struct http_patience patience;
	bool proxied; /* whom we connect to says nothing then */
};

struct transfer {
	struct http *http;
	CURL *easy;
	struct curl_slist *headers;
	struct url url;
	struct http_request request; /* .url and .headers are not used */
	uint64_t sent;
	size_t header_bytes;
	bool begun, done;
	struct http_answer answer;
	struct error own; /* what one of our functions said */
	char detail[CURL_ERROR_SIZE];
};

static void out_of_memory(void)
{
	(void)fputs("holt-image: out of memory\n", stderr);
	exit(EXIT_HOLT);
}

static bool has_proxy(void)
{
	static const char *const names[] = { "http_proxy", "https_proxy",
					     "HTTPS_PROXY", "all_proxy",
					     "ALL_PROXY" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return true;
	}
	return false;
}

struct http *http_new(const struct http_patience *patience)
{
	struct http *http = xcalloc(1, sizeof(*http));

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		out_of_memory();
	http->multi = curl_multi_init();
	if (!http->multi)
		out_of_memory();
	http->patience = *patience;
	http->proxied = has_proxy();
	return http;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	(void)curl_multi_cleanup(http->multi);
	free(http);
}

/* Before a connection is made: may they lead us there? */
static curl_socket_t open_socket(void *argument, curlsocktype purpose,
				 struct curl_sockaddr *address)
{
	struct transfer *transfer = argument;
	enum nearness there = address_nearness(&address->addr);

	(void)purpose;
	if (!transfer->http->proxied && !transfer->request.trusted &&
	    !nearness_allows(transfer->request.nearness, there)) {
		(void)error_say(
			&transfer->own, EACCES,
			"%s: the registry leads to an address that is nearer to us than it is itself: refused",
			transfer->url.host);
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
		      address->protocol);
}

static size_t on_header(char *data, size_t one, size_t size, void *argument)
{
	struct transfer *transfer = argument;

	(void)one;
	transfer->header_bytes += size;
	if (transfer->header_bytes > HEADERS_MAX) {
		(void)error_say(&transfer->own, EBADMSG,
				"%s: its headers don't end",
				transfer->url.host);
		return 0;
	}
	/* Of several answers (100 Continue) the last one counts. */
	if (size >= 5 && !memcmp(data, "HTTP/", 5))
		strv_clear(&transfer->answer.headers);
	headers_add(&transfer->answer.headers, data, size);
	return size;
}

static bool is_success(const struct transfer *transfer)
{
	long status = http_status(transfer);

	return status >= 200 && status < 300;
}

/* Once, before the body or at its end. */
must_check static int begin(struct transfer *transfer)
{
	const struct http_request *request = &transfer->request;
	const char *encoding = http_header(transfer, "content-encoding");

	if (transfer->begun || !is_success(transfer))
		return 0;
	transfer->begun = true;
	if (encoding && *encoding && strcmp(encoding, "identity") != 0)
		return error_say(
			&transfer->own, EBADMSG,
			"%s: it compresses what it sends (%.40s), which it wasn't asked to",
			transfer->url.host, encoding);
	return request->begin ? request->begin(transfer, request->argument,
					       &transfer->own)
			      : 0;
}

must_check static int keep(struct transfer *transfer, const char *data,
			   size_t size)
{
	struct http_answer *answer = &transfer->answer;
	bool wanted = is_success(transfer);
	size_t limit = wanted ? transfer->request.limit : REFUSAL_MAX;

	if (size > limit - answer->size) {
		if (wanted)
			return error_say(
				&transfer->own, EFBIG,
				"%s: what it sends is longer than the %zu bytes that are allowed",
				transfer->url.host, limit);
		size = limit - answer->size;
		if (size == 0)
			return error_say(
				&transfer->own, EFBIG,
				"%s: it answers %ld, and that without an end",
				transfer->url.host, http_status(transfer));
	}
	answer->body = xrealloc_array(answer->body, answer->size + size + 1, 1);
	memcpy(answer->body + answer->size, data, size);
	answer->size += size;
	answer->body[answer->size] = '\0';
	return 0;
}

static size_t on_body(char *data, size_t one, size_t size, void *argument)
{
	struct transfer *transfer = argument;
	const struct http_request *request = &transfer->request;

	(void)one;
	if (begin(transfer) < 0)
		return CURL_WRITEFUNC_ERROR;
	if (!request->receive || !is_success(transfer))
		return keep(transfer, data, size) < 0 ? CURL_WRITEFUNC_ERROR
						      : size;
	return request->receive(data, size, request->argument, &transfer->own) <
			       0
		       ? CURL_WRITEFUNC_ERROR
		       : size;
}

static size_t on_send(char *data, size_t one, size_t room, void *argument)
{
	struct transfer *transfer = argument;
	const struct http_request *request = &transfer->request;
	uint64_t left = request->body_size - transfer->sent;
	size_t size = left < one * room ? (size_t)left : one * room;
	ssize_t count = (ssize_t)size;

	if (request->body)
		memcpy(data, request->body + transfer->sent, size);
	else
		count = pread(request->body_fd, data, size,
			      (off_t)(request->body_from + transfer->sent));
	if (count < 0 || (count == 0 && size > 0)) {
		(void)error_set(&transfer->own, count < 0 ? errno : EIO,
				"read what is sent to %s", transfer->url.host);
		return CURL_READFUNC_ABORT;
	}
	transfer->sent += (uint64_t)count;
	return (size_t)count;
}

/* Another connection is tried, with the same body. */
static int on_seek(void *argument, curl_off_t offset, int origin)
{
	struct transfer *transfer = argument;

	if (origin != SEEK_SET)
		return CURL_SEEKFUNC_CANTSEEK;
	transfer->sent = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

#define SET(easy, option, value) \
	((void)curl_easy_setopt(easy, CURLOPT_##option, value))

static void set_tls(CURL *easy, const struct http_tls *tls)
{
	const char *file = getenv("SSL_CERT_FILE");

	if (file && *file)
		SET(easy, CAINFO, file);
	if (!tls)
		return;
	if (tls->insecure) {
		SET(easy, SSL_VERIFYPEER, 0L);
		SET(easy, SSL_VERIFYHOST, 0L);
	}
	if (tls->authorities) {
		struct curl_blob blob = {
			.data = tls->authorities,
			.len = strlen(tls->authorities),
			.flags = CURL_BLOB_COPY,
		};

		SET(easy, CAINFO_BLOB, &blob);
	}
	if (tls->cert) {
		SET(easy, SSLCERT, tls->cert);
		SET(easy, SSLKEY, tls->key);
	}
}

static void set_body(struct transfer *transfer)
{
	const struct http_request *request = &transfer->request;
	CURL *easy = transfer->easy;

	if (strcmp(request->method, "HEAD") == 0)
		SET(easy, NOBODY, 1L);
	else if (strcmp(request->method, "GET") == 0)
		SET(easy, HTTPGET, 1L);
	else {
		SET(easy, UPLOAD, 1L);
		SET(easy, INFILESIZE_LARGE, (curl_off_t)request->body_size);
		SET(easy, READFUNCTION, on_send);
		SET(easy, READDATA, transfer);
		SET(easy, SEEKFUNCTION, on_seek);
		SET(easy, SEEKDATA, transfer);
		SET(easy, UPLOAD_BUFFERSIZE, (long)BUFFER);
	}
	SET(easy, CUSTOMREQUEST, request->method);
}

static void add_line(struct transfer *transfer, const char *line)
{
	struct curl_slist *list = curl_slist_append(transfer->headers, line);

	if (!list)
		out_of_memory();
	transfer->headers = list;
}

static void set_headers(struct transfer *transfer, const struct strv *headers)
{
	/* No second of waiting for "100 Continue". */
	add_line(transfer, "Expect:");
	for (size_t i = 0; headers && i < headers->count; i++)
		add_line(transfer, headers->items[i]);
	SET(transfer->easy, HTTPHEADER, transfer->headers);
	SET(transfer->easy, USERAGENT, "holt/" HOLT_VERSION);
}

static void set_options(struct transfer *transfer)
{
	const struct http_patience *patience = &transfer->http->patience;
	CURL *easy = transfer->easy;

	SET(easy, PRIVATE, transfer);
	SET(easy, URL, transfer->url.text);
	SET(easy, PROTOCOLS_STR, "http,https");
	SET(easy, NOSIGNAL, 1L);
	SET(easy, FOLLOWLOCATION, 0L);
	SET(easy, SUPPRESS_CONNECT_HEADERS, 1L);
	SET(easy, HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	SET(easy, BUFFERSIZE, (long)BUFFER);
	SET(easy, CONNECTTIMEOUT, (long)patience->connect_seconds);
	SET(easy, LOW_SPEED_LIMIT, (long)STALL_BYTES);
	SET(easy, LOW_SPEED_TIME, (long)patience->stall_seconds);
	SET(easy, TIMEOUT, (long)transfer->request.seconds);
	SET(easy, ERRORBUFFER, transfer->detail);
	SET(easy, HEADERFUNCTION, on_header);
	SET(easy, HEADERDATA, transfer);
	SET(easy, WRITEFUNCTION, on_body);
	SET(easy, WRITEDATA, transfer);
	SET(easy, OPENSOCKETFUNCTION, open_socket);
	SET(easy, OPENSOCKETDATA, transfer);
	set_tls(easy, transfer->request.tls);
}

struct transfer *http_start(struct http *http,
			    const struct http_request *request)
{
	struct transfer *transfer = xcalloc(1, sizeof(*transfer));
	const struct url *url = request->url;

	transfer->http = http;
	transfer->request = *request;
	transfer->request.url = NULL;
	transfer->request.headers = NULL;
	transfer->url = (struct url){ xstrdup(url->text), xstrdup(url->scheme),
				      xstrdup(url->host), xstrdup(url->port) };
	transfer->answer.body = xstrdup("");
	transfer->easy = curl_easy_init();
	if (!transfer->easy)
		out_of_memory();
	set_options(transfer);
	set_body(transfer);
	set_headers(transfer, request->headers);
	if (!request->trusted &&
	    !nearness_allows(request->nearness, host_nearness(url->host))) {
		(void)error_say(
			&transfer->answer.error, EACCES,
			"%s: the registry leads to an address that is nearer to us than it is itself: refused",
			url->host);
		transfer->done = true;
	} else if (curl_multi_add_handle(http->multi, transfer->easy)) {
		out_of_memory();
	}
	return transfer;
}

/* Who answered, as long as it isn't a proxy. */
static enum nearness find_nearness(const struct transfer *transfer)
{
	const char *address = NULL;

	(void)curl_easy_getinfo(transfer->easy, CURLINFO_PRIMARY_IP, &address);
	if (transfer->http->proxied || !address || !*address)
		return host_nearness(transfer->url.host);
	return host_nearness(address);
}

static void finish(struct transfer *transfer, CURLcode result)
{
	struct http_answer *answer = &transfer->answer;

	transfer->done = true;
	answer->status = http_status(transfer);
	answer->nearness = find_nearness(transfer);
	if (result == CURLE_OK && begin(transfer) == 0)
		return;
	if (transfer->own.code)
		answer->error = transfer->own;
	else
		http_failure((int)result, transfer->detail, &transfer->url,
			     answer);
}

/* Return: whether one is done */
static bool take_done(struct http *http)
{
	bool found = false;
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(http->multi, &left))) {
		CURL *easy = message->easy_handle;
		CURLcode result = message->data.result;
		char *transfer = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
		finish((struct transfer *)(void *)transfer, result);
		found = true;
	}
	return found;
}

void http_wait(struct http *http, int milliseconds)
{
	int running;

	if (curl_multi_perform(http->multi, &running) != CURLM_OK)
		out_of_memory();
	if (take_done(http))
		return;
	(void)curl_multi_poll(http->multi, NULL, 0, milliseconds, NULL);
	if (curl_multi_perform(http->multi, &running) != CURLM_OK)
		out_of_memory();
	(void)take_done(http);
}

const struct http_answer *http_answer(const struct transfer *transfer)
{
	return transfer->done ? &transfer->answer : NULL;
}

const struct http_answer *http_finish(struct http *http,
				      struct transfer *transfer)
{
	while (!transfer->done)
		http_wait(http, 1000);
	return &transfer->answer;
}

long http_status(const struct transfer *transfer)
{
	long status = 0;

	(void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE,
				&status);
	return status;
}

uint64_t http_sent(const struct transfer *transfer)
{
	return transfer->sent;
}

const char *http_header(const struct transfer *transfer, const char *name)
{
	return headers_find(&transfer->answer.headers, name);
}

const char *http_answer_header(const struct http_answer *answer,
			       const char *name)
{
	return headers_find(&answer->headers, name);
}

void http_end(struct transfer *transfer)
{
	if (!transfer)
		return;
	(void)curl_multi_remove_handle(transfer->http->multi, transfer->easy);
	curl_easy_cleanup(transfer->easy);
	curl_slist_free_all(transfer->headers);
	strv_clear(&transfer->answer.headers);
	free(transfer->answer.body);
	url_clear(&transfer->url);
	free(transfer);
}
