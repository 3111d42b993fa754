package count_test

import (
	"fmt"
	"net/netip"
	"strconv"
	"sync/atomic"
	"testing"

	"kabar/app/news"
	"kabar/server/count"
)

// BenchmarkDurableViews compares 64 readers whose events share transactions with one reader after the other, each with a transaction of its own.
func BenchmarkDurableViews(b *testing.B) {
	for _, parallel := range []int{1, 64} {
		b.Run(fmt.Sprintf("readers=%d", parallel), func(b *testing.B) {
			f := start(b)
			slugs := f.articles(10)
			var n atomic.Int64
			b.SetParallelism(max(1, parallel/2)) // times GOMAXPROCS
			one := func() {
				i := n.Add(1)
				r := count.Reader{Addr: netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), Agent: "bench"}
				if _, err := f.counter.Submit(b.Context(), f.office, r, []news.Event{{ID: "event-" + strconv.FormatInt(i, 10), Type: news.View, Article: slugs[i%10]}}); err != nil {
					b.Error(err)
				}
			}
			b.ResetTimer()
			if parallel == 1 {
				for range b.N {
					one()
				}
			} else {
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						one()
					}
				})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "views/s")
		})
	}
}
