#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt doctor: on this machine, and on machines that lack one thing each.
#
# Such a machine is a user namespace with every id that we have: what is broken
# there is broken by its root, and holt is asked by its user "me". It has setuid
# helpers of its own, for those of the host belong to nobody inside.
load ../lib/helpers

# What root does there first, and how holt is asked.
build_machine='
set -eu
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir /run/bin /run/opt /run/home
cp "$HOLT" "${HOLT_NET:-${HOLT%/*}/holt-net}" /run/opt
for helper in newuidmap newgidmap; do
	cp "$(command -v "$helper")" /run/bin
	chmod 4755 "/run/bin/$helper"
	mount --bind "/run/bin/$helper" "/usr/bin/$helper"
done
printf "%s\n" root:x:0:0::/:/bin/sh me:x:1:1::/run/home:/bin/sh >/run/passwd
echo me:2:65534 >/run/subuid
cp /run/subuid /run/subgid
for file in passwd subuid subgid; do mount --bind /run/$file /etc/$file; done
chown 1:1 /run/home
cd /
as_me()
{
	env -u XDG_DATA_HOME HOME=/run/home PATH="${MY_PATH:-/usr/bin:/bin}" \
		setpriv --reuid 1 --regid 1 --clear-groups "$@"
}
as_me_without() # the system call $1, which fails with the errno $2
{
	python3 -c "$filter" "$1" "$2" env -u XDG_DATA_HOME HOME=/run/home \
		setpriv --reuid 1 --regid 1 --clear-groups "${@:3}"
}
'

# A seccomp filter in which the system call $1 fails with the errno $2.
filter='
import ctypes, os, struct, sys
number, code = int(sys.argv[1]), int(sys.argv[2])
rules = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (6, 0, 0, 0x50000 | code),
	 (6, 0, 0, 0x7fff0000)]
code = b"".join(struct.pack("HBBI", *rule) for rule in rules)
buffer = ctypes.create_string_buffer(code)
class Program(ctypes.Structure):
	_fields_ = [("count", ctypes.c_ushort), ("rules", ctypes.c_void_p)]
program = Program(len(rules), ctypes.addressof(buffer))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(22, 2, ctypes.byref(program), 0, 0):
	sys.exit(os.strerror(ctypes.get_errno()))
os.execvp(sys.argv[3], sys.argv[3:])
'

# Ask on a machine where the shell code $1 has been done by root.
on_machine()
{
	run env filter="$filter" HOLT="$HOLT" unshare --user --map-root-user \
		--map-auto --mount-proc --pid --fork --kill-child \
		bash -c "$build_machine
			$1
			${2:-as_me} /run/opt/holt doctor"
}

# The rungs with the status $1 are the further words, and no others.
expect_rungs()
{
	local status_word=$1 found

	shift
	found=$(sed -nE "s/^$status_word +([a-z_-]+( [a-z]+)?)  .*/\\1/p" \
		<<<"$output" | paste -sd,)
	[ "$found" = "$(IFS=,; echo "$*")" ] ||
		differs "wanted with $status_word: $*" "found: $found"
}

# Nothing failed.
expect_health()
{
	expect_status 0
	expect_rungs FAIL
	expect_rungs SKIP
}

@test "this machine can run containers, and says so within two seconds" {
	local before=${EPOCHREALTIME/./}

	run holt doctor
	[ $((${EPOCHREALTIME/./} - before)) -lt 2000000 ] ||
		differs "took too long"
	expect_health
	for rung in "user namespace" "id maps" mount overlay pivot_root tap \
		"network program" tcp exec; do
		expect_match "OK +$rung  "
	done
	expect_match '(OK|WARN) +dns  '
	expect_match '(OK|WARN) +cgroup  '
	expect_nothing_left
	[ ! -e "$HOME/.holt-doctor" ]
}

@test "it leaves nothing where images are kept, whatever is there already" {
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/data
	mkdir -p "$XDG_DATA_HOME/holt/.holt-doctor/work/work" \
		"$XDG_DATA_HOME/holt/.holt-doctor/upper"
	touch "$XDG_DATA_HOME/holt/.holt-doctor/upper/left"
	chmod 0 "$XDG_DATA_HOME/holt/.holt-doctor/work/work"
	run holt doctor
	expect_match "OK +overlay  +on tmpfs and on $XDG_DATA_HOME/holt "
	run find "$XDG_DATA_HOME/holt" -mindepth 1
	expect_output ""
}

@test "--json says the same, one object a rung" {
	run holt doctor --json
	expect_status 0
	run python3 -c '
import json, sys
findings = json.load(sys.stdin)
assert all(set(f) == {"rung", "status", "found", "cause", "remedy"} for f in findings)
assert all(f["status"] in ("ok", "warn") and f["found"] for f in findings)
print(",".join(f["rung"] for f in findings))' <<<"$output"
	expect_status 0
	expect_output "user namespace,id maps,mount,overlay,pivot_root,tap,network program,tcp,bypass,dns,cgroup,exec,surroundings,holt,holt-net,newuidmap,newgidmap"
}

@test "words that it doesn't know are refused" {
	run holt doctor now
	expect_refusal "doctor: unexpected word 'now'"
}

@test "a machine made for this test has all that is needed" {
	on_machine :
	expect_health
	expect_match 'OK +surroundings  +.*in a user namespace'
	expect_text "user me has only 65534 subordinate uids"
}

@test "user namespaces that are switched off fail alone" {
	on_machine 'echo 0 >/proc/sys/user/max_user_namespaces'
	expect_status 1
	expect_rungs FAIL "user namespace"
	expect_rungs SKIP "id maps" mount overlay pivot_root tap tcp exec
	expect_text "not tried: needs user namespace"
	expect_line "      to mend: sudo sysctl -w user.max_user_namespaces=15000"
}

@test "network namespaces that are switched off are named" {
	on_machine 'echo 0 >/proc/sys/user/max_net_namespaces'
	expect_rungs FAIL "user namespace"
	expect_line "      to mend: sudo sysctl -w user.max_net_namespaces=15000"
}

@test "without a line in /etc/subuid only one's own id is mapped" {
	on_machine ': >/run/subuid'
	expect_health
	expect_match 'WARN +id maps  +only your own id'
	expect_line "      because: /etc/subuid has no line for user me"
	expect_line "      to mend: sudo usermod --add-subuids 100000-165535 me"
}

@test "a line in /etc/subuid that can't be read is named by its number" {
	on_machine 'printf "%s\n" x:1:1 me:2:-1 >/run/subuid'
	expect_health
	expect_text "line 2 of /etc/subuid is not NAME:FIRST:COUNT"
	expect_text "sudo sed -i 2d /etc/subuid && sudo usermod --add-subuids"
}

@test "ids that the outer namespace doesn't have are named" {
	on_machine 'echo me:100000:65536 >/run/subuid; cp /run/subuid /run/subgid'
	expect_health
	expect_match 'WARN +id maps  +only your own id'
	expect_text "uid 100000 is not mapped in the user namespace that holt runs in"
}

@test "a subordinate id that is also a user of the machine is a warning" {
	on_machine 'echo eve:x:77:77::/:/bin/sh >>/run/passwd'
	expect_health
	expect_match 'WARN +id maps  +65535 uids mapped'
	expect_text "the subordinate uids 2:65534 of user me contain 77, a user of this machine"
	expect_line "      to mend: sudo usermod --del-subuids 2-65535 --add-subuids 100000-165535 me"
}

@test "a missing newuidmap is a package to install" {
	on_machine 'umount /usr/bin/newuidmap; mount --bind /dev/null /usr/bin/newuidmap'
	expect_health
	expect_text "because: newuidmap is not installed"
	expect_text "sudo apt-get install uidmap"
	expect_match 'WARN +newuidmap  +not installed'
}

@test "a newuidmap that has lost its setuid bit is told from a missing one" {
	on_machine 'chmod u-s /run/bin/newuidmap'
	expect_health
	expect_line "      because: /usr/bin/newuidmap is neither setuid root nor has the file capability cap_setuid"
	expect_line "      to mend: sudo chown root /usr/bin/newuidmap && sudo chmod u+s /usr/bin/newuidmap"
}

@test "a newuidmap with the file capability is as good as a setuid one" {
	on_machine 'chmod u-s /run/bin/new?idmap
		setcap cap_setuid+ep /run/bin/newuidmap
		setcap cap_setgid+ep /run/bin/newgidmap'
	expect_health
	expect_text "user me has only 65534 subordinate uids"
	expect_text "/usr/bin/newuidmap (file capabilities)"
}

@test "a newuidmap with another file capability is named" {
	on_machine 'chmod u-s /run/bin/newuidmap
		setcap cap_chown+ep /run/bin/newuidmap'
	expect_health
	expect_text "sudo setcap cap_setuid+ep /usr/bin/newuidmap"
}

@test "a newuidmap on a nosuid mount is told apart" {
	on_machine 'mount -o remount,bind,nosuid /usr/bin/newuidmap'
	expect_health
	expect_text "because: /usr/bin/newuidmap is on a file system mounted nosuid"
	expect_text "sudo mount -o remount,suid"
}

@test "no_new_privs is told apart" {
	on_machine : "as_me setpriv --no-new-privs"
	expect_health
	expect_text "because: no_new_privs is set on holt"
	expect_text "no_new_privs is set, so setuid programs get no rights"
}

@test "two newuidmap in PATH are both listed" {
	on_machine 'mkdir /run/other; cp /run/bin/newuidmap /run/other
		MY_PATH=/run/other:/usr/bin:/bin'
	expect_health
	expect_match 'OK +newuidmap  +/run/other/newuidmap \(no special rights\), then /usr/bin/newuidmap \(setuid root\)'
}

@test "covered parts of /proc are what forbids a new one" {
	on_machine 'mount --bind /dev/null /proc/kallsyms'
	expect_status 1
	expect_rungs FAIL mount
	expect_rungs SKIP overlay pivot_root exec
	expect_text "parts of /proc/ are covered around us (/proc/kallsyms)"
	expect_text "--security-opt systempaths=unconfined"
}

@test "covered parts of /sys only warn" {
	on_machine 'mount -t tmpfs tmpfs /sys/firmware'
	expect_health
	expect_match 'WARN +mount  +tmpfs and proc'
	expect_text "parts of /sys/ are covered around us (/sys/firmware)"
}

@test "a seccomp filter against new namespaces is recognised" {
	on_machine : "as_me_without 435 38" # clone3: ENOSYS
	expect_status 1
	expect_rungs FAIL "user namespace"
	expect_text "because: make a user namespace: a seccomp filter around holt refuses it"
}

@test "a seccomp filter against mounts is recognised" {
	on_machine : "as_me_without 430 1" # fsopen: EPERM
	expect_status 1
	expect_rungs FAIL mount
	expect_text "a seccomp filter around holt refuses mounts"
}

@test "a seccomp filter against pivot_root leaves the mounts" {
	on_machine : "as_me_without 155 1" # pivot_root: EPERM
	expect_status 1
	expect_rungs FAIL pivot_root tcp
	expect_rungs SKIP exec
}

@test "an overlay on an overlay is refused by name" {
	on_machine 'mkdir /run/upper /run/work; chown 1:1 /run/upper
		mount -t overlay -o lowerdir=/run/home,upperdir=/run/upper,workdir=/run/work,userxattr overlay /run/home'
	expect_status 1
	expect_rungs FAIL overlay
	expect_match 'FAIL +overlay  +on tmpfs, but not in /run/home \(overlay\)'
	expect_text "to mend: set XDG_DATA_HOME to a directory on ext4"
}

@test "a home that can't be written to is named" {
	on_machine 'chown 0:0 /run/home'
	expect_status 1
	expect_rungs FAIL overlay
	expect_text "because: make /run/home/.holt-doctor: Permission denied"
}

@test "without a home, images have no place" {
	on_machine : "env -u HOME -u XDG_DATA_HOME setpriv --reuid 1 --regid 1 --clear-groups"
	expect_health
	expect_match 'WARN +overlay  +on tmpfs; no place for images'
}

@test "a hidden /dev/net/tun fails alone" {
	on_machine 'mount -t tmpfs tmpfs /dev/net'
	expect_status 1
	expect_rungs FAIL tap
	expect_text "because: open /dev/net/tun: No such file or directory"
}

@test "something else in the place of /dev/net/tun fails alone" {
	on_machine 'mount --bind /dev/null /dev/net/tun'
	expect_status 1
	expect_rungs FAIL tap
	expect_text "because: make a tap of /dev/net/tun:"
}

@test "how connections go is tried with a network" {
	run holt doctor
	expect_match 'OK +tcp  +connections go by the kernel'
	expect_match 'OK +bypass  +available'
	on_machine :
	expect_match 'OK +tcp  +connections go by the kernel'
}

@test "where the router can't be made connections are slower, and why is said" {
	on_machine 'mount --bind /proc/sys /proc/sys
		mount -o remount,bind,ro /proc/sys'
	expect_match 'WARN +tcp  +connections go through libslirp, which is slower'
	expect_text "/proc/sys/net/"
	expect_text ": Read-only file system"
	expect_text "start that one with --security-opt systempaths=unconfined"
}

@test "a second answerer of calls there can't be" {
	on_machine : "as_me python3 -c '
import ctypes, os, struct, sys
code = ctypes.create_string_buffer(struct.pack(\"HBBI\", 6, 0, 0, 0x7fff0000))
program = struct.pack(\"HxxxxxxP\", 1, ctypes.addressof(code))
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
listener = libc.syscall(317, 1, 8, program)
assert listener >= 0
os.set_inheritable(listener, True)
os.execv(sys.argv[1], sys.argv[1:])'"
	expect_match 'WARN +bypass  +not available'
	expect_text "there can be but one"
}

@test "a missing holt-net fails alone" {
	on_machine 'rm /run/opt/holt-net'
	expect_status 1
	expect_rungs FAIL "network program"
	expect_rungs SKIP tcp
	expect_text "because: /run/opt/holt-net is missing"
}

@test "a holt-net that doesn't start fails alone" {
	on_machine 'printf "%s\n" "#!/bin/sh" "echo libslirp is gone >&2; exit 127" >/run/opt/holt-net'
	expect_status 1
	expect_rungs FAIL "network program"
	expect_rungs SKIP tcp
	expect_text "exit status 127: libslirp is gone"
}

@test "an empty resolv.conf is a warning" {
	on_machine ': >/run/resolv.conf; mount --bind /run/resolv.conf /etc/resolv.conf'
	expect_health
	expect_match 'WARN +dns  +no nameserver'
}

@test "a nameserver that doesn't answer is a warning: one may be offline" {
	on_machine 'echo nameserver 127.255.255.7 >/run/resolv.conf
		mount --bind /run/resolv.conf /etc/resolv.conf'
	expect_health
	expect_match 'WARN +dns  +no answer from 127.255.255.7'
}

@test "root may do without helpers and ranges" {
	on_machine ': >/run/subuid; chmod u-s /run/bin/new?idmap' "env HOME=/run/home"
	expect_health
	expect_match 'OK +id maps  +[0-9]+ ids, each mapped to itself'
}

@test "a probe that hangs is ended, and the others go on" {
	local before

	# A helper that never ends, as one may that asks a directory service.
	on_machine 'printf "%s\n" "#!/bin/sh" "exec sleep 60" >/run/bin/newuidmap
		chmod 4755 /run/bin/newuidmap'
	expect_match 'FAIL +id maps  +no end within [0-9]+ ms'
	expect_rungs SKIP mount overlay pivot_root tap tcp exec
}
