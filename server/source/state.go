package source

import (
	"log/slog"
	"time"
)

const (
	// warnAgain is how often the failure of a source is told while it lasts.
	warnAgain = 24 * time.Hour
	// relapse is from which failure in a row on a source that failed, recovered and fails again within warnAgain is told anew. One that
	// comes and goes all day stays one warning.
	relapse = 3
)

// failed keeps why a source could not be read, and logs it: the first time, then once a day.
func (st *State) failed(reason string, now time.Time, log *slog.Logger, message string) {
	st.Error = reason
	if now.Sub(st.Warned) < warnAgain && (st.Told || st.Failures < relapse) {
		return
	}
	st.Warned, st.Told = now, true
	log.Warn(message, "reason", reason, "failures", st.Failures, "next", st.Next.Format(time.RFC3339))
}

// recovered keeps that a source was read, and logs it when its failure was logged.
func (st *State) recovered(now time.Time, log *slog.Logger, message string) {
	if st.Failures > 0 && st.Told {
		log.Info(message, "failures", st.Failures)
	}
	st.Told, st.Failures, st.Succeeded, st.Error = false, 0, now, ""
}

// Names are the sources of an office, as the store knows them.
func (s Site) Names() []string {
	names := append([]string{}, s.Feeds...)
	for _, page := range s.Pages {
		names = append(names, page.URL)
	}
	if s.Posts != nil {
		names = append(names, PostsSource)
	}
	return names
}
