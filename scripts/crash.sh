#!/usr/bin/env bash
# Kills servers and their database in the middle of the whole way (server/crash/README.md).
#   scripts/crash.sh [KILLS]         so many kills (2,000), shared among all engines, each on SQLite and on MariaDB; with few of them the
#                                    engines take turns on the databases. Progress every minute, a line for each pair at the end; exit code 1
#                                    where a promise is broken, 2 where it could not be carried out. (ENGINES=http,nats DATABASES=sqlite: only those)
#   scripts/crash.sh planted [NAME]  proves that the harness sees: builds the program with each planted bug and expects to be told
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PATH:/usr/sbin GOFLAGS="-buildvcs=false ${GOFLAGS:-}" CGO_ENABLED=0
scratch=$(mktemp -d)
# The files of the runs live in memory where there is room: nothing here waits for a disk.
data=$scratch
if [[ -w /dev/shm && $(df --output=avail -m /dev/shm | tail -1) -gt 4000 ]]; then data=$(mktemp -d /dev/shm/sealgate-crash.XXXX); fi
# Whatever ends this: no database of its own stays behind, and no file.
child=
sweep() {
  if [[ -n $child ]]; then
    kill "$child" 2>/dev/null || true
    wait "$child" || true
  fi
  for pid in "$data"/crash-*/mariadb/pid; do [[ ! -f $pid ]] || kill -9 "$(cat "$pid")" 2>/dev/null || true; done
  rm -rf "$scratch" "$data"
}
trap sweep EXIT
trap 'exit 2' TERM INT

if [[ ${1:-} != planted ]]; then
  go build -o "$scratch/crash" ./server/crash
  "$scratch/crash" -dir "$data" -kills "${1:-2000}" ${ENGINES:+-engines "$ENGINES"} ${DATABASES:+-databases "$DATABASES"} &
  child=$! code=0
  wait "$child" || code=$?
  child=
  exit "$code"
fi

missed=0 found=0
for file in $(grep -rl --include='planted_*.go' '^//go:build planted_[a-z_]*$' server | sort); do
  name=$(basename "$file" .go)
  [[ -z ${2:-} || ${2:-} == "$name" ]] || continue
  engine=smsbox
  case $file in *loopback*) engine=loopback ;; *smslink*) engine=cmpp ;; *natsq*) engine=nats ;; esac
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
