// SPDX-License-Identifier: Apache-2.0
#include "oci/image_config.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum { DIFF_IDS_MAX = 500, HISTORY_MAX = 10000 };

static int read_variable(const struct json_node *node, void *target,
			 struct error *err)
{
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	if (text[0] == '=' || !strchr(text, '='))
		return json_fail(err, node, EINVAL,
				 "\"%.100s\" is not of the form NAME=VALUE",
				 text);
	strv_add(target, xstrdup(text));
	return 0;
}

/* Sets are objects whose values are empty. */
static int read_key(const struct json_node *node, void *target,
		    struct error *err)
{
	(void)err;
	strv_add(target, xstrdup(node->key));
	return 0;
}

static int read_volume(const struct json_node *node, void *target,
		       struct error *err)
{
	if (node->key[0] != '/')
		return json_fail(err, node, EINVAL,
				 "a volume's path has to be absolute");
	strv_add(target, xstrdup(node->key));
	return 0;
}

static int read_label(const struct json_node *node, void *target,
		      struct error *err)
{
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	strv_addf(target, "%s=%s", node->key, text);
	return 0;
}

static int read_time(const struct json_node *node, void *target,
		     struct error *err)
{
	return json_get_u64(node, INT64_MAX, target, err);
}

#define TIME_ROW(name, member) \
	{ \
		.key = (name), .kind = JSON_READ, .read = read_time, \
		.offset = offsetof(struct image_healthcheck, member) \
	}

static int read_healthcheck(const struct json_node *node, void *target,
			    struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "Test", JSON_MEMBER(struct image_healthcheck, test) },
		TIME_ROW("Interval", interval),
		TIME_ROW("Timeout", timeout),
		TIME_ROW("StartPeriod", start_period),
		TIME_ROW("StartInterval", start_interval),
		{ .key = "Retries",
		  JSON_MEMBER(struct image_healthcheck, retries) },
		{ 0 },
	};
	struct image_config *config = target;

	config->has_healthcheck = true;
	return json_read_object(node, rows, &config->healthcheck, err);
}

#define SET_ROW(name, member, reader) \
	{ \
		.key = (name), .kind = JSON_ENTRIES, .read = (reader), \
		.offset = offsetof(struct image_config, member) \
	}

static const struct json_row process_rows[] = {
	{ .key = "User", JSON_MEMBER(struct image_config, user) },
	{ .key = "WorkingDir", JSON_MEMBER(struct image_config, working_dir) },
	{ .key = "StopSignal", JSON_MEMBER(struct image_config, stop_signal) },
	{ .key = "Env",
	  .kind = JSON_EACH,
	  .read = read_variable,
	  .offset = offsetof(struct image_config, env) },
	{ .key = "Entrypoint", JSON_MEMBER(struct image_config, entrypoint) },
	{ .key = "Cmd", JSON_MEMBER(struct image_config, cmd) },
	{ .key = "Shell", JSON_MEMBER(struct image_config, shell) },
	{ .key = "OnBuild", JSON_MEMBER(struct image_config, on_build) },
	SET_ROW("ExposedPorts", exposed_ports, read_key),
	SET_ROW("Volumes", volumes, read_volume),
	SET_ROW("Labels", labels, read_label),
	{ .key = "Healthcheck", .kind = JSON_READ, .read = read_healthcheck },
	{ 0 },
};

static int read_diff_id(const struct json_node *node, void *target,
			struct error *err)
{
	struct image_config *config = target;

	if (config->diff_count == DIFF_IDS_MAX)
		return json_fail(err, node, EINVAL, "more than %d layers",
				 DIFF_IDS_MAX);
	config->diff_ids =
		xrealloc_array(config->diff_ids, config->diff_count + 1,
			       sizeof(*config->diff_ids));
	return digest_read(node, &config->diff_ids[config->diff_count++], err);
}

static int read_rootfs(const struct json_node *node, void *target,
		       struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "diff_ids", .kind = JSON_EACH, .read = read_diff_id },
		{ 0 },
	};

	return json_read_object(node, rows, target, err);
}

static int read_history(const struct json_node *node, void *target,
			struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "created",
		  JSON_MEMBER(struct image_history, created) },
		{ .key = "created_by",
		  JSON_MEMBER(struct image_history, created_by) },
		{ .key = "author", JSON_MEMBER(struct image_history, author) },
		{ .key = "comment",
		  JSON_MEMBER(struct image_history, comment) },
		{ .key = "empty_layer",
		  JSON_MEMBER(struct image_history, empty_layer) },
		{ 0 },
	};
	struct image_config *config = target;

	if (config->history_count == HISTORY_MAX)
		return json_fail(err, node, EINVAL, "more than %d entries",
				 HISTORY_MAX);
	config->history =
		xrealloc_array(config->history, config->history_count + 1,
			       sizeof(*config->history));
	config->history[config->history_count] = (struct image_history){ 0 };
	return json_read_object(node, rows,
				&config->history[config->history_count++], err);
}

int image_config_read(const char *text, size_t size, struct image_config *ret,
		      struct error *err)
{
	static const struct json_row top[] = {
		{ .key = "created", JSON_MEMBER(struct image_config, created) },
		{ .key = "author", JSON_MEMBER(struct image_config, author) },
		{ .key = "os", JSON_MEMBER(struct image_config, platform.os) },
		{ .key = "architecture",
		  JSON_MEMBER(struct image_config, platform.architecture) },
		{ .key = "variant",
		  JSON_MEMBER(struct image_config, platform.variant) },
		{ .key = "os.version",
		  JSON_MEMBER(struct image_config, os_version) },
		{ .key = "os.features",
		  JSON_MEMBER(struct image_config, os_features) },
		{ .key = "config", .kind = JSON_OBJECT, .rows = process_rows },
		{ .key = "rootfs", .kind = JSON_READ, .read = read_rootfs },
		{ .key = "history", .kind = JSON_EACH, .read = read_history },
		{ 0 },
	};
	auto_json struct json_object *root = NULL;
	auto_with(image_config_clear) struct image_config config = { 0 };

	if (json_parse_unique(text, size, &root, err) < 0)
		return -err->code;

	struct json_node node = { .value = root };

	if (json_read_object(&node, top, &config, err) < 0)
		return -err->code;
	*ret = config;
	config = (struct image_config){ 0 };
	return 0;
}

static void history_clear(struct image_history *history)
{
	free(history->created);
	free(history->created_by);
	free(history->author);
	free(history->comment);
}

void image_config_clear(struct image_config *config)
{
	struct strv *const lists[] = {
		&config->os_features,   &config->env,
		&config->entrypoint,    &config->cmd,
		&config->shell,         &config->on_build,
		&config->exposed_ports, &config->volumes,
		&config->labels,        &config->healthcheck.test,
	};

	for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
		strv_clear(lists[i]);
	for (size_t i = 0; i < config->history_count; i++)
		history_clear(&config->history[i]);
	free(config->created);
	free(config->author);
	platform_clear(&config->platform);
	free(config->os_version);
	free(config->user);
	free(config->working_dir);
	free(config->stop_signal);
	free(config->diff_ids);
	free(config->history);
	*config = (struct image_config){ 0 };
}
