// SPDX-License-Identifier: Apache-2.0
#include "image/remote.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/credentials.h"
#include "image/registries.h"

#define DOCKER_HOST "registry-1.docker.io"

int remote_parse(const char *text, struct reference *ret, struct error *err)
{
	auto_with(registries_clear) struct registries registries = { 0 };
	auto_with(reference_clear) struct reference name = { 0 };

	if (strncmp(text, "docker://", 9) == 0)
		text += 9;
	if (reference_parse(text, &name, err) < 0 ||
	    registries_read(&registries, err) < 0 ||
	    registries_complete(&registries, &name, err) < 0)
		return -err->code;
	*ret = name;
	name = (struct reference){ 0 };
	return 0;
}

/* The first directory of certs.d that there is for a host; owned, or NULL. */
static char *find_certificates(const char *host)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	auto_with(strv_clear) struct strv dirs = { 0 };

	if (config && config[0] == '/')
		strv_addf(&dirs, "%s/containers/certs.d/%s", config, host);
	else if (home)
		strv_addf(&dirs, "%s/.config/containers/certs.d/%s", home,
			  host);
	strv_addf(&dirs, "/etc/containers/certs.d/%s", host);
	strv_addf(&dirs, "/etc/docker/certs.d/%s", host);
	for (size_t i = 0; i < dirs.count; i++)
		if (access(dirs.items[i], R_OK | X_OK) == 0)
			return xstrdup(dirs.items[i]);
	return NULL;
}

static void add_pair(struct json_object *endpoint, const char *pair)
{
	size_t user = strcspn(pair, ":");
	auto_free char *name = xstrndup(pair, user);

	json_add_text(endpoint, "username", name);
	json_add_text(endpoint, "password", pair[user] ? pair + user + 1 : "");
}

static struct json_object *make_endpoint(const char *host,
					 const struct remote_settings *settings,
					 bool insecure)
{
	struct json_object *endpoint = json_object_new_object();
	auto_free char *found = find_certificates(host);

	json_add_text(endpoint, "host",
		      strcmp(host, REFERENCE_DOCKER_IO) == 0 ? DOCKER_HOST
							     : host);
	if (settings->tls == REMOTE_TLS_ANY ||
	    (settings->tls == REMOTE_TLS_USUAL && insecure))
		json_object_object_add(endpoint, "insecure",
				       json_object_new_boolean(true));
	if (settings->tls == REMOTE_TLS_VERIFIED)
		json_object_object_add(endpoint, "verify",
				       json_object_new_boolean(true));
	json_add_text(endpoint, "certs",
		      settings->cert_dir ? settings->cert_dir : found);
	return endpoint;
}

must_check static int add_credentials(struct json_object *endpoint,
				      const struct registry_place *place,
				      const struct remote_settings *settings,
				      struct error *err)
{
	auto_with(credentials_clear) struct credentials known = { 0 };
	auto_free char *name = xasprintf("%s/%s", place->host, place->path);

	if (settings->credentials) {
		add_pair(endpoint, settings->credentials);
		return 0;
	}
	if (credentials_find(settings->authfile, name, &known, err) < 0)
		return error_wrap(err, "credentials");
	json_add_text(endpoint, "username", known.username);
	json_add_text(endpoint, "password", known.password);
	json_add_text(endpoint, "identityToken", known.identity_token);
	return 0;
}

must_check static int add_endpoints(const struct reference *name, bool pull,
				    const struct remote_settings *settings,
				    struct json_object *request,
				    struct error *err)
{
	auto_with(registries_clear) struct registries registries = { 0 };
	auto_with(registry_places_clear) struct registry_places places = { 0 };
	struct json_object *list = json_object_new_array();

	json_object_object_add(request, "endpoints", list);
	if (registries_read(&registries, err) < 0 ||
	    registries_find(&registries, name, pull, &places, err) < 0)
		return -err->code;
	for (size_t i = 0; i < places.count; i++) {
		const struct registry_place *place = &places.items[i];
		struct json_object *endpoint =
			make_endpoint(place->host, settings, place->insecure);

		json_add_text(endpoint, "path", place->path);
		json_object_array_add(list, endpoint);
		if (add_credentials(endpoint, place, settings, err) < 0)
			return -err->code;
	}
	return 0;
}

/* HOLT_AUTH_SERVERS: hosts, with blanks between. */
static void add_auth_servers(struct json_object *request)
{
	const char *said = getenv("HOLT_AUTH_SERVERS");
	struct json_object *list = json_object_new_array();
	auto_free char *copy = xstrdup(said ? said : "");
	char *rest = copy, *word;

	while ((word = strsep(&rest, " ,")))
		if (*word)
			json_object_array_add(list,
					      json_object_new_string(word));
	json_object_object_add(request, "authServers", list);
}

static struct json_object *begin(const struct remote_settings *settings)
{
	struct json_object *request = json_object_new_object();

	add_auth_servers(request);
	if (settings->has_retries)
		json_object_object_add(
			request, "retries",
			json_object_new_int64(settings->retries));
	if (settings->retry_delay)
		json_object_object_add(
			request, "retryDelay",
			json_object_new_int64(settings->retry_delay));
	return request;
}

static struct json_object *describe(const struct reference *name)
{
	struct json_object *reference = json_object_new_object();

	json_add_text(reference, "domain", name->domain);
	json_add_text(reference, "path", name->path);
	json_add_text(reference, "tag", name->tag);
	if (digest_is_set(&name->digest))
		json_add_text(reference, "digest", name->digest.text);
	return reference;
}

int remote_request(const struct reference *name,
		   const struct remote_settings *settings, bool pull,
		   struct json_object **ret, struct error *err)
{
	auto_json struct json_object *request = begin(settings);

	json_object_object_add(request, "reference", describe(name));
	if (add_endpoints(name, pull, settings, request, err) < 0)
		return -err->code;
	*ret = steal_ptr(&request);
	return 0;
}

int remote_host_request(const char *host, const char *username,
			const char *password,
			const struct remote_settings *settings,
			struct json_object **ret, struct error *err)
{
	auto_json struct json_object *request = begin(settings);
	struct json_object *list = json_object_new_array();
	struct json_object *endpoint = make_endpoint(host, settings, false);

	(void)err;
	json_add_text(endpoint, "username", username);
	json_add_text(endpoint, "password", password);
	json_object_array_add(list, endpoint);
	json_object_object_add(request, "endpoints", list);
	*ret = steal_ptr(&request);
	return 0;
}
