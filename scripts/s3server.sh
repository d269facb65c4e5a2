#!/usr/bin/env bash
# Builds the S3 server that tests run against (bench/s3server, a module of its own) and prints where it is.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$PWD/bin/versitygw
if [[ ! -x $out || bench/s3server/go.mod -nt $out ]]; then
  mkdir -p bin
  (cd bench/s3server && CGO_ENABLED=0 go build -o "$out" github.com/versity/versitygw/cmd/versitygw) >&2
fi
echo "$out"
