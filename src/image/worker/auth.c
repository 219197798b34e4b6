// SPDX-License-Identifier: Apache-2.0
#include "image/worker/auth.h"

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "image/worker/retry.h"

enum { TOKEN_SIZE_MAX = 256 << 10, TOKEN_SECONDS = 60, TRIES = 3 };

/* Servers of another name than the registry they serve. */
static const struct {
	const char *registry, *server; /* ".x" is anything that ends so */
} known[] = {
	{ ".scw.cloud", "api.scaleway.com" },
};

/* A password in memory is wiped when it is let go. */
static void free_secret(char **text)
{
	if (*text)
		OPENSSL_cleanse(*text, strlen(*text));
	free(*text);
}

#define auto_secret auto_with(free_secret)

static bool is_known(const char *registry, const char *server)
{
	for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
		size_t tail = strlen(known[i].registry);

		if (strcmp(known[i].server, server) == 0 &&
		    strlen(registry) > tail &&
		    strcmp(registry + strlen(registry) - tail,
			   known[i].registry) == 0)
			return true;
	}
	return false;
}

static bool is_named(const struct strv *servers, const char *host)
{
	for (size_t i = 0; servers && i < servers->count; i++)
		if (strcmp(servers->items[i], host) == 0)
			return true;
	return false;
}

static bool may_have_password(const struct auth *auth, const struct url *realm)
{
	const char *registry = auth->registry->host;

	return url_is_same_site(registry, realm->host) ||
	       (url_is_secure(realm) && (is_known(registry, realm->host) ||
					 is_named(auth->servers, realm->host)));
}

must_check static int read_realm(const struct auth *auth, const char *text,
				 struct url *ret, struct error *err)
{
	struct url realm;

	if (url_parse(text, NULL, &realm, err) < 0) {
		(void)error_wrap(err, "where it says that tokens are given");
		return -EINVAL;
	}
	if (!url_is_secure(&realm) &&
	    (url_is_secure(auth->registry) ||
	     strcmp(realm.host, auth->registry->host) != 0)) {
		(void)error_say(
			err, EACCES,
			"it says that tokens are given at %s, without encryption: refused",
			realm.host);
		url_clear(&realm);
		return -EACCES;
	}
	*ret = realm;
	return 0;
}

static void set_header(struct auth *auth, char *header)
{
	free_secret(&auth->header);
	auth->header = header;
	auth->generation++;
}

static char *basic_header(const struct auth *auth)
{
	auto_secret char *pair = xasprintf(
		"%s:%s", auth->username, auth->password ? auth->password : "");
	size_t size = strlen(pair);
	auto_secret char *text = xcalloc(4 * (size / 3 + 1) + 1, 1);

	(void)EVP_EncodeBlock((unsigned char *)text,
			      (const unsigned char *)pair, (int)size);
	return xasprintf("Authorization: Basic %s", text);
}

static char *escape(const char *text)
{
	char *escaped = curl_easy_escape(NULL, text, 0);
	char *copy = xstrdup(escaped ? escaped : "");

	curl_free(escaped);
	return copy;
}

static void add_field(struct strv *fields, const char *name, const char *value)
{
	auto_free char *escaped = escape(value);

	strv_addf(fields, "%s=%s", name, escaped);
}

/* "a b" are two. */
static void add_scopes(struct strv *fields, const char *scopes)
{
	auto_free char *copy = xstrdup(scopes);
	char *rest = copy, *scope;

	while ((scope = strsep(&rest, " ")))
		if (*scope)
			add_field(fields, "scope", scope);
}

static const char *scope_of(const struct auth *auth,
			    const struct challenge *challenge)
{
	return challenge->scope && *challenge->scope ? challenge->scope
						     : auth->scope;
}

/* What is asked, as a query or a form. */
static char *make_fields(const struct auth *auth,
			 const struct challenge *challenge, bool identity,
			 bool with_user)
{
	auto_with(strv_clear) struct strv fields = { 0 };
	const char *scope = scope_of(auth, challenge);

	if (challenge->service)
		add_field(&fields, "service", challenge->service);
	if (identity) {
		strv_addf(&fields, "grant_type=refresh_token");
		strv_addf(&fields, "client_id=holt");
		add_field(&fields, "refresh_token", auth->identity_token);
		if (scope)
			add_field(&fields, "scope", scope);
	} else if (scope) {
		add_scopes(&fields, scope);
	}
	if (with_user && !identity)
		add_field(&fields, "account", auth->username);
	return fields.count ? strv_join(&fields, "&") : xstrdup("");
}

struct token {
	char *token, *access_token;
};

static void token_clear(struct token *token)
{
	free_secret(&token->token);
	free_secret(&token->access_token);
}

/* It becomes a header: nothing may hide in it. */
static bool is_token(const char *text)
{
	if (!text || !*text)
		return false;
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || (unsigned char)*text > 126)
			return false;
	return true;
}

must_check static int read_token(const struct http_answer *answer,
				 char **ret_header, struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "token", JSON_MEMBER(struct token, token) },
		{ .key = "access_token",
		  JSON_MEMBER(struct token, access_token) },
		{ 0 },
	};
	auto_with(token_clear) struct token token = { 0 };
	auto_json struct json_object *root = NULL;
	struct json_node node = { 0 };
	const char *text;

	if (json_parse(answer->body, answer->size, &root, err) < 0)
		return -err->code;
	node.value = root;
	if (json_read_object(&node, rows, &token, err) < 0)
		return -err->code;
	text = token.token && *token.token ? token.token : token.access_token;
	if (!is_token(text))
		return error_say(err, EBADMSG, "there is no token in it");
	*ret_header = xasprintf("Authorization: Bearer %s", text);
	return 0;
}

must_check static int judge(const struct http_answer *answer,
			    const struct url *realm, bool had_password,
			    struct error *err)
{
	if (answer->error.code) {
		*err = answer->error;
		return -err->code;
	}
	if (answer->status == 200)
		return 0;
	if (answer->status == 401 || answer->status == 403 ||
	    answer->status == 400)
		return error_say(
			err, EACCES,
			had_password
				? "%s doesn't accept the user and the password (%ld)"
				: "%s gives no token without a password (%ld); see 'holt login'",
			realm->host, answer->status);
	return error_say(err, EIO, "%s gives no token, and answers %ld",
			 realm->host, answer->status);
}

/* Ask, and again where that may help. */
must_check static int ask(const struct auth *auth,
			  const struct http_request *request, bool had_password,
			  char **ret_header, struct error *err)
{
	for (unsigned int tries = 1;; tries++) {
		struct transfer *transfer = http_start(auth->http, request);
		const struct http_answer *answer =
			http_finish(auth->http, transfer);
		int result = judge(answer, request->url, had_password, err);
		bool again = retry_is_worth(answer) && tries < TRIES;

		if (result == 0) {
			result = read_token(answer, ret_header, err);
			if (result < 0)
				result = error_wrap(err, "the token of %s",
						    request->url->host);
		}
		if (result < 0 && again)
			retry_sleep(auth->http,
				    retry_delay(tries, 500, answer));
		http_end(transfer);
		if (result == 0 || !again)
			return result;
	}
}

/* Certificates that were made for the registry are for its owner's hosts. */
static const struct http_tls *tls_for(const struct auth *auth,
				      const struct url *realm)
{
	bool same_host = strcmp(realm->host, auth->registry->host) == 0;

	if (same_host)
		return auth->tls;
	if (auth->tls->insecure || auth->tls->cert ||
	    !url_is_same_site(realm->host, auth->registry->host))
		return NULL;
	return auth->tls;
}

must_check static int ask_realm(struct auth *auth,
				const struct challenge *challenge,
				const struct url *realm, char **ret_header,
				struct error *err)
{
	bool has_secret = auth->identity_token || auth->username;
	bool tells = has_secret && may_have_password(auth, realm);
	bool identity = tells && auth->identity_token;
	auto_with(strv_clear) struct strv headers = { 0 };
	auto_with(url_clear) struct url where = { 0 };
	auto_secret char *fields =
		make_fields(auth, challenge, identity, tells);
	auto_free char *query =
		xasprintf("%s%s%s", realm->text,
			  strchr(realm->text, '?') ? "&" : "?", fields);
	struct http_request request = {
		.method = identity ? "POST" : "GET",
		.url = identity ? realm : &where,
		.tls = tls_for(auth, realm),
		.headers = &headers,
		.limit = TOKEN_SIZE_MAX,
		.seconds = TOKEN_SECONDS,
		.nearness = auth->nearness,
		.trusted = strcmp(realm->host, auth->registry->host) == 0,
	};

	free(auth->withheld);
	auth->withheld = has_secret && !tells ? xstrdup(realm->host) : NULL;
	if (url_parse(identity ? realm->text : query, NULL, &where, err) < 0)
		return -err->code;
	if (identity) {
		request.body = fields;
		request.body_size = strlen(fields);
		strv_addf(&headers,
			  "Content-Type: application/x-www-form-urlencoded");
	} else if (tells) {
		strv_add(&headers, basic_header(auth));
	}
	return ask(auth, &request, tells, ret_header, err);
}

must_check static int renew_bearer(struct auth *auth,
				   const struct challenge *challenge,
				   struct error *err)
{
	auto_with(url_clear) struct url realm = { 0 };
	char *header = NULL;

	if (read_realm(auth, challenge->realm, &realm, err) < 0 ||
	    ask_realm(auth, challenge, &realm, &header, err) < 0)
		return -err->code;
	set_header(auth, header);
	return 0;
}

int auth_renew(struct auth *auth, const struct challenge *challenge,
	       struct error *err)
{
	switch (challenge->kind) {
	case CHALLENGE_BEARER:
		return renew_bearer(auth, challenge, err);
	case CHALLENGE_BASIC:
		if (!auth->username)
			return error_say(
				err, EACCES,
				"it wants a user and a password: see 'holt login'");
		set_header(auth, basic_header(auth));
		return 0;
	case CHALLENGE_NONE:
		break;
	}
	return error_say(
		err, EACCES,
		"it refuses us, and doesn't say what would convince it");
}

void auth_clear(struct auth *auth)
{
	free_secret(&auth->header);
	free(auth->scope);
	free(auth->withheld);
}
