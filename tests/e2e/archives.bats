#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt load, save and import: archives and directories of images.

load ../lib/helpers

# Two layers; a layout, and what skopeo makes of it.
setup_file()
{
	local dir=$BATS_FILE_TMPDIR

	export IMAGES=$dir/images
	mkdir -p "$IMAGES" "$dir/one" "$dir/two"
	echo one >"$dir/one/a"
	echo two >"$dir/two/b"
	layout "$IMAGES/layout" "$dir/one" "$dir/two"
	cd "$IMAGES" || return
	skopeo --insecure-policy copy --quiet oci:layout docker-archive:docker.tar:me/app:1
	skopeo --insecure-policy copy --quiet oci:layout oci-archive:oci.tar:me/app:1
	skopeo --insecure-policy copy --quiet oci:layout dir:dir
}

setup()
{
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/data
	cd "$IMAGES" || return
}

# A blob of the layout $1 from stdin; prints its digest and size.
blob()
{
	local digest

	cat >"$1/new"
	digest=$(sha256sum <"$1/new") digest=${digest%% *}
	stat -c "sha256:$digest %s" "$1/new"
	mv "$1/new" "$1/blobs/sha256/$digest"
}

# An OCI layout $1 of an image with the directories $2... as layers.
layout()
{
	local out=$1 layers='' diffs='' digest size config manifest

	shift
	mkdir -p "$out/blobs/sha256"
	echo '{"imageLayoutVersion":"1.0.0"}' >"$out/oci-layout"
	for tree; do
		tar --sort=name --mtime=@0 --owner=0 --group=0 -C "$tree" -cf "$out.tar" .
		diffs+=,\"sha256:$(sha256sum <"$out.tar" | cut -d' ' -f1)\"
		read -r digest size < <(gzip -n <"$out.tar" | blob "$out")
		layers+=,$(jq -nc --arg d "$digest" --argjson s "$size" \
			'{mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: $d, size: $s}')
	done
	read -r digest size < <(jq -nc --argjson d "[${diffs#,}]" \
		'{architecture: "amd64", os: "linux", config: {Cmd: ["sh"]}, rootfs: {type: "layers", diff_ids: $d}}' |
		blob "$out")
	config=$(jq -nc --arg d "$digest" --argjson s "$size" \
		'{mediaType: "application/vnd.oci.image.config.v1+json", digest: $d, size: $s}')
	read -r digest size < <(jq -nc --argjson c "$config" --argjson l "[${layers#,}]" \
		'{schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config: $c, layers: $l}' |
		blob "$out")
	jq -nc --arg d "$digest" --argjson s "$size" '{schemaVersion: 2, manifests: [
		{mediaType: "application/vnd.oci.image.manifest.v1+json", digest: $d, size: $s,
		annotations: {"org.opencontainers.image.ref.name": "latest"}}]}' >"$out/index.json"
	rm "$out.tar"
}

blobs()
{
	find "$XDG_DATA_HOME/holt" -path '*/blobs/*' -type f | wc -l
}

# Nothing came into the store.
nothing_new()
{
	expect_status 125
	[ "$(find "$XDG_DATA_HOME" -type f ! -name lock | wc -l)" -eq 0 ] ||
		differs "left: $(find "$XDG_DATA_HOME" -type f)"
}

@test "load: what docker save writes, from a file and from a pipe" {
	run "$HOLT" load --input docker.tar
	expect_status 0
	expect_output 'Loaded image: docker.io/me/app:1'
	[ "$(blobs)" -eq 4 ]
	rm -r "$XDG_DATA_HOME"
	run bash -c "cat docker.tar | '$HOLT' load -q"
	expect_output 'Loaded image: docker.io/me/app:1'
	[ "$(blobs)" -eq 4 ]
}

@test "load: archives that are compressed" {
	for program in gzip zstd xz bzip2; do
		"$program" -c docker.tar >"$BATS_TEST_TMPDIR/packed"
		run "$HOLT" load -i "$BATS_TEST_TMPDIR/packed"
		expect_output 'Loaded image: docker.io/me/app:1'
	done
}

@test "load: OCI layouts, as archive and directory, and skopeo's directories" {
	run "$HOLT" load -i oci.tar
	expect_output 'Loaded image: localhost/me/app:1'
	run "$HOLT" load -i oci:layout:latest
	expect_output 'Loaded image: localhost/latest:latest'
	run "$HOLT" load -i layout
	expect_output 'Loaded image: localhost/latest:latest'
	run "$HOLT" load -i dir
	expect_output "Loaded image: sha256:$(jq -r .config.digest dir/manifest.json | cut -d: -f2)"
	run "$HOLT" load -i oci:layout:other
	expect_status 125
	[[ $output == *'there is no image called other'* ]] || differs "$output"
}

@test "load: a layer may come before its manifest, and be a link" {
	mkdir "$BATS_TEST_TMPDIR/x"
	tar -C "$BATS_TEST_TMPDIR/x" -xf docker.tar
	cd "$BATS_TEST_TMPDIR/x" || return
	for layer in *.tar; do
		mkdir -p "z${layer%.tar}"
		mv "$layer" "z${layer%.tar}/real"
		ln "z${layer%.tar}/real" "z${layer%.tar}/hard"
		ln -s "z${layer%.tar}/hard" "$layer"
	done
	tar -cf ../links.tar ./*.tar z* ./*.json
	run "$HOLT" load -i ../links.tar
	expect_output 'Loaded image: docker.io/me/app:1'
}

@test "load: several images in one" {
	skopeo --insecure-policy copy --quiet oci:layout docker-archive:"$BATS_TEST_TMPDIR/a.tar":me/app:2
	mkdir "$BATS_TEST_TMPDIR/x"
	tar -C "$BATS_TEST_TMPDIR/x" -xf "$BATS_TEST_TMPDIR/a.tar"
	cd "$BATS_TEST_TMPDIR/x" || return
	jq -c '. + [.[0] | .RepoTags = ["other:3", "h.test/x/y:1"]]' manifest.json >new
	mv new manifest.json
	tar -cf ../two.tar .
	run "$HOLT" load -i ../two.tar
	expect_output 'Loaded image: docker.io/me/app:2
Loaded image: docker.io/library/other:3
Loaded image: h.test/x/y:1'
	run "$HOLT" load -i docker-archive:../two.tar:other:3
	expect_output 'Loaded image: docker.io/library/other:3'
}

@test "load: a name that another image has is not taken in silence" {
	run "$HOLT" load -i docker.tar
	expect_output 'Loaded image: docker.io/me/app:1'
	layout "$BATS_TEST_TMPDIR/l" "$BATS_FILE_TMPDIR/one"
	skopeo --insecure-policy copy --quiet oci:"$BATS_TEST_TMPDIR/l" docker-archive:"$BATS_TEST_TMPDIR/b.tar":me/app:1
	run "$HOLT" load -i "$BATS_TEST_TMPDIR/b.tar"
	expect_status 0
	[[ $output == *'warning: docker.io/me/app:1 was image '*' and is '*' now'* ]] || differs "$output"
}

@test "load: what is cut short or damaged leaves nothing" {
	local size at

	size=$(stat -c %s docker.tar)
	for ((at = 0; at < size - 1536; at += 1217)); do
		head -c "$at" docker.tar >"$BATS_TEST_TMPDIR/cut"
		run "$HOLT" load -i "$BATS_TEST_TMPDIR/cut"
		nothing_new
	done
	# A byte of each layer.
	mkdir "$BATS_TEST_TMPDIR/x"
	tar -C "$BATS_TEST_TMPDIR/x" -xf docker.tar
	cd "$BATS_TEST_TMPDIR/x" || return
	chmod -R u+w .
	for file in *.tar *[0-9a-f].json; do
		cp "$file" ../keep
		printf ' ' | dd of="$file" bs=1 seek=40 conv=notrunc status=none
		tar -cf ../bad.tar .
		run "$HOLT" load -i ../bad.tar
		nothing_new
		[[ $output == *digest* || $output == *config* ]] || differs "$output"
		cp ../keep "$file"
	done
}

@test "load: a layout whose digests lie leaves nothing" {
	local x=$BATS_TEST_TMPDIR/x

	cp -r layout "$x"
	for file in "$x"/blobs/sha256/*; do
		cp "$file" "$x.keep"
		printf ' ' | dd of="$file" bs=1 seek=30 conv=notrunc status=none
		run "$HOLT" load -i "$x"
		nothing_new
		[[ $output == *'is not what is said of it'* ]] || differs "$output"
		echo >>"$file"
		tar -C "$x" -cf "$x.tar" .
		run "$HOLT" load -i "$x.tar"
		nothing_new
		rm "$file"
		run "$HOLT" load -i "$x"
		nothing_new
		cp "$x.keep" "$file"
	done
	run "$HOLT" load -i "$x"
	expect_status 0
}

@test "load: attacks" {
	local x=$BATS_TEST_TMPDIR/x

	mkdir "$x"
	tar -C "$x" -xf docker.tar
	echo secret >"$BATS_TEST_TMPDIR/secret"
	cd "$x" || return

	tar -P --transform 's|^secret|../secret|' -cf ../bad.tar -C .. secret
	run "$HOLT" load -i ../bad.tar
	nothing_new
	[[ $output == *'leads out of it'* ]] || differs "$output"

	# manifest.json, or a layer, is a link to outside, or a device.
	mv manifest.json ..
	ln -s ../manifest.json .
	tar -cf ../bad.tar .
	run "$HOLT" load -i ../bad.tar
	nothing_new
	run "$HOLT" load -i "$x"
	nothing_new
	rm manifest.json
	cp ../manifest.json .
	for layer in *.tar; do
		mv "$layer" ../layer
		ln -s "$BATS_TEST_TMPDIR/layer" "$layer"
		tar -cf ../bad.tar .
		run "$HOLT" load -i ../bad.tar
		nothing_new
		rm "$layer"
		mkfifo "$layer"
		tar -cf ../bad.tar .
		run "$HOLT" load -i ../bad.tar
		nothing_new
		rm "$layer"
		mv ../layer "$layer"
	done

	# The same name twice.
	tar -cf ../bad.tar manifest.json ./*.tar manifest.json
	run "$HOLT" load -i ../bad.tar
	nothing_new
	[[ $output == *twice* ]] || differs "$output"
}

@test "load: of everything there can be too much" {
	# shellcheck disable=SC2016
	python3 -c 'import io, sys, tarfile
out = tarfile.open(fileobj=sys.stdout.buffer, mode="w|")
for i in range(100000):
    out.addfile(tarfile.TarInfo("f%d" % i))' >"$BATS_TEST_TMPDIR/many"
	run "$HOLT" load -i "$BATS_TEST_TMPDIR/many"
	nothing_new
	[[ $output == *'too many'* || $output == *'more than'* ]] || differs "$output"
	mkdir "$BATS_TEST_TMPDIR/x"
	head -c 9000000 /dev/zero | tr '\0' ' ' >"$BATS_TEST_TMPDIR/x/manifest.json"
	tar -C "$BATS_TEST_TMPDIR/x" -cf "$BATS_TEST_TMPDIR/huge" .
	run "$HOLT" load -i "$BATS_TEST_TMPDIR/huge"
	nothing_new
	[[ $output == *'too large'* ]] || differs "$output"
	run "$HOLT" load -i /etc/passwd
	nothing_new
}

# The digests of layers and config of $2, as skopeo sees it at $1.
same_image()
{
	local got want

	got=$(skopeo --insecure-policy inspect --config "$1" | jq -c '[.config, .rootfs]')
	want=$(skopeo --insecure-policy inspect --config "$2" | jq -c '[.config, .rootfs]')
	[ "$got" = "$want" ] || differs "$1: $got"
	rm -rf "$BATS_TEST_TMPDIR/copy"
	skopeo --insecure-policy copy --quiet "$1" dir:"$BATS_TEST_TMPDIR/copy"
}

@test "save: skopeo reads every form of it, and holt does" {
	local out=$BATS_TEST_TMPDIR/out

	"$HOLT" load -qi docker.tar
	for form in docker-archive:docker-archive oci-archive:oci-archive oci-dir:oci docker-dir:dir; do
		rm -rf "$out"
		run "$HOLT" save --format "${form%:*}" --output "$out" me/app:1
		expect_status 0
		expect_output ''
		same_image "${form#*:}:$out" oci:layout
		XDG_DATA_HOME=$BATS_TEST_TMPDIR/$form run "$HOLT" load -i "$out"
		expect_status 0
		[[ ${form%:*} = docker-dir || $output = 'Loaded image: docker.io/me/app:1' ]] || differs "$output"
	done
}

@test "save: the same archive again, to a pipe too" {
	"$HOLT" load -qi oci.tar
	for format in docker-archive oci-archive; do
		"$HOLT" save --format "$format" -o "$BATS_TEST_TMPDIR/one" localhost/me/app:1
		"$HOLT" save --format "$format" localhost/me/app:1 | cat >"$BATS_TEST_TMPDIR/two"
		cmp "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
		rm "$BATS_TEST_TMPDIR/one"
	done
}

@test "save: several images, and several names of one" {
	layout "$BATS_TEST_TMPDIR/l" "$BATS_FILE_TMPDIR/one"
	"$HOLT" load -qi docker.tar
	"$HOLT" load -qi oci.tar
	"$HOLT" load -qi "$BATS_TEST_TMPDIR/l"
	"$HOLT" save -m -o "$BATS_TEST_TMPDIR/a.tar" docker.io/me/app:1 localhost/latest
	run tar -xOf "$BATS_TEST_TMPDIR/a.tar" manifest.json
	[ "$(jq -c 'map(.RepoTags)' <<<"$output")" = '[["docker.io/me/app:1"],["localhost/latest:latest"]]' ] ||
		differs "$output"
	# The lower layer is in both, and once in the archive.
	[ "$(tar -tf "$BATS_TEST_TMPDIR/a.tar" | grep -c 'tar$')" -eq 2 ]
	XDG_DATA_HOME=$BATS_TEST_TMPDIR/again run "$HOLT" load -i "$BATS_TEST_TMPDIR/a.tar"
	expect_output 'Loaded image: docker.io/me/app:1
Loaded image: localhost/latest:latest'
}

@test "save: what can't be is said" {
	run "$HOLT" save nothing
	expect_status 125
	"$HOLT" load -qi docker.tar
	run "$HOLT" save --format oci-dir me/app:1
	expect_status 125
	[[ $output == *'give one with --output'* ]] || differs "$output"
	run "$HOLT" save --format oci-dir -o "$BATS_TEST_TMPDIR" me/app:1
	expect_status 125
	rm "$XDG_DATA_HOME"/holt/blobs/sha256/"$(jq -r '.layers[0].digest' dir/manifest.json | cut -d: -f2)" ||
		rm "$XDG_DATA_HOME"/holt/blobs/sha256/"$(tar -xOf docker.tar manifest.json | jq -r '.[0].Layers[0]' | cut -d. -f1)"
	run "$HOLT" save -o "$BATS_TEST_TMPDIR/half" me/app:1
	expect_status 125
	[ ! -e "$BATS_TEST_TMPDIR/half" ]
	# A terminal is no place for an archive.
	run script -qec "'$HOLT' save me/app:1" /dev/null
	[[ $output == *"isn't written to a terminal"* ]] || differs "$output"
}

# The config of the image $1.
config()
{
	"$HOLT" save --format oci-dir -o "$BATS_TEST_TMPDIR/config" "$1"
	skopeo --insecure-policy inspect --config --raw oci:"$BATS_TEST_TMPDIR/config"
	rm -r "$BATS_TEST_TMPDIR/config"
}

@test "import: a root becomes an image" {
	local id

	tar -C "$BATS_FILE_TMPDIR/one" -cf "$BATS_TEST_TMPDIR/root.tar" .
	run "$HOLT" import -m 'what it is' --arch arm64 --variant v8 \
		-c 'CMD ["/a", "b c"]' --change 'entrypoint /x y' -c ENV=A=1 -c 'ENV B two words' -c 'ENV A=3' \
		-c 'EXPOSE 80 53/udp' -c 'LABEL l="a b"' -c 'ONBUILD RUN x' -c STOPSIGNAL=SIGINT -c USER=7:8 \
		-c 'VOLUME ["/v", "/w"]' -c 'WORKDIR /d' "$BATS_TEST_TMPDIR/root.tar" mine:1
	expect_status 0
	[[ $output =~ ^sha256:[0-9a-f]{64}$ ]] || differs "$output"
	id=${output#sha256:}
	run "$HOLT" save -o /dev/null "$id"
	expect_status 0
	got=$(config localhost/mine:1 | jq -cS '[.architecture, .variant, .os, .config, .history[0].comment]')
	want=$(jq -ncS '["arm64", "v8", "linux", {Cmd: ["/a", "b c"], Entrypoint: ["/bin/sh", "-c", "/x y"],
		Env: ["A=3", "B=two words"], ExposedPorts: {"80/tcp": {}, "53/udp": {}}, Labels: {l: "a b"},
		OnBuild: ["RUN x"], StopSignal: "SIGINT", User: "7:8", Volumes: {"/v": {}, "/w": {}},
		WorkingDir: "/d"}, "what it is"]')
	[ "$got" = "$want" ] || differs "$got"
}

@test "import: what is compressed has the same content" {
	local diff type blob

	tar -C "$BATS_FILE_TMPDIR/one" -cf "$BATS_TEST_TMPDIR/root.tar" .
	diff=sha256:$(sha256sum <"$BATS_TEST_TMPDIR/root.tar" | cut -d' ' -f1)
	for program in cat gzip zstd xz bzip2; do
		"$program" <"$BATS_TEST_TMPDIR/root.tar" | "$HOLT" import - "$program"
		run config "localhost/$program"
		[ "$(jq -r '.rootfs.diff_ids[0]' <<<"$output")" = "$diff" ] || differs "$output"
		"$HOLT" save --format docker-dir -o "$BATS_TEST_TMPDIR/blobs" "localhost/$program"
		read -r type blob < <(jq -r '.layers[0] | "\(.mediaType) \(.digest[7:])"' "$BATS_TEST_TMPDIR/blobs/manifest.json")
		case $program in
		cat) [[ $type == *.tar ]] && cmp "$BATS_TEST_TMPDIR/blobs/$blob" "$BATS_TEST_TMPDIR/root.tar" ;;
		gzip) [[ $type == *.tar+gzip ]] && gzip -t <"$BATS_TEST_TMPDIR/blobs/$blob" ;;
		*) [[ $type == *.tar+zstd ]] && zstd -qt "$BATS_TEST_TMPDIR/blobs/$blob" ;;
		esac || differs "$program: $type"
		rm -r "$BATS_TEST_TMPDIR/blobs"
		# docker's archive has the layer expanded, whatever it was.
		"$HOLT" save -o "$BATS_TEST_TMPDIR/saved" "localhost/$program"
		tar -xOf "$BATS_TEST_TMPDIR/saved" "${diff#sha256:}.tar" | cmp - "$BATS_TEST_TMPDIR/root.tar"
	done
}

@test "import: what is wrong is said, and leaves nothing" {
	tar -C "$BATS_FILE_TMPDIR/one" -cf "$BATS_TEST_TMPDIR/root.tar" .
	for change in FROM=x ENV=A 'EXPOSE x' 'EXPOSE 0' 'STOPSIGNAL NONE' 'WORKDIR d' 'VOLUME v' CMD; do
		run "$HOLT" import -c "$change" "$BATS_TEST_TMPDIR/root.tar"
		nothing_new
	done
	run "$HOLT" import /etc/passwd
	nothing_new
	[[ $output == *"can't be read"* ]] || differs "$output"
	gzip <"$BATS_TEST_TMPDIR/root.tar" | head -c 120 >"$BATS_TEST_TMPDIR/cut"
	run "$HOLT" import "$BATS_TEST_TMPDIR/cut"
	nothing_new
	run "$HOLT" import "$BATS_TEST_TMPDIR/root.tar" 'BAD NAME'
	nothing_new
	run "$HOLT" import http://x.test/a.tar
	nothing_new
	[[ $output == *curl* ]] || differs "$output"
}
