package jobs

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// When is a point in time as people say it: agents have no clock.
type When string

// ago is how long before now.
var ago = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^-?\s*(\d{1,6})\s*(m|min|minutes?|h|hours?|d|days?|w|weeks?)(\s+ago)?$`)
})

// layouts are the forms of a date and time without a zone.
var layouts = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}

// at is the point in time, in a zone where w names none.
func (w When) at(argument string, now time.Time, zone *time.Location) (time.Time, error) {
	text := strings.ToLower(strings.TrimSpace(string(w)))
	now = now.In(zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	switch text {
	case "now":
		return now, nil
	case "today":
		return midnight, nil
	case "yesterday", "last night":
		return midnight.AddDate(0, 0, -1), nil
	}
	if m := ago().FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1]) // digits
		return before(now, n, m[2][0]), nil
	}
	if t, err := time.Parse(time.RFC3339, strings.ToUpper(text)); err == nil {
		return t, nil
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, strings.ToUpper(text), zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, refuse(argument, `%s must be a time such as 2026-11-24T18:00:00Z, a date, "-24h", "-7d", "today" or "yesterday"`, argument)
}

// before is a number of minutes, hours, days or weeks earlier. Days are those of
// the calendar, so that they keep the hour when clocks change.
func before(now time.Time, n int, unit byte) time.Time {
	switch unit {
	case 'm':
		return now.Add(-time.Duration(n) * time.Minute)
	case 'h':
		return now.Add(-time.Duration(n) * time.Hour)
	case 'w':
		return now.AddDate(0, 0, -7*n)
	}
	return now.AddDate(0, 0, -n)
}

// zoneOf finds a time zone by its name; "" is UTC.
func zoneOf(name string) (*time.Location, error) {
	if name == "" {
		return time.UTC, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, refuse("timeZone", "timeZone must be the name of a time zone, such as Europe/Berlin or UTC")
	}
	return zone, nil
}

// isBefore reports whether a time of Hex is earlier than t; one that is not set
// or cannot be read is.
func isBefore(hex *string, t time.Time) bool {
	if hex == nil {
		return true
	}
	at, err := time.Parse(time.RFC3339, *hex)
	return err != nil || at.Before(t)
}

// At is the point in time, in UTC where w names no zone. Argument is what an error
// calls it.
func (w When) At(argument string, now time.Time) (time.Time, error) {
	return w.at(argument, now, time.UTC)
}
