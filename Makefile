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

# What is released. Nothing of the time and the place of a build gets into it.
RELEASE   ?= $(shell sed -n 's/^\tversion *= "\(.*\)"/\1/p' cmd/dist/facts.go)
COMMIT     = $(shell git rev-parse --short HEAD)
DATE       = $(shell TZ=UTC0 git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ)
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: bundles
bundles: ## build bundles for Claude Desktop, bin/bundles/*.mcpb, for all PLATFORMS
	@go build -o bin/dist ./cmd/dist
	@for platform in $(PLATFORMS); do \
	  os=$${platform%/*} arch=$${platform#*/} program=bin/platforms/$$platform/hexmcp; \
	  CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -trimpath -buildvcs=false \
	    -ldflags='-s -w -X main.release=$(RELEASE) -X main.commit=$(COMMIT) -X main.date=$(DATE)' -o $$program ./cmd/hexmcp; \
	  bin/dist bundle $$program $$os $$arch bin/bundles; \
	done

.PHONY: man
man: ## write the man pages into bin/man
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) go test ./cmd/hexmcp -count=1 -run '^TestEachCommandHasAManPage$$' -man $(CURDIR)/bin/man

.PHONY: completions
completions: ## write what shells complete into bin/completions
	@mkdir -p bin/completions
	@for shell in bash:hexmcp.bash zsh:_hexmcp fish:hexmcp.fish; do \
	  go run ./cmd/hexmcp completion $${shell%:*} >bin/completions/$${shell#*:}; \
	done

GORELEASER := bin/goreleaser

$(GORELEASER) bin/cyclonedx-gomod: .release/go.mod
	go -C .release build -o ../bin/ github.com/goreleaser/goreleaser/v2 github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod
	@touch bin/goreleaser bin/cyclonedx-gomod

GORELEASE = PATH="$(CURDIR)/bin:$$PATH" $(GORELEASER)

.PHONY: snapshot
snapshot: $(GORELEASER) ## build all of a release but the container image into dist, and publish nothing
	$(GORELEASE) check --config .release/goreleaser.yaml
	$(GORELEASE) release --config .release/goreleaser.yaml --snapshot --clean --skip=docker

.PHONY: release-check
release-check: $(GORELEASER) ## check what a release is, and build the program of this platform as it would
	$(GORELEASE) check --config .release/goreleaser.yaml
	$(GORELEASE) build --config .release/goreleaser.yaml --snapshot --clean --single-target --skip=before

.PHONY: reproducible
reproducible: ## build all of a release twice, in two places without a common cache, and compare the checksums
	.release/reproducible

.PHONY: release
release: $(GORELEASER) ## publish the release whose tag is checked out; see CONTRIBUTING.md
	$(GORELEASE) release --config .release/goreleaser.yaml --clean
	bin/dist server-json bin/bundles/*.mcpb >dist/server.json

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
	go vet -tags soak,cluster ./cmd/hexmcp
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
	      .ci/fuzz "$$target" "$$package" $(FUZZTIME); \
	    done

.PHONY: bench
bench: build ## print the table of speed, memory and size that cmd/bench/README.md holds; ONLY="start memory" a part of it
	go run ./cmd/bench bin/hexmcp $(ONLY)

.PHONY: bench-peers
bench-peers: build $(NODE) ## compare with a server on mcp-go and one on the official SDK for Node that make the same calls
	go run ./cmd/bench bin/hexmcp peers $(NODE)

.PHONY: soak
soak: ## make CALLS calls a door, with faults and hostile clients; about a quarter of an hour
	go test -tags soak -timeout 60m -run TestSoak -v ./cmd/hexmcp -calls $(CALLS)

.PHONY: cluster
cluster: ## kill one of three replicas behind nginx, then their Redis, under load; needs nginx and redis-server
	PATH="$$PATH:/usr/sbin" go test -tags cluster -count=1 -run TestCluster -v ./cmd/hexmcp

.PHONY: nightly
nightly: ## what takes too long for CI, about an hour: long fuzzing, the soak and a release built twice
	$(MAKE) fuzz FUZZTIME=5m
	$(MAKE) soak
	$(MAKE) reproducible

.PHONY: judges
judges: build $(NODE) $(GENKIT) ## let clients that we did not write judge the binary
	.judges/run

.PHONY: deploy-check
deploy-check: build ## judge the examples of deployment by the types of Kubernetes and Compose, and start hexmcp as they do
	go -C server/deploy/check vet ./...
	go -C server/deploy/check test ./...

.PHONY: hosts
hosts: build $(NODE) ## judge what the models behind three hosts are sent; SHOW=1 prints it
	$(NODE) .judges/hosts.mjs bin/hexmcp $(if $(SHOW),--show)

.PHONY: distribution
distribution: $(NODE) ## let the tools of stores and clients judge what they are told, and start the server as they do
	$(MAKE) bundles PLATFORMS="$$(go env GOOS)/$$(go env GOARCH)"
	$(NODE) .judges/distribution.mjs "bin/bundles/hexmcp-$$(go env GOOS)-$$(go env GOARCH).mcpb"

.PHONY: installs
installs: build $(NODE) ## set real clients up with hexmcp install, and let them list the server
	$(NODE) .judges/installs.mjs bin/hexmcp

.PHONY: page
page: build ## open the page of hexmcp http in Chromium; SHOTS=DIR keeps screenshots
	.judges/page

$(GENKIT): $(wildcard .judges/genkit/*)
	go -C .judges/genkit build -o ../../$@ .

$(NODE): .judges/package-lock.json
	npm --prefix .judges ci --no-progress
	@touch $@

.PHONY: help
help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' Makefile
