// SPDX-License-Identifier: Apache-2.0
#include "oci/capability.h"

#include <strings.h>
#include <sys/capability.h>

#include "base/cleanup.h"

uint64_t capability_default_set(void)
{
	static const int defaults[] = {
		CAP_CHOWN,   CAP_DAC_OVERRIDE,     CAP_FOWNER,     CAP_FSETID,
		CAP_KILL,    CAP_NET_BIND_SERVICE, CAP_SETFCAP,    CAP_SETGID,
		CAP_SETPCAP, CAP_SETUID,           CAP_SYS_CHROOT,
	};
	uint64_t set = 0;

	for (size_t i = 0; i < ARRAY_COUNT(defaults); i++)
		set |= UINT64_C(1) << defaults[i];
	return set;
}

uint64_t capability_full_set(void)
{
	/* What the kernel has: libcap asked it when the program started. */
	unsigned int count = (unsigned int)cap_max_bits();

	/* A newer kernel's have no name to ask for them by. */
	if (count > CAP_LAST_CAP + 1)
		count = CAP_LAST_CAP + 1;
	return (UINT64_C(1) << count) - 1;
}

int capability_parse(const char *name)
{
	char full[48] = "cap_";
	size_t length = strncasecmp(name, "cap_", 4) == 0 ? 0 : 4;
	cap_value_t number;

	for (; *name; name++) {
		char letter = (char)(*name | 0x20);

		if (*name == '_')
			letter = '_';
		else if (letter < 'a' || letter > 'z')
			return -EINVAL;
		if (length + 1 >= sizeof(full))
			return -EINVAL;
		full[length++] = letter;
	}
	full[length] = '\0';
	if (cap_from_name(full, &number) < 0 ||
	    !(capability_full_set() >> number & 1))
		return -EINVAL;
	return number;
}
