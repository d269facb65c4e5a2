#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(gofmt -l server templates rules migrations configs bench); [[ -z $out ]] || { echo "gofmt: $out"; exit 1; }
go vet ./...
go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
(cd frontend && npm run --silent typecheck && npm run --silent lint)
