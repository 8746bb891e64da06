# The commands of daily work. CI (.ci/run) uses the same ones.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c

TOOL     := go tool -modfile=.tools/go.mod
FUZZTIME ?= 20s
CALLS    ?= 200000
NODE     := .judges/node_modules/node/bin/node
GENKIT   := bin/judge-genkit

.PHONY: all
all: build fmt lint test ## build, format, lint and test

.PHONY: build
build: ## build the released form of the binary, bin/hexmcp
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o bin/hexmcp ./cmd/hexmcp

.PHONY: test
test: ## run all tests, offline
	go test ./...

.PHONY: race
race: ## run all tests under the race detector
	go test -race ./...

.PHONY: lint
lint: ## check formatting, vet and lint
	@unformatted=$$($(TOOL) gofumpt -l $$(git ls-files '*.go')); \
	  test -z "$$unformatted" || { echo "make fmt would change:" $$unformatted; exit 1; }
	go vet ./...
	go vet -tags soak ./cmd/hexmcp
	$(TOOL) golangci-lint run ./...

.PHONY: fmt
fmt: ## format all Go files
	$(TOOL) gofumpt -w $$(git ls-files '*.go')

# Tests that can write what they compare with. They write, and compare nothing.
GENERATORS := ^Test(Golden|Conversations$$)

.PHONY: generate
generate: ## write golden files, example requests, conversations and tables of the README anew
	go test $$(git grep -l 'flag.Bool("update"' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's,^,./,') \
	  -run '$(GENERATORS)' -update

.PHONY: fuzz
fuzz: ## fuzz each target for FUZZTIME
	@go test -list '^Fuzz' ./... \
	  | awk '/^Fuzz/ { targets[n++] = $$1 } /^ok/ { for (i = 0; i < n; i++) print targets[i], $$2; n = 0 }' \
	  | while read -r target package; do \
	      echo "$$target in $$package"; \
	      go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$package" </dev/null; \
	    done

.PHONY: bench
bench: build ## print the table of speed, memory and size that the README holds
	go run ./cmd/bench bin/hexmcp

.PHONY: soak
soak: ## make CALLS calls a door, with faults and hostile clients; about a quarter of an hour
	go test -tags soak -timeout 60m -run TestSoak -v ./cmd/hexmcp -calls $(CALLS)

.PHONY: nightly
nightly: ## what takes too long for CI, about an hour: long fuzzing and the soak
	$(MAKE) fuzz FUZZTIME=5m
	$(MAKE) soak

.PHONY: judges
judges: build $(NODE) $(GENKIT) ## let clients that we did not write judge the binary
	.judges/run

.PHONY: hosts
hosts: build $(NODE) ## judge what the models behind three hosts are sent; SHOW=1 prints it
	$(NODE) .judges/hosts.mjs bin/hexmcp $(if $(SHOW),--show)

.PHONY: installs
installs: build $(NODE) ## set real clients up with hexmcp install, and let them list the server
	$(NODE) .judges/installs.mjs bin/hexmcp

$(GENKIT): $(wildcard .judges/genkit/*)
	go -C .judges/genkit build -o ../../$@ .

$(NODE): .judges/package-lock.json
	npm --prefix .judges ci --no-progress
	@touch $@

.PHONY: help
help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile
