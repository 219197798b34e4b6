// SPDX-License-Identifier: Apache-2.0
#include "image/worker/http_failure.h"

#include <curl/curl.h>

#include "base/cleanup.h"

static const struct row {
	CURLcode result;
	int code;
	bool again, no_tls;
	const char *text; /* NULL: libcurl's words */
} rows[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, EHOSTUNREACH, true, false,
	  "its name can't be resolved" },
	{ CURLE_COULDNT_RESOLVE_PROXY, EHOSTUNREACH, true, false,
	  "the name of the proxy can't be resolved" },
	{ CURLE_COULDNT_CONNECT, ECONNREFUSED, true, true, NULL },
	{ CURLE_OPERATION_TIMEDOUT, ETIMEDOUT, true, false, NULL },
	{ CURLE_SSL_CONNECT_ERROR, EPROTO, false, true, NULL },
	{ CURLE_PEER_FAILED_VERIFICATION, EPROTO, false, false, NULL },
	{ CURLE_SSL_CERTPROBLEM, EPROTO, false, false, NULL },
	{ CURLE_GOT_NOTHING, EIO, true, false,
	  "the connection was closed without an answer" },
	{ CURLE_PARTIAL_FILE, EIO, true, false,
	  "the connection was closed in the middle" },
	{ CURLE_RECV_ERROR, EIO, true, false, NULL },
	{ CURLE_SEND_ERROR, EIO, true, false, NULL },
	{ CURLE_HTTP2, EIO, true, false, NULL },
	{ CURLE_HTTP2_STREAM, EIO, true, false, NULL },
	{ CURLE_OUT_OF_MEMORY, ENOMEM, false, false, NULL },
};

static const struct row *find(CURLcode result)
{
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		if (rows[i].result == result)
			return &rows[i];
	return NULL;
}

void http_failure(int result, const char *detail, const struct url *url,
		  struct http_answer *answer)
{
	const struct row *row = find((CURLcode)result);
	const char *text = row && row->text ? row->text : detail;

	if (!*text)
		text = curl_easy_strerror((CURLcode)result);
	answer->again = row && row->again;
	answer->no_tls = row && row->no_tls;
	if (result == CURLE_PEER_FAILED_VERIFICATION)
		(void)error_say(
			&answer->error, EPROTO,
			"%s:%s: its certificate can't be trusted: %s; put the authority's into certs.d, or use --tls-verify=false where that is safe",
			url->host, url->port, text);
	else
		(void)error_say(&answer->error, row ? row->code : EIO,
				"%s:%s: %s", url->host, url->port, text);
}
