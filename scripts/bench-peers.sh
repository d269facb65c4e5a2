#!/usr/bin/env bash
# The word search beside others (bench/README.md). Hyperscan and Vectorscan are Debian's; their development packages exclude one another,
# so they are unpacked under .cache/ and never installed. What can't be had is skipped with a line that says so.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=$PWD/.cache/bench
mkdir -p "$cache"

skip() { echo "SKIPPED $1: $2"; }

go build -o "$cache/sealgate" ./bench/ours
go build -tags purego -o "$cache/sealgate-pure-go" ./bench/ours
if ! (cd bench/peers && go build -o "$cache/peers" .) 2>"$cache/peers.log"; then
  skip "the comparison" "the Go libraries can't be had: $(tail -1 "$cache/peers.log")"
  exit 0
fi

engines=(-engine "sealgate=$cache/sealgate" -engine "sealgate-pure-go=$cache/sealgate-pure-go")
for lib in hyperscan vectorscan; do
  root=$cache/$lib
  so=$root/usr/lib/$(uname -m)-linux-gnu/libhs.so
  if [[ ! -e $so ]]; then
    mkdir -p "$root"
    if ! (cd "$root" && { apt-get -q download lib$lib-dev lib${lib}5 || { apt-get -q update && apt-get -q download lib$lib-dev lib${lib}5; }; } &&
      for deb in *.deb; do dpkg -x "$deb" .; done) >"$cache/$lib.log" 2>&1; then
      skip $lib "Debian's lib$lib-dev can't be had: $(tail -1 "$cache/$lib.log")"
      continue
    fi
  fi
  if ! gcc -O2 -Wall -I"$root/usr/include/hs" -o "$cache/$lib-scan" bench/peers/hs/scan.c "$so" -Wl,-rpath,"$(dirname "$so")" 2>"$cache/$lib.log"; then
    skip $lib "bench/peers/hs/scan.c doesn't build: $(tail -1 "$cache/$lib.log")"
    continue
  fi
  engines+=(-engine "$lib=$cache/$lib-scan")
done

"$cache/peers" -data "${SEALGATE_BENCH_DATA:-../shared/data/bench}" "$@" "${engines[@]}"
