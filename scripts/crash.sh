#!/usr/bin/env bash
# Kills servers and their database in the middle of the whole way (server/crash/README.md).
#   scripts/crash.sh [KILLS]         so many kills (2,000), on SQLite and MariaDB, with an engine that absorbs repeats and one that doesn't
#                                    (ENGINES=http,asked,smpp for others)
#   scripts/crash.sh planted [NAME]  proves that the harness sees: builds the program with each planted bug and expects to be told
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PATH:/usr/sbin GOFLAGS="-buildvcs=false ${GOFLAGS:-}" CGO_ENABLED=0
scratch=$(mktemp -d)
# The files of the runs live in memory where there is room: nothing here waits for a disk.
data=$scratch
if [[ -w /dev/shm && $(df --output=avail -m /dev/shm | tail -1) -gt 4000 ]]; then data=$(mktemp -d /dev/shm/sealgate-crash.XXXX); fi
trap 'rm -rf "$scratch" "$data"' EXIT

if [[ ${1:-} != planted ]]; then
  go build -o "$scratch/crash" ./server/crash
  "$scratch/crash" -dir "$data" -kills "${1:-2000}" ${ENGINES:+-engines "$ENGINES"}
  exit
fi

missed=0 found=0
for file in $(grep -rl --include='planted_*.go' '^//go:build planted_[a-z_]*$' server | sort); do
  name=$(basename "$file" .go)
  [[ -z ${2:-} || ${2:-} == "$name" ]] || continue
  engine=smsbox
  case $file in *loopback*) engine=loopback ;; esac
  go build -tags "$name" -o "$scratch/$name" ./server/crash
  code=0
  "$scratch/$name" -dir "$data" -kills 600 -databases sqlite -engines "$engine" >"$scratch/$name.txt" 2>&1 || code=$?
  if [[ $code == 1 ]]; then
    found=$((found + 1))
    printf '%-32s seen after %s: %s\n' "$name" "$(sed -nE 's/.*: ([0-9]+ kills) in.*/\1/p' "$scratch/$name.txt" | head -1)" "$(sed -nE 's/^ *BROKEN: //p' "$scratch/$name.txt" | head -1 | cut -c1-150)"
  else
    missed=$((missed + 1))
    printf '%-32s NOT SEEN (exit code %d)\n' "$name" "$code"
    tail -5 "$scratch/$name.txt"
  fi
  rm -f "$scratch/$name"
done
printf '%d planted bugs seen, %d missed\n' "$found" "$missed"
[[ $missed == 0 && $found -gt 0 ]]
