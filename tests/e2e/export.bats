#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt export: the files of a running container, also of one that means ill.

load ../lib/helpers

setup_file()
{
	export XDG_DATA_HOME=$BATS_FILE_TMPDIR/data

	cd "$BATS_FILE_TMPDIR" || return
	make_tree tree.tar
	"$HOLT" import tree.tar mine
}

teardown_file()
{
	"$HOLT" system reset --force >/dev/null
}

setup()
{
	export XDG_DATA_HOME=$BATS_FILE_TMPDIR/data
	cd "$BATS_TEST_TMPDIR" || return
}

teardown()
{
	stop
	expect_nothing_left
}

# An archive $1 of a root with everything that a file can be.
make_tree()
{
	/usr/bin/python3 - "$1" "$(command -v busybox)" <<-'END'
	import io, sys, tarfile
	out = tarfile.open(sys.argv[1], "w", format=tarfile.PAX_FORMAT)
	def add(name, kind=tarfile.REGTYPE, content=b"", mode=0o644, uid=0, gid=0, link="", mtime=1000000000, **more):
	    entry = tarfile.TarInfo(name)
	    entry.type, entry.mode, entry.uid, entry.gid, entry.linkname = kind, mode, uid, gid, link
	    entry.mtime, entry.size = mtime, len(content)
	    entry.pax_headers = {"SCHILY.xattr." + key: value for key, value in more.items()}
	    out.addfile(entry, io.BytesIO(content))
	add("./", tarfile.DIRTYPE, mode=0o751)
	for name in "bin", "dev", "etc", "proc", "sys", "run", "tmp":
	    add(name, tarfile.DIRTYPE, mode=0o755)
	add("bin/sh", content=open(sys.argv[2], "rb").read(), mode=0o755)
	add("etc/resolv.conf", content=b"the image's\n")
	add("d", tarfile.DIRTYPE, mode=0o2750, uid=1000, gid=2000)
	add("d/file", content=b"text\n", mode=0o640, uid=1000, gid=2000, **{"user.colour": "blue", "user.b": "c"})
	add("d/setuid", content=b"x", mode=0o4755)
	add("d/none", content=b"nobody may\n", mode=0, uid=1234, gid=1234)
	add("d/link", tarfile.SYMTYPE, link="/no/such\tplace", mode=0o777)
	add("d/fifo", tarfile.FIFOTYPE, mode=0o622)
	add("d/hard", tarfile.LNKTYPE, mode=0o640, uid=1000, gid=2000, link="d/file")
	add("d/ping", content=b"y", mode=0o755, **{"security.capability":
	    b"\1\0\0\2\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0".decode("latin1")})
	add("d/" + "long" * 50, content=b"long")
	for depth in 1, 2, 3:
	    add("d/" + "/".join(["deep" * 20] * depth), tarfile.DIRTYPE, mode=0o755)
	add("d/\u00e9 \u4e16", content=b"utf-8")
	add("d/big", content=b"b" * 300000, uid=60000)
	add("d/old", content=b"o", mtime=5)
	out.close()
	END
}

# Start a container "c$2" of the image $1 that runs the rest, and says "ready".
start()
{
	local image=$1

	shift
	[ $# -gt 0 ] || set -- 'sleep 100'
	rm -f ready
	"$HOLT" run --rm --network none --name c "$image" sh -c "echo ready; $*" >ready 2>errors 3>&- &
	pid=$!
	wait_for_file ready
}

stop()
{
	[ -z "${pid:-}" ] || {
		kill -KILL "$pid" || :
		wait "$pid" || :
		pid=
	}
}

# What the archive $1 says of every file, a line each.
told()
{
	/usr/bin/python3 - "$1" <<-'END'
	import hashlib, sys, tarfile
	tar = tarfile.open(sys.argv[1], errors="surrogateescape")
	for entry in sorted(tar, key=lambda entry: entry.name):
	    content = tar.extractfile(entry).read() if entry.isfile() else b""
	    attributes = {key: value for key, value in entry.pax_headers.items() if "xattr" in key}
	    print(repr(entry.name), entry.type, oct(entry.mode), entry.uid, entry.gid, entry.size, int(entry.mtime),
	          repr(entry.linkname), hashlib.sha256(content).hexdigest()[:16], sorted(attributes.items()))
	END
}

@test "what an image was made of is what comes out, and what comes out makes it again" {
	start mine
	"$HOLT" export -o one.tar c
	"$HOLT" export c >two.tar
	cmp one.tar two.tar
	stop
	# As it went in; but for what a container gets to mount on.
	told "$BATS_FILE_TMPDIR/tree.tar" | grep -v "^'etc\|^'dev\|^'run\|^'\.'" >want
	told one.tar | grep -v "^'etc\|^'dev\|^'run\|^'\.'" >got
	grep -q "SCHILY.xattr.security.capability" want
	diff want got
	[ "$(told one.tar | awk '$1 ~ /^.\.?.$/ { print $3 }')" = 0o751 ] || differs "$(told one.tar)"
	"$HOLT" import one.tar again
	start again
	"$HOLT" export c >three.tar
	stop
	diff <(told one.tar | grep -v "^'\.' ") <(told three.tar | grep -v "^'\.' ")
	# Sorted, so that it is the same wherever the files lie.
	tar -tf one.tar | sed 's|/$||' | LC_ALL=C sort -c || tar -tf one.tar >&2
}

@test "what is mounted is left out, and what is below it isn't" {
	echo precious >secret
	mkdir volume
	echo precious >volume/secret
	"$HOLT" run --rm --name c -v "$PWD/volume:/d/volume" -v "$PWD/secret:/d/secret" mine \
		sh -c 'echo new >/tmp/new; rm /d/old; cat /d/volume/secret; sleep 100' >ready 2>errors 3>&- &
	pid=$!
	wait_for_file ready
	"$HOLT" export c >out.tar
	run -1 grep precious out.tar
	[ "$(tar -xOf out.tar etc/resolv.conf)" = "the image's" ]
	[ "$(tar -xOf out.tar tmp/new)" = new ]
	run tar -tf out.tar
	expect_line d/volume/
	expect_no_line d/old
	[ -z "$(grep '^proc/.\|^sys/.\|^dev/pts/.' <<<"$output")" ] || differs
}

@test "a container that puts symlinks in place of what is read gets its own files at most" {
	mkdir outside
	echo 'the secret of the host' >outside/file
	# shellcheck disable=SC2016 # for the container's shell
	start mine 'mkdir -p /a/x /b; echo inside >/a/x/file; ln -s '"$PWD"'/outside /b/x; ln -s / /b/y
		ln -s /proc/1/root /b/z; cd /; while :; do
		mv a c; mv b a; mv a b; mv c a
		mv a/x a/k; ln -s '"$PWD"'/outside a/x; rm a/x; mkfifo a/x; rm a/x; mv a/k a/x
		mv a/x/file a/f; ln -s '"$PWD"'/outside/file a/x/file; rm a/x/file; mv a/f a/x/file; done'
	for _ in {1..60}; do
		"$HOLT" export c >out.tar
		run -1 grep 'secret of the host' out.tar
		tar -tf out.tar >names
		run -1 grep -v '^\(\./\|bin\|dev\|etc\|proc\|sys\|run\|tmp\|d\|a\|b\|c\)' names
	done
}

@test "files that change while they are read leave an archive that can be read" {
	start mine 'while :; do i=0; while [ $i -lt 20 ]; do
		dd if=/dev/zero of=/tmp/f$i bs=100k count=3 2>/dev/null; : >/tmp/f$i; rm /tmp/f$((i - 5)) 2>/dev/null
		i=$((i + 1)); done; done'
	for _ in {1..30}; do
		run --separate-stderr bash -c '"$HOLT" export c >out.tar'
		expect_status 0
		tar -tf out.tar >/dev/null
	done
}

@test "what an archive can't have is told: sockets, and paths without an end" {
	start mine 'nc -ll -p 1 -e cat 2>/dev/null & cd /tmp; i=0; while [ $i -lt 60 ]; do
		mkdir 1234567890123456789012345678901234567890123456789012345678901234567890123456789
		cd 1234567890123456789012345678901234567890123456789012345678901234567890123456789 || break
		i=$((i + 1)); done; echo done >/tmp/made; sleep 100'
	for _ in {1..100}; do
		run --separate-stderr bash -c '"$HOLT" export c >out.tar'
		expect_status 0
		! tar -tf out.tar | grep -qx tmp/made || break
		sleep 0.1
	done
	[[ $stderr == *'its path is longer than 4095 bytes: left out'* ]] || differs
	[ "$(tar -tf out.tar | wc -L)" -gt 3900 ]
}

@test "a file of holes is read, and is as long" {
	start mine 'dd if=/dev/zero of=/tmp/holes bs=1 count=3 seek=200000000 2>/dev/null
		echo x | dd of=/tmp/holes bs=1 seek=1000000 conv=notrunc 2>/dev/null; echo >/tmp/made; sleep 100'
	for _ in {1..100}; do
		"$HOLT" export -o out.tar c
		! tar -tf out.tar | grep -qx tmp/made || break
		sleep 0.1
	done
	[ "$(tar -xOf out.tar tmp/holes | tr -d '\0')" = x ]
	[ "$(tar -xOf out.tar tmp/holes | wc -c)" -eq 200000003 ]
}

@test "where it goes" {
	start mine
	run "$HOLT" export
	expect_refusal 'give one container'
	run "$HOLT" export nothing
	expect_refusal 'no such container: nothing'
	run "$HOLT" export -o none/x c
	expect_refusal 'write none/x: No such file or directory'
	run script -qec "'$HOLT' export c" /dev/null
	[[ $output == *"isn't written to a terminal"* ]] || differs
	run --separate-stderr bash -c '"$HOLT" export c | head -c 100 >/dev/null; echo ${PIPESTATUS[0]}'
	expect_output 125
	# A file is there when it is whole.
	echo old >old
	chmod 0640 old
	ln -s old link
	"$HOLT" export -o link c
	[ "$(stat -c %a old)" = 640 ]
	[ "$(readlink link)" = old ]
	tar -tf old >/dev/null
	echo old >old
	run bash -c 'ulimit -f 100; trap "" XFSZ; "$HOLT" export -o old c'
	expect_status 125
	[ "$(cat old)" = old ]
	[ -z "$(find . -name 'old.*')" ]
}

# A job of holt-image by itself, as root of a user namespace.
pack()
{
	unshare --map-root-user --user "${HOLT_IMAGE:-$(dirname "$HOLT")/holt-image}" pack 3<"$1" 4>out.tar <<<"$2"
}

@test "the upper directory of an overlay becomes a layer" {
	mkdir -p upper/d/e
	echo 1 >upper/d/file
	touch upper/.wh.impossible
	/usr/bin/python3 -c 'import os
os.setxattr("upper/d/e", "user.overlay.opaque", b"y")
os.setxattr("upper/d", "user.overlay.impure", b"y")
os.setxattr("upper/d", "user.kept", b"k")'
	unshare --map-root-user --user mknod upper/d/gone c 0 0
	unshare --map-root-user --user mknod upper/top c 0 0
	touch -d @2000000000 upper/d/file
	run pack upper '{"overlay": true, "epoch": 1500000000}'
	expect_status 0
	expect_text '.wh.impossible: a layer can'
	[ "$(tar -tf out.tar | tr '\n' ' ')" = './ d/ d/e/ d/e/.wh..wh..opq d/file d/.wh.gone .wh.top ' ] ||
		differs "$(tar -tf out.tar)"
	told out.tar >told
	run -1 grep overlay told
	grep -q 'SCHILY.xattr.user.kept' told
	grep "^'d/file'" told | grep -q ' 1500000000 '
	for compression in gzip zstd; do
		run pack upper "{\"compression\": \"$compression\"}"
		expect_status 0
		sum=$(sha256sum <out.tar)
		"$compression" -dc <out.tar | tar -t >/dev/null
		sleep 1.1
		run pack upper "{\"compression\": \"$compression\"}"
		[ "$(sha256sum <out.tar)" = "$sum" ]
	done
	run pack upper '{"compression": "lzma"}'
	expect_status 125
}
