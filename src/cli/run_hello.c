// SPDX-License-Identifier: Apache-2.0
/* "hello": a root of one program of ours, which says what it sees of its
 * container. It needs no image, no network and nothing of the host's.
 */
#include "base/cleanup.h"
#include "base/proc.h"
#include "cli/run_settings.h"

int run_set_hello(struct spec *spec, struct error *err)
{
	auto_free char *path = NULL;

	if (program_find_own("holt-hello", &path, err) < 0)
		return -err->code;
	spec->root.kind = SPEC_ROOT_TMPFS;
	(void)spec_add_file(spec, SPEC_FILE_COPY, "/hello", path, 0755);
	(void)spec_add_file(spec, SPEC_FILE_DIR, "/etc", NULL, 0755);
	/* So that --user nobody can be tried. */
	(void)spec_add_file(spec, SPEC_FILE_TEXT, "/etc/passwd",
			    "root:x:0:0:root:/:/hello\n"
			    "nobody:x:65534:65534:nobody:/:/hello\n",
			    0644);
	(void)spec_add_file(spec, SPEC_FILE_TEXT, "/etc/group",
			    "root:x:0:\nnogroup:x:65534:\n", 0644);
	strv_add(&spec->process.args, xstrdup("/hello"));
	return 0;
}
