# SPDX-License-Identifier: Apache-2.0
# What Debian 12 has to bring. Sourced by tests/check and tests/demo.

build_packages=(
	gcc libarchive-dev libc6-dev libcap-dev libcriterion-dev libcurl4-openssl-dev libglib2.0-dev
	libisal-dev libjson-c-dev libpsl-dev libseccomp-dev libslirp-dev libssl-dev libsubid-dev libsystemd-dev
	libzstd-dev meson ninja-build pkg-config scdoc zlib1g-dev
)
run_packages=(
	busybox-static ca-certificates curl iproute2 libarchive13 libcurl4 libisal2 libpsl5 libslirp0
	libssl3 libsystemd0 libzstd1 procps python3 uidmap
)
test_packages=(
	apache2-utils bash-completion bats bind9-dnsutils clang clang-format clang-tidy docker-registry file
	fish iputils-ping jq libarchive-tools libcap2-bin libclang-rt-14-dev mmdebstrap nginx-light openssl postgresql-15
	python3-psycopg2 runc shellcheck skopeo socat strace tmux umoci zsh zstd
)
# The engines that tests/engines has, and what they call.
engine_packages=(
	buildah catatonit conmon containerd containernetworking-plugins docker.io
	fuse-overlayfs iptables podman slirp4netns
)
# The virtual machine of tests/vm, and what builds it.
vm_packages=(e2fsprogs jq mmdebstrap qemu-system-x86)

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Print those of the named packages that aren't installed.
missing_packages()
{
	local name

	for name; do
		[ "$(dpkg-query -Wf '${db:Status-Abbrev}' "$name" 2>/dev/null)" = 'ii ' ] ||
			echo "$name"
	done
}

# Services of a package shall not be started because it is installed: forbid that
# where the machine doesn't already, and allow it again.
forbid_services()
{
	[ ! -e /usr/sbin/policy-rc.d ] || return 0
	printf '#!/bin/sh\nexit 101 # while holt installs packages\n' |
		as_root tee /usr/sbin/policy-rc.d >/dev/null
	as_root chmod +x /usr/sbin/policy-rc.d
}

allow_services()
{
	! grep -q 'while holt installs' /usr/sbin/policy-rc.d 2>/dev/null ||
		as_root rm -f /usr/sbin/policy-rc.d
}

# Install those of the named packages that are missing.
require_packages()
{
	local missing log

	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	echo "installing ${missing[*]}"
	log=$(mktemp)
	forbid_services
	if ! {
		as_root apt-get -q update &&
			as_root env DEBIAN_FRONTEND=noninteractive apt-get -qy \
				install --no-install-recommends "${missing[@]}"
	} </dev/null >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		rm -f "$log"
		allow_services
		return 1
	fi
	allow_services
	rm -f "$log"
}
