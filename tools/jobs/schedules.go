package jobs

import (
	"fmt"
	"strings"

	"hexmcp/hexapi"
)

// schedulesOf says the enabled schedules of a project in words.
func schedulesOf(p hexapi.Project) []string {
	var all []string
	for _, s := range p.Schedules {
		if s.Enabled {
			all = append(all, inWords(s))
		}
	}
	return all
}

func inWords(s hexapi.Schedule) string {
	switch {
	case s.Hourly != nil:
		return fmt.Sprintf("hourly at :%02d", s.Hourly.Minute)
	case s.Daily != nil:
		return "daily at " + clock(*s.Daily)
	case s.Weekly != nil:
		return fmt.Sprintf("weekly, %s at %s", strings.ToLower(s.Weekly.DayOfWeek), clock(s.Weekly.DailySchedule))
	case s.Monthly != nil:
		return fmt.Sprintf("monthly, day %d at %s", s.Monthly.Day, clock(s.Monthly.DailySchedule))
	case s.Custom != nil:
		return fmt.Sprintf("cron %s (%s)", s.Custom.Cron, s.Custom.Timezone)
	}
	return strings.ToLower(s.Cadence)
}

func clock(d hexapi.DailySchedule) string {
	return fmt.Sprintf("%02d:%02d %s", d.Hour, d.Minute, d.Timezone)
}
