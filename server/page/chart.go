package page

import (
	"math"
	"strconv"
)

// chart is a row of bars, drawn as SVG in the office's colour by the style sheet. It is our own because the libraries looked at set style
// attributes, which our policy forbids, and fix their colours, which could not follow the reader's theme; and it is short. The words stand
// around the picture as HTML, so that they keep their size on a phone.
type chart struct {
	Label       string // what is seen, for those who cannot
	Width       int    // of the picture, in its own units; it is stretched to the page's
	Bars        []bar
	Median      float64 // where the line of the median is, from the top
	MedianText  string  // empty: there is no line
	Top, Middle string  // at the lines
	First, Last string  // below the first and the last bar
}

// bar is one of a chart, in the picture's units.
type bar struct {
	X           int
	Y, H        float64
	Name, Value string
}

const (
	chartHeight = 100
	barStep     = 10
)

// nice is the least round number from n whose half is round as well: 2, 4, 6, 8 or 10 times a power of ten.
func nice(n int64) int64 {
	for step := int64(1); ; step *= 10 {
		for _, m := range []int64{2, 4, 6, 8, 10} {
			if m*step >= n {
				return m * step
			}
		}
	}
}

// draw fills in where the bars stand. values and names go together; number writes a value.
func draw(values []int64, names []string, median float64, number func(int64) string) chart {
	top := int64(0)
	for _, v := range values {
		top = max(top, v)
	}
	top = nice(top)
	at := func(v float64) float64 { return math.Round((chartHeight-v/float64(top)*chartHeight)*100) / 100 }
	c := chart{Width: barStep * len(values), Median: at(median), Top: number(top), Middle: number(top / 2)}
	for i, v := range values {
		y := at(float64(v))
		if v > 0 {
			y = min(y, chartHeight-1) // one reader can be seen
		}
		c.Bars = append(c.Bars, bar{X: i * barStep, Y: y, H: chartHeight - y, Name: names[i], Value: number(v)})
	}
	c.First, c.Last = names[0], names[len(names)-1]
	return c
}

// part is a number as a percentage of the largest, for the bars beside a table's rows.
func part(n, largest int64) string {
	if largest <= 0 {
		return "0"
	}
	return strconv.FormatFloat(float64(n)/float64(largest)*100, 'f', 1, 64)
}
