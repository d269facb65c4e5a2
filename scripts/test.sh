#!/usr/bin/env bash
# Everything that must be green: portal, Go on SQLite, Go on a private MariaDB, race detector, crash harness, browser. Each part prints its
# tests; the first part that fails stops the run and shows its whole output. Parts can be named: scripts/test.sh go browser
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
log=$(mktemp -d)
# Databases of tests live in memory where there is room: a fresh schema takes 0.1 s there and 2 s on a disk.
scratch=$root/.cache
if [[ -w /dev/shm && $(df --output=avail -m /dev/shm | tail -1) -gt 6000 ]]; then scratch=/dev/shm/sealgate-test.$$; fi
mkdir -p "$scratch/tmp"
# Random walks start from one seed here, so that a run says something about the change and nothing about luck; "make walks" looks further.
export RAPID_SEED=${RAPID_SEED-20261122}
# Tests compile what "make build" does, as it does, so that no package is compiled twice.
export GOFLAGS="-trimpath -tags=nomsgpack ${GOFLAGS:-}"
export GOTMPDIR=${TMPDIR:-/tmp} TMPDIR=$scratch/tmp
maria=
started=$SECONDS
cleanup() {
  [[ -z $maria ]] || scripts/mariadb.sh stop "$maria"
  rm -rf "$log" "$scratch/tmp"
  [[ $scratch == "$root/.cache" ]] || rm -rf "$scratch"
}
trap cleanup EXIT
parts=${*:-portal go mariadb race crash browser}

part() { printf '\n== %s (%d s)\n' "$1" $((SECONDS - started)); }

# gotest LABEL ARGS…: runs go test -v, prints one line a test, the whole output where something failed.
gotest() {
  local label=$1; shift
  if go test -v "$@" >"$log/$label" 2>&1; then
    grep -E '^(--- (PASS|SKIP)|ok|FAIL|    [a-z_]+_test.go:[0-9]+: skipped)' "$log/$label" | sed -E 's/^(--- PASS: )/  \1/'
    printf '%s: %d tests passed, %d skipped\n' "$label" "$(grep -cE '^ *--- PASS' "$log/$label")" "$(grep -cE '^ *--- SKIP' "$log/$label" || true)"
  else
    cat "$log/$label"
    exit 1
  fi
}

scripts/deps.sh

for p in $parts; do
  case $p in
  portal)
    part "portal: types, lint, unit tests, build"
    make --no-print-directory frontend/node_modules/.package-lock.json
    (cd frontend && npm run --silent typecheck && npm run --silent lint && npm test --silent)
    make --no-print-directory build
    ;;
  go)
    part "go: vet, unit and story tests on SQLite"
    unformatted=$(gofmt -l server templates rules migrations configs)
    [[ -z $unformatted ]] || { echo "not in gofmt's form: $unformatted"; exit 1; }
    go vet ./...
    SEALGATE_TEST_S3SERVER=$(scripts/s3server.sh) || echo "the S3 server could not be built: its tests skip and say so"
    export SEALGATE_TEST_S3SERVER
    gotest sqlite -timeout 20m ./...
    ;;
  mariadb)
    part "go: the same stories on a private MariaDB"
    maria=$scratch/mariadb
    SEALGATE_TEST_MYSQL=$(scripts/mariadb.sh start "$maria")
    export SEALGATE_TEST_MYSQL
    gotest mariadb -timeout 20m -p 2 $(go list ./server/... | grep -vE '/(screening|paper|contracttemplate|archtest|errs|caldate|money|form)(/|$)|platform/(pdf|blob|crypt|failpoint)')
    scripts/mariadb.sh stop "$maria"; maria=
    unset SEALGATE_TEST_MYSQL
    ;;
  race)
    part "go: race detector where goroutines share memory"
    CGO_ENABLED=1 gotest race -race -short -timeout 20m ./server/screening/... ./server/platform/... ./server/authz/... ./server/batch/... ./server/handoff/...
    ;;
  crash)
    part "crash: servers and databases killed in the middle of the whole way"
    scripts/crash.sh 200
    ;;
  browser)
    part "browser: the whole way in Chromium"
    make --no-print-directory build
    (cd frontend && npm run --silent e2e)
    ;;
  *) echo "unknown part $p" >&2; exit 2 ;;
  esac
done
printf '\nall parts green in %d s: %s\n' $((SECONDS - started)) "$parts"
