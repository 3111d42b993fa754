# make run and make test are all that a newcomer needs; the rest is for those who work on Kabar.
.PHONY: run build bundle test chromium postgres nginx browsers bench audit fuzz size screenshots clean

run: build ## build everything and serve the example office on 127.0.0.1:8080
	./bin/kabar serve

build: bundle ## build bin/kabar with the app inside
	go build -trimpath -ldflags="-s -w" -o bin/kabar ./server

bundle: ## build the WebAssembly app and compress it, if anything of it changed
	go run ./web/bundle

test: bundle chromium postgres nginx ## vet, then every test, browser tests included
	go vet ./...
	go test -timeout 30m ./...

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

nginx: ## install nginx, of which a test runs one of its own
	$(call package,command -v nginx || test -x /usr/sbin/nginx,nginx-light,nginx)

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
	go test ./server/e2e -run TestScreenshots -screenshots ../../docs

clean:
	rm -rf bin web/app.wasm* web/app.exec.js
