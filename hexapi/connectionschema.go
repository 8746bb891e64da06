package hexapi

import "slices"

// SchemaFilters say which databases, schemas and tables of a data connection show.
type SchemaFilters struct {
	Databases *SchemaFilter `json:"databases,omitempty" jsonschema_description:"Of databases."`
	Schemas   *SchemaFilter `json:"schemas,omitempty" jsonschema_description:"Of schemas."`
	Tables    *SchemaFilter `json:"tables,omitempty" jsonschema_description:"Of tables."`
}

// SchemaFilter shows the names that match Include and do not match Exclude.
type SchemaFilter struct {
	Include *SchemaMatch `json:"include,omitempty" jsonschema_description:"Show these only."`
	Exclude *SchemaMatch `json:"exclude,omitempty" jsonschema_description:"Hide these."`
}

// SchemaMatch matches names.
type SchemaMatch struct {
	MatchType MatchType `json:"matchType" jsonschema:"required" jsonschema_description:"How values are compared."`
	Values    []string  `json:"values" jsonschema:"required" jsonschema_description:"Any of these."`
}

// MatchType is how names are compared.
type MatchType string

// The ways to compare.
const (
	MatchExact  MatchType = "EXACT"
	MatchPrefix MatchType = "PREFIX"
	MatchRegex  MatchType = "REGEX"
	MatchSuffix MatchType = "SUFFIX"
)

// JSONSchema lists the ways.
func (MatchType) JSONSchema() *Schema {
	return oneOf(MatchExact, MatchPrefix, MatchRegex, MatchSuffix)
}

// RefreshAccess is who may refresh a schema, so that Hex reads it from the database again.
type RefreshAccess string

// Who may refresh a schema.
const (
	RefreshByAdmins RefreshAccess = "ADMINS"
	RefreshByUsers  RefreshAccess = "USERS_WITH_QUERY_ACCESS"
)

// JSONSchema lists the values.
func (RefreshAccess) JSONSchema() *Schema { return oneOf(RefreshByAdmins, RefreshByUsers) }

// RefreshSchedule is when Hex refreshes a schema by itself. The field that is named
// like the cadence must be set, except for HOURLY, which has none.
type RefreshSchedule struct {
	Cadence RefreshCadence  `json:"cadence" jsonschema:"required" jsonschema_description:"How often; all but HOURLY need the block of that name."`
	Enabled bool            `json:"enabled" jsonschema:"required" jsonschema_description:"Whether it is on."`
	Daily   *DailyRefresh   `json:"daily,omitempty" jsonschema_description:"With DAILY."`
	Weekly  *WeeklyRefresh  `json:"weekly,omitempty" jsonschema_description:"With WEEKLY."`
	Monthly *MonthlyRefresh `json:"monthly,omitempty" jsonschema_description:"With MONTHLY."`
	Custom  *CustomRefresh  `json:"custom,omitempty" jsonschema_description:"With CUSTOM."`
}

// RefreshCadence is how often Hex refreshes a schema.
type RefreshCadence string

// The cadences.
const (
	Hourly  RefreshCadence = "HOURLY"
	Daily   RefreshCadence = "DAILY"
	Weekly  RefreshCadence = "WEEKLY"
	Monthly RefreshCadence = "MONTHLY"
	Custom  RefreshCadence = "CUSTOM"
)

// JSONSchema lists the cadences.
func (RefreshCadence) JSONSchema() *Schema { return oneOf(Hourly, Daily, Weekly, Monthly, Custom) }

// DailyRefresh is a time of each day. Hex documents the time zone as an IANA name in
// one place and as an offset in another.
type DailyRefresh struct {
	Hour     int    `json:"hour" jsonschema:"required,minimum=0,maximum=23" jsonschema_description:"Hour."`
	Minute   int    `json:"minute" jsonschema:"required,minimum=0,maximum=59" jsonschema_description:"Minute."`
	Timezone string `json:"timezoneString" jsonschema:"required" jsonschema_description:"Such as Europe/Copenhagen or +01:00 (which of them is unverified)."`
}

// WeeklyRefresh is a time of each week.
type WeeklyRefresh struct {
	DayOfWeek Weekday `json:"dayOfWeek" jsonschema:"required" jsonschema_description:"Day."`
	DailyRefresh
}

// MonthlyRefresh is a time of each month.
type MonthlyRefresh struct {
	Day int `json:"day" jsonschema:"required,minimum=1,maximum=28" jsonschema_description:"Day of the month."`
	DailyRefresh
}

// CustomRefresh is a cron expression.
type CustomRefresh struct {
	Cron     string `json:"cron" jsonschema:"required" jsonschema_description:"Such as 0 5 * * 1-5."`
	Timezone string `json:"timezoneString" jsonschema:"required" jsonschema_description:"As with daily."`
}

// Weekday is a day of the week.
type Weekday string

// JSONSchema lists the days.
func (Weekday) JSONSchema() *Schema {
	return oneOf[Weekday]("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")
}

// Blocks names the fields of cadences that are set; there should be only that of the
// schedule's own cadence.
func (s *RefreshSchedule) Blocks() []string {
	var all []string
	for name, given := range map[string]bool{"daily": s.Daily != nil, "weekly": s.Weekly != nil, "monthly": s.Monthly != nil, "custom": s.Custom != nil} {
		if given {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}
