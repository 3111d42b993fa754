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

	CountRuleTitle: "How visits are counted",
	CountRuleIntro: "The number below an article says how often people have viewed it. We count readers without learning who they are.",
	CountRule: []Section{
		{"What is counted", []string{
			"A visit is counted when the article’s page is really visible on the screen. Each reader counts once for each article on each day, by the office’s local time. Reloading the page adds nothing.",
			"A share is counted when a share link is followed: once for each reader, article and network on the same day. What you then send there is unknown to us.",
		}},
		{"What is not counted", []string{
			"Known robots, search engines and the link-preview fetchers of messaging apps are refused. A page that was loaded in the background and never shown is not counted. Without JavaScript the news can be read all the same, but the visit is not counted.",
		}},
		{"How one reader is told from another", []string{
			"From the internet (IP) address and the browser’s name the server computes a short code (a hash) with a secret key and a salt that is made anew each day. That salt is destroyed within 48 hours, and with it every code made from it. After that nobody, ourselves included, can connect the numbers with their readers.",
			"Neither the IP address nor the browser’s name is ever stored, not in the server’s logs either. What stays is only sums: per article and day, by where the article was read and the network it was shared on.",
			"This is not perfect, and chosen knowingly: two people with the same network and browser may count as one, and one person with two devices counts as two.",
		}},
		{"On your device", []string{
			"Readers are given no cookies. Our pages and widgets contact no third party, social networks included, before you click its link.",
			"News saved for reading offline, your choice of appearance and visits not yet sent are kept only in your browser and vanish when you clear the site’s data. Each message carries a random number so that it is not counted twice; the number says nothing about you.",
			"If you turn notifications on, the server keeps the address that your browser’s notification service gives it (Google’s, Mozilla’s, Apple’s or Microsoft’s), a key to encrypt what it sends, and the categories you choose; no IP address and no browser name. All of it is deleted as soon as you turn them off, or as soon as that service says that the address is no longer valid.",
		}},
		{"The law and your rights", []string{
			"As long as a day’s code exists we treat it as personal data under Indonesia’s Law No. 27 of 2022 on Personal Data Protection (UU PDP): as little as possible is collected, only for counting, and it is destroyed in time.",
			"Questions and objections may be put to the office that publishes this news.",
		}},
	},
}}
