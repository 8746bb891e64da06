package hexsim

import (
	"time"

	"hexmcp/hexapi"
)

// demoProjects is what the workspace's projects are at the start.
func demoProjects() []seedProject {
	return append(publishedProjects(), otherProjects()...)
}

func publishedProjects() []seedProject {
	return []seedProject{
		{
			id: ProjectRevenue, title: "Weekly revenue review", description: "Net revenue by region and channel against plan; read in the Monday meeting.",
			creator: UserChiara, status: "Production", categories: []string{"Finance"}, review: true,
			created: 420 * day, edited: 2 * day, published: 2 * day, viewed: 3 * time.Hour, version: 17, scheduledFor: 35 * time.Second,
			views: hexapi.AppViews{AllTime: 4812, LastSevenDays: 63, LastFourteenDays: 121, LastThirtyDays: 270},
			schedules: []hexapi.Schedule{{
				Cadence: "DAILY", Enabled: true, Daily: &hexapi.DailySchedule{Hour: 6, Minute: 0, Timezone: "+01:00"},
			}},
			sharing: shared(hexapi.AppOnly, sharing{
				users:       grants{{UserChiara, hexapi.FullAccess}, {UserElif, hexapi.CanView}},
				groups:      grants{{GroupAnalytics, hexapi.CanEdit}, {GroupLeadership, hexapi.AppOnly}},
				collections: grants{{CollectionExecutive, hexapi.AppOnly}},
			}),
		},
		{
			id: ProjectForecast, title: "Demand forecast", description: "Units per product and region for the next weeks; choose region and horizon.",
			creator: UserDev, status: "Approved", categories: []string{"Machine learning", "Operations"},
			created: 260 * day, edited: 6 * day, published: 8 * day, viewed: 26 * time.Hour, version: 9, scheduledFor: 4 * time.Minute,
			views: hexapi.AppViews{AllTime: 1204, LastSevenDays: 22, LastFourteenDays: 41, LastThirtyDays: 96},
			schedules: []hexapi.Schedule{{
				Cadence: "WEEKLY", Enabled: true,
				Weekly: &hexapi.WeeklySchedule{DayOfWeek: "MONDAY", DailySchedule: hexapi.DailySchedule{Hour: 4, Minute: 30, Timezone: "+01:00"}},
			}},
			inputs: []input{
				{name: "region", cell: "DROPDOWN", dataType: "string", choices: []string{"North", "South", "East", "West"}},
				{name: "horizon_days", cell: "SLIDER", dataType: "number", low: 1, high: 90},
				{name: "start_date", cell: "DATE", dataType: "date"},
				{name: "include_promos", cell: "CHECKBOX", dataType: "boolean"},
				{name: "note", cell: "TEXT_INPUT", dataType: "string"},
			},
			savedViews: []hexapi.UUID{ViewForecastNorth},
			sharing: shared(hexapi.CanView, sharing{
				users:       grants{{UserDev, hexapi.FullAccess}},
				collections: grants{{CollectionPlatform, hexapi.CanEdit}},
			}),
		},
		{
			id: ProjectFails, title: "Supplier invoice reconciliation", description: "Matches invoices with deliveries. Broken since the supplier API changed its dates.",
			creator: UserElif, owner: UserChiara, status: "In review", categories: []string{"Finance", "Operations"},
			created: 180 * day, edited: day, published: 30 * day, viewed: 3 * day, version: 3, fails: true, scheduledFor: 48 * time.Second,
			views: hexapi.AppViews{AllTime: 233, LastSevenDays: 2, LastFourteenDays: 6, LastThirtyDays: 19},
			schedules: []hexapi.Schedule{{
				Cadence: "DAILY", Enabled: true, Daily: &hexapi.DailySchedule{Hour: 2, Minute: 0, Timezone: "+01:00"},
			}},
			sharing: shared(hexapi.NoAccess, sharing{users: grants{{UserChiara, hexapi.FullAccess}}, groups: grants{{GroupFinance, hexapi.CanEdit}}}),
		},
		{
			id: ProjectSlow, title: "Churn model training", description: "Trains the churn model on two years of orders; takes about two hours.",
			creator: UserDev, status: "Production", categories: []string{"Machine learning", "Customer"},
			created: 150 * day, edited: 12 * day, published: 12 * day, viewed: 2 * day, version: 6, runFor: SlowRunFor,
			views: hexapi.AppViews{AllTime: 310, LastSevenDays: 5, LastFourteenDays: 9, LastThirtyDays: 25},
			schedules: []hexapi.Schedule{{
				Cadence: "CUSTOM", Enabled: false, Custom: &hexapi.CustomSchedule{Cron: "0 2 1,15 * *", Timezone: "+00:00"},
			}},
			sharing: shared(hexapi.NoAccess, sharing{groups: grants{{GroupAnalytics, hexapi.FullAccess}}, collections: grants{{CollectionPlatform, hexapi.CanView}}}),
		},
		{
			id: ProjectAttribution, title: "Paid marketing attribution", description: "Which campaign brought which order, by last touch and by Shapley value.",
			creator: UserBruno, owner: UserDev, status: "Approved", categories: []string{"Growth"},
			created: 330 * day, edited: 20 * day, published: 21 * day, viewed: 30 * time.Hour, version: 11,
			views: hexapi.AppViews{AllTime: 1980, LastSevenDays: 31, LastFourteenDays: 58, LastThirtyDays: 133},
			inputs: []input{
				{name: "channels", cell: "MULTISELECT", dataType: "list", choices: []string{"Search", "Social", "Email", "Affiliates"}},
				{name: "period", cell: "DATE_RANGE", dataType: "date range"},
			},
			sharing: shared(hexapi.AppOnly, sharing{groups: grants{{GroupMarketing, hexapi.CanView}}, collections: grants{{CollectionGrowth, hexapi.AppOnly}}}),
		},
		{
			id: ProjectInventory, title: "Inventory health by warehouse", description: "Stock cover, write-offs and what runs out this week.",
			creator: UserChiara, owner: UserBruno, status: "Production", categories: []string{"Operations"},
			created: 290 * day, edited: 33 * day, published: 33 * day, viewed: 50 * time.Minute, version: 22, scheduledFor: 70 * time.Second,
			views: hexapi.AppViews{AllTime: 9055, LastSevenDays: 140, LastFourteenDays: 266, LastThirtyDays: 581},
			schedules: []hexapi.Schedule{{
				Cadence: "HOURLY", Enabled: true, Hourly: &hexapi.HourlySchedule{Minute: 15, Timezone: "+00:00"},
			}},
			sharing: shared(hexapi.CanView, sharing{collections: grants{{CollectionExecutive, hexapi.AppOnly}}}),
		},
		{
			id: ProjectRetention, title: "Customer retention cohorts",
			creator: UserDev, status: "Deprecated", categories: []string{"Customer"},
			created: 500 * day, edited: 200 * day, published: 210 * day, viewed: 104 * day, version: 4,
			views: hexapi.AppViews{AllTime: 640},
			schedules: []hexapi.Schedule{{
				Cadence: "MONTHLY", Enabled: false,
				Monthly: &hexapi.MonthlySchedule{Day: 1, DailySchedule: hexapi.DailySchedule{Hour: 7, Minute: 0, Timezone: "+01:00"}},
			}},
			sharing: shared(hexapi.AppOnly, sharing{users: grants{{UserDev, hexapi.FullAccess}}, publicWeb: hexapi.AppOnly}),
		},
	}
}

// otherProjects are drafts, what was put away, a component, and what is listed
// only on request. All but the last cannot be run.
func otherProjects() []seedProject {
	return []seedProject{
		{
			id: ProjectDraft, title: "Checkout funnel exploration", description: "Where do baskets get lost on small screens?",
			creator: UserChiara, status: "Exploratory", categories: []string{"Growth", "Customer"},
			created: 9 * day, edited: 90 * time.Minute,
			sharing: shared(hexapi.NoAccess, sharing{users: grants{{UserChiara, hexapi.FullAccess}, {UserDev, hexapi.CanEdit}}}),
		},
		{
			id: ProjectExperiment, title: "Free delivery test read-out",
			creator: UserDev, status: "In review", categories: []string{"Growth"}, review: true,
			created: 15 * day, edited: 5 * time.Hour,
			sharing: shared(hexapi.CanView, sharing{users: grants{{UserDev, hexapi.FullAccess}}, collections: grants{{CollectionGrowth, hexapi.CanView}}}),
		},
		{
			id: ProjectSupport, title: "Support ticket themes", description: "Topics of last quarter's tickets.",
			creator: UserAda, created: 3 * day, edited: 2 * day,
			sharing: shared(hexapi.NoAccess, sharing{users: grants{{UserAda, hexapi.FullAccess}}}),
		},
		{
			id: ProjectArchived, title: "Harvest sale war room", description: "Live numbers of last autumn's sale.",
			creator: UserBruno, status: "Deprecated", categories: []string{"Finance", "Growth"},
			created: 370 * day, edited: 340 * day, published: 345 * day, archived: 300 * day, viewed: 310 * day, version: 8,
			views:   hexapi.AppViews{AllTime: 2710},
			sharing: shared(hexapi.AppOnly, sharing{groups: grants{{GroupLeadership, hexapi.AppOnly}}}),
		},
		{
			id: ProjectTrashed, title: "Copy of Weekly revenue review",
			creator: UserElif, created: 45 * day, edited: 44 * day, trashed: 10 * day,
			sharing: shared(hexapi.NoAccess, sharing{users: grants{{UserElif, hexapi.FullAccess}}}),
		},
		{
			id: ProjectComponent, title: "Customer base query", description: "One row per customer; import it instead of copying the SQL.",
			component: true, creator: UserChiara, status: "Approved", categories: []string{"Customer"},
			created: 230 * day, edited: 60 * day, published: 61 * day, version: 5,
			sharing: shared(hexapi.CanView, sharing{groups: grants{{GroupAnalytics, hexapi.FullAccess}}}),
		},
		{
			id: ProjectUnlisted, title: "Board pack preview", description: "For those who have the link, until the board has met.", unlisted: true,
			creator: UserBruno, status: "In review", categories: []string{"Finance"},
			created: 20 * day, edited: 3 * day, published: 3 * day, viewed: 7 * time.Hour, version: 2,
			views:   hexapi.AppViews{AllTime: 14, LastSevenDays: 9, LastFourteenDays: 14, LastThirtyDays: 14},
			sharing: shared(hexapi.NoAccess, sharing{users: grants{{UserBruno, hexapi.FullAccess}}, groups: grants{{GroupLeadership, hexapi.AppOnly}}}),
		},
	}
}
