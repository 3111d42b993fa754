package locale

import "strings"

// Format is a wording with one place, %s, for a value. It is a type of its own so that it cannot be shown with its place unfilled.
type Format string

// With returns the wording with value in its place.
func (f Format) With(value string) string { return strings.Replace(string(f), "%s", value, 1) }

// Section is a headed part of a page of text.
type Section struct {
	Title      string
	Paragraphs []string
}

// Words are one language's words. Every field of every language is filled, by test.
type Words struct {
	// How the language writes numbers and times. Weekdays begin with Sunday, ClockLayout is a layout of package time, and the
	// spans are formats of go-humanize.
	Thousands, Decimal                                                    rune
	Months, ShortMonths                                                   [12]string
	Weekdays                                                              [7]string
	ClockLayout                                                           string
	JustNow, MinuteAgo, MinutesAgo, HourAgo, HoursAgo, Yesterday, DaysAgo string

	// Language is the language's own name for itself.
	Language string

	// The frame of every page.
	SkipToContent, Menu         string
	Offices, OfficesTitle, Home string
	Privacy, HowCounted         string

	// The news page and its lists.
	LatestNews, MostRead, NoNews string
	NewsFrom                     Format // office
	Search, SearchLabel          string
	SearchResults                Format // what was searched
	NoResults                    Format // what was searched
	Categories, AllCategories    string
	Older, Newer, Pages          string
	Page                         Format // number

	// The article.
	By, ReadAtHome, ReadingMinutes Format // author; site; minutes
	Published                      string
	MoreNews                       string

	// Sharing. The number of views stands in an element between ViewsBefore and ViewsAfter; ViewsCount is the same in one.
	Share, ShareThis, CopyLink, LinkCopied                string
	Email, ShareByEmail, Print, PrintArticle, ShareNative string
	ShareTo                                               Format // network
	ViewsBefore, ViewsAfter                               string
	ViewsCount, SharesCount                               Format // number

	// News that came while the page was open: one article; more of them, a number.
	FreshOne  string
	FreshMany Format

	// Keeping an article on the device; the page of settings.
	Keep, Settings string

	// Failing.
	LoadFailed                        string
	NotFoundTitle, NotFoundText       string
	BadRequestTitle, BadRequestText   string
	ForbiddenTitle, ForbiddenText     string
	ErrorTitle, ErrorText             string
	UnavailableTitle, UnavailableText string
	TooManyTitle, TooManyText         string

	// The widget: its footer, its own name for those who cannot see it, and where its links go.
	WidgetTitle Format // office

	// SnippetTitle is the title of the page that SnippetWords are for.
	SnippetTitle string
}
