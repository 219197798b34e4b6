// SPDX-License-Identifier: Apache-2.0
/* A source of subordinate ids for libsubid, as SSSD has one: carol has ranges,
 * dave's can't be reached, everybody else has none.
 */
#include <shadow/subid.h>
#include <stdlib.h>
#include <string.h>

enum subid_status shadow_subid_has_range(const char *owner, unsigned long start,
					 unsigned long count,
					 enum subid_type type, bool *result);
enum subid_status shadow_subid_list_owner_ranges(const char *owner,
						 enum subid_type type,
						 struct subid_range **ranges,
						 int *count);
enum subid_status shadow_subid_find_subid_owners(unsigned long id,
						 enum subid_type type,
						 uid_t **uids, int *count);
void shadow_subid_free(void *data);

static unsigned long first_of(enum subid_type type)
{
	return type == ID_TYPE_UID ? 300000 : 400000;
}

enum subid_status shadow_subid_has_range(const char *owner, unsigned long start,
					 unsigned long count,
					 enum subid_type type, bool *result)
{
	*result = !strcmp(owner, "carol") && start >= first_of(type) &&
		  start + count <= first_of(type) + 65536;
	return SUBID_STATUS_SUCCESS;
}

enum subid_status shadow_subid_list_owner_ranges(const char *owner,
						 enum subid_type type,
						 struct subid_range **ranges,
						 int *count)
{
	*ranges = NULL;
	*count = 0;
	if (!strcmp(owner, "dave"))
		return SUBID_STATUS_ERROR_CONN;
	if (strcmp(owner, "carol") != 0)
		return SUBID_STATUS_SUCCESS;
	*ranges = malloc(sizeof(**ranges));
	if (!*ranges)
		return SUBID_STATUS_ERROR;
	**ranges = (struct subid_range){ first_of(type), 65536 };
	*count = 1;
	return SUBID_STATUS_SUCCESS;
}

enum subid_status shadow_subid_find_subid_owners(unsigned long id,
						 enum subid_type type,
						 uid_t **uids, int *count)
{
	(void)id;
	(void)type;
	*uids = NULL;
	*count = 0;
	return SUBID_STATUS_SUCCESS;
}

void shadow_subid_free(void *data)
{
	free(data);
}
