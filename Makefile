# Sealgate 信闸. `make help` lists what there is.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export CGO_ENABLED ?= 0

BIN := bin/sealgate
WEB := frontend/dist/index.html
WEB_SRC := $(shell find frontend/src frontend/public frontend/scripts frontend/index.html frontend/package-lock.json frontend/vite.config.ts -type f 2>/dev/null)
GO_SRC := $(shell find server rules templates migrations configs frontend/embed.go -type f -not -name '*_test.go' 2>/dev/null)
DATA ?= data
ROWS ?= 1000000

.PHONY: help run build web gen test test-go test-mariadb test-web test-browser walks crash crash-planted bench bench-intake eval lint clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: build ## build everything and serve the portal with demo users and data on http://127.0.0.1:8080
	@SEALGATE_DATA_DIR=$${SEALGATE_DATA_DIR:-$(DATA)} $(BIN) serve --demo

build: $(BIN) ## the one program, portal inside

$(BIN): $(WEB) $(GO_SRC) go.mod go.sum
	@mkdir -p bin
	go build -trimpath -tags nomsgpack -ldflags='-s -w' -o $@ ./server

web: $(WEB) ## the portal

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(WEB): frontend/node_modules/.package-lock.json $(WEB_SRC)
	cd frontend && npm run build

gen: frontend/node_modules/.package-lock.json ## API description and the portal's client from the Go types
	go run ./server openapi > frontend/src/api/openapi.json.new # a program that doesn't build must not leave an empty description
	mv frontend/src/api/openapi.json.new frontend/src/api/openapi.json
	cd frontend && npm run gen

test: ## everything: unit, stories on SQLite and MariaDB, Kannel, portal, browser
	@scripts/test.sh

WALKS ?= 1000
walks: ## the random walks further than "make test" goes: a new seed each time, WALKS=1000 ways each
	RAPID_SEED=0 RAPID_CHECKS=$(WALKS) go test -timeout 3h $$(grep -rl pgregory.net/rapid server --include='*_test.go' | xargs -n1 dirname | sort -u | sed 's,^,./,')

EVAL_DATA ?= ../shared/data/screening/dev.tsv
eval: ## how well the shipped rules do on labelled messages (EVAL_DATA=file of class<TAB>text)
	@mkdir -p bin && go build -o bin/eval ./server
	@bin/eval rules check rules | tail -1
	@bin/eval rules eval --rules rules $(EVAL_DATA)
	@echo
	@bin/eval rules eval --rules rules --cross 6 $(EVAL_DATA)
	@echo
	@bin/eval rules eval --rules rules --evade $(EVAL_DATA)
	@echo
	@bin/eval rules eval --rules rules --contacts $(EVAL_DATA)

crash: ## 2,000 kills of servers and databases in the middle of the whole way (KILLS=n), then the planted bugs
	@scripts/crash.sh $(KILLS)
	@scripts/crash.sh planted

crash-planted: ## only the proof that the crash harness sees bugs
	@scripts/crash.sh planted

bench: ## measure: intake, screening, bills, PDFs
	@scripts/bench.sh

bench-intake: $(BIN) ## only the program taking large files in (time, processor time, memory) and what a message takes in storage, ROWS=1000000
	@go run ./bench/intake -program $(BIN) -rows $(ROWS)
	@go test -run '^$$' -bench Storage -benchtime 1x -timeout 10m ./server/evidence/ 2>&1 | grep -E '^Benchmark'

lint: frontend/node_modules/.package-lock.json ## go vet, gofmt, staticcheck, portal types and lint
	@scripts/lint.sh

clean: ## what builds leave behind (not data/)
	rm -rf bin frontend/dist/assets frontend/dist/index.html* frontend/node_modules .cache
