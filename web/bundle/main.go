// Command bundle builds the program of the reader's browser, small: web/app.wasm.br and web/app.wasm.gz, and web/app.exec.js, which
// starts it. Run it from anywhere in the repository; it does nothing while nothing changed. The same sources give the same bytes.
//
//	go run ./web/bundle          build what web/ embeds
//	go run ./web/bundle -size    say which package takes how many bytes, and what an update costs
//
// What keeps it small, measured with Go 1.26.8 on the whole app, in bytes raw and in brotli (9, except where it says 11):
//
//	stock go-app, -s -w                       7,978,909
//	without its server (see lean.go)          5,998,690
//	  and -gcflags=all=-l                     6,165,651   1,187,224   (11: 1,036,015)
//	  and without package regexp              5,635,331   1,081,036
//	  and without package math/big            5,568,980   1,068,899   (11:   934,000)
//
// -l keeps functions from being copied into their callers. The binary grows by 3 %, and still compresses 9 % better: 1,068,899 against
// 1,170,291 at the end of that list.
//
// Tried and left: -gcflags=-B saves 2 % and turns an index out of range into reading someone else's memory. GOEXPERIMENT=nogreenteagc
// saves 1 % and is announced to go. A larger brotli window saves 68 bytes. The name section goes with -s already, the other custom
// sections are some hundred bytes. wasm-opt gains nothing after brotli. The rest is the runtime (23 %), and data (40 %): line tables and
// types, which Go cannot leave out.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	out := flag.String("o", "web", "folder for app.wasm.br, app.wasm.gz and app.exec.js, from the repository's root")
	size := flag.Bool("size", false, "print the bytes of each package and of an update instead")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "bundle: unknown argument %q\n", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *out, *size); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string, size bool) error {
	b, err := newBuilder(ctx, os.Stdout)
	if err != nil {
		return err
	}
	if size {
		return b.printSizes(ctx)
	}
	return b.bundle(ctx, out)
}
