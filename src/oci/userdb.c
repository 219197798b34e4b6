// SPDX-License-Identifier: Apache-2.0
#include "oci/userdb.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"

#define FIELDS_MAX 7

/* One line, split at colons; missing fields are "". */
struct record {
	char *line; /* owned; the fields point into it */
	const char *fields[FIELDS_MAX];
};

static void record_clear(struct record *record)
{
	free(record->line);
}

static void record_split(struct record *record, const char *line, size_t size)
{
	record_clear(record);
	record->line = xstrndup(line, size);

	char *rest = record->line;

	for (size_t i = 0; i < FIELDS_MAX; i++) {
		const char *field = strsep(&rest, ":");

		record->fields[i] = field ? field : "";
	}
}

/* Find the next line after *@at. Return: false at the end */
static bool next_record(const char **at, struct record *record)
{
	if (!*at || !**at)
		return false;

	size_t size = strcspn(*at, "\n");

	record_split(record, *at, size);
	*at += size + ((*at)[size] == '\n');
	return true;
}

/* The line whose name is @name, or, with NULL, whose id (third field) is @id.
 */
static bool find(const char *text, const char *name, uint32_t id,
		 struct record *record)
{
	uint32_t number;

	while (next_record(&text, record)) {
		if (name ? !strcmp(record->fields[0], name)
			 : parse_id(record->fields[2], &number) == 0 &&
				    number == id)
			return true;
	}
	return false;
}

static bool is_number(const char *word)
{
	return *word && word[strspn(word, "0123456789")] == '\0';
}

static int resolve_group(const struct userdb *db, const char *word, gid_t *ret,
			 struct error *err)
{
	auto_with(record_clear) struct record record = { 0 };

	if (is_number(word)) {
		if (parse_id(word, ret) < 0)
			return error_say(err, ERANGE,
					 "group id %s is out of range", word);
		return 0;
	}
	if (!find(db->group, word, 0, &record) ||
	    parse_id(record.fields[2], ret) < 0)
		return error_say(err, ENOENT,
				 "no group '%s' in the root's /etc/group",
				 word);
	return 0;
}

static bool is_member(const char *members, const char *name)
{
	size_t length = strlen(name);

	while (*members) {
		size_t size = strcspn(members, ",");

		if (size == length && !memcmp(members, name, size))
			return true;
		members += size + (members[size] == ',');
	}
	return false;
}

static void add_group(struct spec_user *user, gid_t gid)
{
	for (size_t i = 0; i < user->group_count; i++)
		if (user->groups[i] == gid)
			return;
	user->groups = xrealloc_array(user->groups, user->group_count + 1,
				      sizeof(*user->groups));
	user->groups[user->group_count++] = gid;
}

static void add_memberships(const struct userdb *db, const char *name,
			    struct spec_user *user)
{
	auto_with(record_clear) struct record record = { 0 };
	const char *at = db->group;
	gid_t gid;

	while (next_record(&at, &record))
		if (is_member(record.fields[3], name) &&
		    parse_id(record.fields[2], &gid) == 0)
			add_group(user, gid);
}

/* The user called @name, or whose id it is. An id need not be known: then
 * .line of @record stays NULL, and the group is 0.
 */
static int resolve_user(const struct userdb *db, const char *name,
			struct spec_user *user, struct record *record,
			struct error *err)
{
	bool numeric = is_number(name);

	if (numeric && parse_id(name, &user->uid) < 0)
		return error_say(err, ERANGE, "user id %s is out of range",
				 name);
	if (!find(db->passwd, numeric ? NULL : name, user->uid, record)) {
		record_clear(record);
		record->line = NULL;
		if (numeric)
			return 0;
		return error_say(err, ENOENT,
				 "no user '%s' in the root's /etc/passwd",
				 name);
	}
	if (parse_id(record->fields[2], &user->uid) < 0 ||
	    parse_id(record->fields[3], &user->gid) < 0)
		return error_say(err, EINVAL,
				 "user '%s' has no valid ids in /etc/passwd",
				 name);
	return 0;
}

int userdb_resolve(const struct userdb *db, const char *word,
		   struct spec_user *ret, struct error *err)
{
	auto_with(record_clear) struct record record = { 0 };
	const char *colon = strchr(word, ':');
	auto_free char *name = xstrndup(word, strcspn(word, ":"));
	struct spec_user user = { 0 };

	if (!*name || (colon && !colon[1]))
		return error_say(err, EINVAL, "user '%s' is not USER[:GROUP]",
				 word);
	if (resolve_user(db, name, &user, &record, err) < 0)
		return -err->code;
	if (colon && resolve_group(db, colon + 1, &user.gid, err) < 0)
		return -err->code;

	/* The own group is always among them: one that a file shuts out must
	 * not be slipped out of.
	 */
	add_group(&user, user.gid);
	if (record.line && !colon)
		add_memberships(db, record.fields[0], &user);
	user.umask = ret->umask;
	user.has_umask = ret->has_umask;
	*ret = user;
	return 0;
}

char *userdb_name(const struct userdb *db, uid_t uid)
{
	auto_with(record_clear) struct record record = { 0 };

	if (!find(db->passwd, NULL, uid, &record))
		return NULL;
	return xstrdup(record.fields[0]);
}

char *userdb_home(const struct userdb *db, uid_t uid)
{
	auto_with(record_clear) struct record record = { 0 };

	if (!find(db->passwd, NULL, uid, &record) || record.fields[5][0] != '/')
		return NULL;
	return xstrdup(record.fields[5]);
}
