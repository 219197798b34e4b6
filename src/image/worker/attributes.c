// SPDX-License-Identifier: Apache-2.0
#include "image/worker/attributes.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/xattr.h>

/* protobuf: (field << 3) | 0, which is a varint */
enum { FIELD_UID = 0x08, FIELD_GID = 0x10, OWNER_SIZE_MAX = 12 };

bool attribute_is_owner(const char *name)
{
	return strcmp(name, ATTRIBUTE_OWNER) == 0;
}

bool attribute_is_kept(const char *name)
{
	if (strcmp(name, "security.capability") == 0)
		return true;
	return strncmp(name, "user.", 5) == 0 && name[5] &&
	       strncmp(name, "user.overlay.", 13) != 0 &&
	       !attribute_is_owner(name);
}

/* Numbers of zero are left out. */
static size_t put_field(unsigned char *at, unsigned char field, uint32_t value)
{
	size_t size = 0;

	if (!value)
		return 0;
	at[size++] = field;
	for (; value > 0x7f; value >>= 7)
		at[size++] = (unsigned char)(value | 0x80);
	at[size++] = (unsigned char)value;
	return size;
}

int attribute_set_owner(int fd, uid_t uid, gid_t gid, struct error *err)
{
	unsigned char value[OWNER_SIZE_MAX];
	size_t size = put_field(value, FIELD_UID, uid);

	size += put_field(value + size, FIELD_GID, gid);
	if (!size) {
		(void)fremovexattr(fd, ATTRIBUTE_OWNER);
		return 0;
	}
	if (fsetxattr(fd, ATTRIBUTE_OWNER, value, size, 0) < 0)
		return error_set(err, errno, "write down its owner %u:%u", uid,
				 gid);
	return 0;
}

/* The number that begins at @at. Return: where it ends; NULL: it doesn't */
static const unsigned char *take_number(const unsigned char *at,
					const unsigned char *end, uint32_t *ret)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; at < end && shift < 35; shift += 7) {
		value |= (uint64_t)(*at & 0x7f) << shift;
		if (*at++ & 0x80)
			continue;
		*ret = (uint32_t)value;
		return value <= UINT32_MAX ? at : NULL;
	}
	return NULL;
}

bool attribute_get_owner(int fd, uid_t *ret_uid, gid_t *ret_gid)
{
	unsigned char value[OWNER_SIZE_MAX];
	ssize_t size = fgetxattr(fd, ATTRIBUTE_OWNER, value, sizeof(value));
	const unsigned char *at = value, *end = value + (size > 0 ? size : 0);
	uint32_t uid = 0, gid = 0;

	while (at && at < end) {
		unsigned char field = *at++;

		if (field != FIELD_UID && field != FIELD_GID)
			return false;
		at = take_number(at, end, field == FIELD_UID ? &uid : &gid);
	}
	if (size <= 0 || !at)
		return false;
	*ret_uid = uid;
	*ret_gid = gid;
	return true;
}
