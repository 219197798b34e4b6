// SPDX-License-Identifier: Apache-2.0
#include "base/filter_rows.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static bool add_rows(scmp_filter_ctx filter, unsigned int who,
		     const struct filter_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t action = rows[i].deny_errno
					  ? SCMP_ACT_ERRNO(rows[i].deny_errno)
					  : SCMP_ACT_ALLOW;

		if ((rows[i].who & who) &&
		    seccomp_rule_add_array(filter, action, rows[i].call,
					   rows[i].count, rows[i].if_arg) < 0)
			return false;
	}
	return true;
}

static bool print_filter(const char *name, int fd)
{
	struct sock_filter step;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return false;
	(void)printf("\nstatic const struct sock_filter %s[] = {\n", name);
	while (read(fd, &step, sizeof(step)) == (ssize_t)sizeof(step))
		(void)printf("\t{ 0x%04x, %u, %u, 0x%08x },\n", step.code,
			     step.jt, step.jf, step.k);
	return printf("};\n") > 0;
}

static bool make_filter(const struct filter_name *name,
			const struct filter_row *rows, size_t count,
			uint32_t otherwise)
{
	scmp_filter_ctx filter = seccomp_init(otherwise);
	int fd = memfd_create(name->name, MFD_CLOEXEC);
	/* Optimised as a binary tree. */
	bool made =
		filter && fd >= 0 &&
		seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
		add_rows(filter, name->who, rows, count) &&
		seccomp_export_bpf(filter, fd) == 0 &&
		print_filter(name->name, fd);

	seccomp_release(filter);
	close(fd);
	return made;
}

int filter_rows_print(const char *guard, const struct filter_name *names,
		      size_t name_count, const struct filter_row *rows,
		      size_t row_count, uint32_t otherwise)
{
	(void)printf("/* Made by filter_gen. */\n"
		     "#ifndef %s\n"
		     "#define %s\n"
		     "\n"
		     "#include <linux/filter.h>\n",
		     guard, guard);
	for (size_t i = 0; i < name_count; i++) {
		if (!make_filter(&names[i], rows, row_count, otherwise)) {
			(void)fprintf(stderr, "filter_gen: can't make %s\n",
				      names[i].name);
			return 1;
		}
	}
	return printf("\n#endif\n") > 0 && fflush(stdout) == 0 ? 0 : 1;
}
