#!/usr/bin/env bash
# Figures, not tests: one run, one table. Compare only figures of one run on one machine.
set -euo pipefail
cd "$(dirname "$0")/.."
echo "machine: $(nproc) cores, $(go version | cut -d' ' -f3,4)"
scripts/bench-peers.sh
go test -run '^$' -bench . -benchtime 2s -timeout 30m \
  ./server/screening/ ./server/batch/ ./server/bill/ ./server/dunning/ ./server/simulate/ ./server/paper/ ./server/platform/pdf/ 2>&1 |
  grep -vE '^(goos|goarch|pkg|cpu|PASS|ok|\?|testing:)' || true
echo "a number among 100 million messages"
SEALGATE_BENCH_FIND=${SEALGATE_BENCH_FIND:-100000000} go test -run '^$' -bench Find -benchtime 200x -timeout 30m ./server/evidence/ 2>&1 | grep -E '^Benchmark'
echo "the program takes a million rows in, and what a message takes in storage, by part: source file, chunks, verdicts, runs, rows"
make -s bench-intake
echo "a million messages: approved, into the queue of a fleet, a receipt for each (three times; compare the middle one)"
echo "what limits: of the hand-off %-opening chunks, %-numbers against lists and frequency, the rest one transaction a chunk and the queue's"
echo "writing through; of receipts one transaction a chunk; and the processor where the busy cores are near to one, else the disk or others"
go test -run '^$' -bench Queue -benchtime 1x -count 3 -timeout 30m ./server/handoff/ 2>&1 | grep -E '^Benchmark'
echo "the same batch over loopback, an engine of single messages that keeps each as rows"
go test -run '^$' -bench 'Way/100000$' -benchtime 1x -timeout 30m ./server/handoff/ 2>&1 | grep -E '^Benchmark'
