package stats

import "math"

// Rate is an engagement rate: share clicks ÷ views, as a fraction, with the interval that holds the true one with 95 % confidence.
// Without views there is none, and both pointers are nil; where there are more clicks than views (one reader may share to several networks, and a
// share may come without a counted view) the fraction stands without an interval, which is only defined for a proportion.
type Rate struct {
	Value *float64 `json:"value,omitempty"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
}

// z is the standard normal distribution's quantile for 95 % on two sides.
const z = 1.959963984540054

// Engagement is the rate of share clicks among views. Its interval is Wilson's score interval, which holds for small numbers too: E. B. Wilson,
// "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American Statistical Association 22 (1927), 209–212, as
// recommended for small n by L. D. Brown, T. T. Cai and A. DasGupta, "Interval Estimation for a Binomial Proportion", Statistical
// Science 16 (2001), 101–133.
func Engagement(shares, views int64) Rate {
	if views <= 0 {
		return Rate{}
	}
	n, p := float64(views), float64(shares)/float64(views)
	if shares > views || shares < 0 {
		return Rate{Value: &p}
	}
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	low, high := max(middle-half, 0), min(middle+half, 1)
	if shares == 0 {
		low = 0 // exactly; rounding may say otherwise
	}
	if shares == views {
		high = 1
	}
	return Rate{&p, &low, &high}
}
