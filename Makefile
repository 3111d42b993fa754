# make run and make test are all that a newcomer needs; the rest is for those who work on Kabar.
.PHONY: run build bundle dist reproduce test chromium postgres proxies browsers bench audit fuzz size screenshots clean

run: build ## build everything and serve the example office on 127.0.0.1:8080
	./bin/kabar serve

build: bundle ## build bin/kabar with the app inside; nodynamic keeps the picture library from looking for one of the machine's
	CGO_ENABLED=0 go build -trimpath -tags nodynamic -ldflags="-s -w" -o bin/kabar ./server

dist: bundle ## make the release: static archives for amd64 and arm64, with guides, examples and the list of parts, in bin/dist
	go run ./server/release

reproduce: ## make the release of the last commit in two other folders, and compare
	@t=$$(mktemp -d); trap 'rm -rf "$$t"' EXIT; commit=$$(git rev-parse HEAD); for d in one another/place; do \
		git clone -q . "$$t/$$d" && git -C "$$t/$$d" checkout -q --detach $$commit && $(MAKE) -s -C "$$t/$$d" dist || exit 1; done; \
	cat "$$t/one/bin/dist/SHA256SUMS"; cmp "$$t/one/bin/dist/SHA256SUMS" "$$t/another/place/bin/dist/SHA256SUMS" && echo "twice the same"

bundle: ## build the WebAssembly app and compress it, if anything of it changed
	go run ./web/bundle

test: bundle chromium postgres proxies ## vet, then every test, browser tests included
	go vet ./...
	go vet -tags browser ./server/e2e
	go test -tags browser -timeout 30m ./...

# $(call package,found,name,what): install a package of the distribution's unless its program is found
package = @{ $(1); } >/dev/null 2>&1 || { \
		sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
		if command -v apt-get >/dev/null && { [ -z "$$sudo" ] || command -v sudo >/dev/null; }; then \
			echo "installing $(3) for the tests"; \
			$$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends $(2) >/dev/null; \
		else \
			echo "the tests need $(3): install your distribution's package $(2) and run make test again" >&2; exit 1; \
		fi; }

chromium: ## install Chromium from the distribution's packages if there is none
	$(call package,command -v chromium || command -v chromium-browser || command -v google-chrome,chromium,Chromium)

postgres: ## install PostgreSQL, of which the tests run servers of their own
	$(call package,command -v initdb || ls /usr/lib/postgresql/*/bin/initdb,postgresql,PostgreSQL)

proxies: ## unpack nginx and Caddy for their tests from the distribution's packages, without installing: no service is to start
	@for p in nginx caddy; do command -v $$p >/dev/null || ls .build/proxies/usr/*bin/$$p >/dev/null 2>&1 || { \
		if command -v apt-get >/dev/null && command -v dpkg >/dev/null; then \
			echo "unpacking $$p for the proxies' tests"; mkdir -p .build/proxies && cd .build/proxies && \
			{ apt-get download -qq $$p 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get download -qq $$p; }; } && dpkg -x $${p}_*.deb . && rm $${p}_*.deb && cd ../..; \
		else \
			echo "the proxies' tests need $$p: install your distribution's package $$p and run make test again" >&2; exit 1; \
		fi; } || exit 1; done

browsers: bundle ## try the main path in Firefox and WebKit, installed from the distribution's packages if need be
	go run ./server/e2e/browsers

bench: bundle postgres ## print the server's rates, each beside its ceiling in the same run
	go test ./server/count ./server/page ./server/canon -run '^$$' -bench . -benchtime 1s
	go run ./server/bench

audit: bundle chromium ## print what a reader on a cheap phone gets, by Lighthouse 12 (needs Node), beside stock go-app
	go run ./server/audit

fuzz: ## fuzz each parser of foreign input for half a minute
	@for p in $$(go list ./...); do for f in $$(go test $$p -list '^Fuzz' | grep ^Fuzz || true); do \
		echo "$$p $$f"; go test $$p -run '^$$' -fuzz "^$$f$$" -fuzztime 30s || exit 1; done; done

size: ## say by package what the bytes of the app are
	go run ./web/bundle -size

screenshots: bundle chromium ## take the pictures of docs/ again
	go test -tags browser ./server/e2e -run TestScreenshots -screenshots ../../docs

clean:
	rm -rf bin web/app.wasm* web/app.exec.js
