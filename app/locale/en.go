package locale

var english = &Locale{"en", Words{
	Thousands: ',', Decimal: '.',
	Months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
		"November", "December"},
	ShortMonths: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	Weekdays:    [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	ClockLayout: ", 15:04 MST",
	JustNow:     "just now", MinuteAgo: "1 minute ago", MinutesAgo: "%d minutes ago", HourAgo: "1 hour ago", HoursAgo: "%d hours ago",
	Yesterday: "yesterday", DaysAgo: "%d days ago",

	Language: "English",

	SkipToContent: "Skip to content", Menu: "Menu",
	Offices: "Offices", OfficesTitle: "News from our offices", Home: "Back to the news",

	Privacy: "Privacy", HowCounted: "How visits are counted",

	LatestNews: "Latest news", MostRead: "Most read",
	NoNews:   "No news yet",
	NewsFrom: "News of %s",
	Search:   "Search", SearchLabel: "Search the news",
	SearchResults: "Results for “%s”", NoResults: "No news about “%s”",

	Categories: "Categories", AllCategories: "All",
	Older: "Older news", Newer: "Newer news", Pages: "Pages of news",
	Page: "Page %s",

	By: "By %s", ReadAtHome: "Read it at %s", ReadingMinutes: "%s min read",
	Published: "Published",
	MoreNews:  "More news",

	Share: "Share", ShareThis: "Share this article", CopyLink: "Copy link",
	LinkCopied: "Link copied",
	Email:      "Email", ShareByEmail: "Share by email", Print: "Print", PrintArticle: "Print this article",
	ShareNative: "Share with another app", ShareTo: "Share on %s",
	ViewsBefore: "Viewed ", ViewsAfter: "×", ViewsCount: "Viewed %s×", SharesCount: "Shared %s×",

	FreshOne: "1 new article", FreshMany: "%s new articles",
	Keep: "Save for later", Settings: "App and settings",

	LoadFailed: "The news could not be loaded.",

	NotFoundTitle: "Page not found", NotFoundText: "The address may be mistyped, or the page has moved.",
	BadRequestTitle: "The request could not be understood", BadRequestText: "Please check the address you opened.",
	ForbiddenTitle: "This cannot be opened from here", ForbiddenText: "This link works only for pages of the office it belongs to.",
	ErrorTitle: "Something went wrong", ErrorText: "The fault is ours and has been noted. Please try again in a moment.",
	UnavailableTitle: "The news is hard to reach right now", UnavailableText: "Our server is busy or being repaired. Please try again in a moment.",
	TooManyTitle: "Too many requests", TooManyText: "Wait a moment, then try again.",

	WidgetTitle: "Latest news of %s",

	SnippetTitle: "Put the news on your site",
}}
