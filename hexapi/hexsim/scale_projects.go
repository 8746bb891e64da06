package hexsim

import (
	"fmt"
	"strings"
	"time"

	"hexmcp/hexapi"
)

// What projects of a crowd are called: of what, which and where.
const (
	subjects = "Returns Margin Basket Courier Voucher Supplier Refund Stockout Picking Substitution Newsletter Referral Subscription Freshness Waste Shelf Payment Chargeback Ticket Headcount"
	forms    = "review|forecast|dashboard|deep dive|monitor|experiment read-out|reconciliation|model|data quality|planning|cohorts|exploration"
	places   = "North|South|East|West|Nordics|Benelux|Iberia|DACH|online|stores|B2B"
)

// dice is what is decided of project n, one number after another.
type dice struct{ sequence }

func diceOf(kind numbered, n int) *dice {
	return &dice{sequence{salt: random(uint64(kind)+1, n)}}
}

// below is a number from 0 up to n.
func (d *dice) below(n int) int { return int(d.next() % uint64(n)) } //nolint:gosec // n is positive and small

// chance is true so many times in a hundred.
func (d *dice) chance(percent int) bool { return d.below(100) < percent }

// days are so many days from least up to most.
func (d *dice) days(least, most int) time.Duration {
	return time.Duration(least+d.below(most-least))*day + time.Duration(d.below(24*60))*time.Minute
}

// crowdTitle says what project n is called. No two are called alike but in a very
// large workspace, where they have numbers.
func crowdTitle(n int) string {
	ways, where := strings.Split(forms, "|"), strings.Split(places, "|")
	subject, rest := pick(subjects, n), n/len(strings.Fields(subjects))
	title := fmt.Sprintf("%s %s, %s", subject, ways[rest%len(ways)], where[rest/len(ways)%len(where)])
	if again := rest / len(ways) / len(where); again > 0 {
		title += fmt.Sprintf(" (%d)", again+1)
	}
	return title
}

// crowdProject is project n of the scale. A share of them was put away, never
// published, is a component or is public, as in a workspace of some years.
func (h *Hex) crowdProject(n int) seedProject {
	d := diceOf(projectIDs, n)
	s := seedProject{
		id: projectIDs.id(n), title: crowdTitle(n), creator: userIDs.id(d.below(h.scale.users())),
		created: d.days(210, 900), sharing: h.crowdSharing(d), component: d.chance(3), unlisted: d.chance(2),
	}
	s.edited = s.created / time.Duration(1+d.below(40))
	if !d.chance(25) {
		s.status = h.statuses[d.below(len(h.statuses))]
	}
	if d.chance(60) {
		s.categories = []string{h.categories[d.below(len(h.categories))].Name}
	}
	if d.chance(70) || s.component {
		h.publishCrowd(&s, d)
	}
	switch {
	case d.chance(8):
		s.archived, s.schedules = s.edited/2, nil
	case d.chance(2):
		s.trashed, s.schedules = s.edited/2, nil
	}
	return s
}

// publishCrowd makes a published project of one, with or without a schedule.
func (h *Hex) publishCrowd(s *seedProject, d *dice) {
	s.published, s.version = s.edited, 1+d.below(20)
	if !d.chance(10) { // others have never been viewed
		s.viewed = d.days(0, 2+d.below(200))
	}
	s.views = hexapi.AppViews{AllTime: d.below(5000)}
	s.fails = d.chance(3)
	s.scheduledFor = time.Duration(10+d.below(300)) * time.Second
	if !s.component && d.chance(30) {
		s.schedules = []hexapi.Schedule{crowdSchedule(d)}
	}
}

func crowdSchedule(d *dice) hexapi.Schedule {
	at := hexapi.DailySchedule{Hour: d.below(24), Minute: 5 * d.below(12), Timezone: "+01:00"}
	enabled := !d.chance(12)
	switch roll := d.below(10); {
	case roll == 0:
		return hexapi.Schedule{Cadence: "HOURLY", Enabled: enabled, Hourly: &hexapi.HourlySchedule{Minute: at.Minute, Timezone: "+00:00"}}
	case roll < 7:
		return hexapi.Schedule{Cadence: "DAILY", Enabled: enabled, Daily: &at}
	}
	return hexapi.Schedule{Cadence: "WEEKLY", Enabled: enabled, Weekly: &hexapi.WeeklySchedule{DayOfWeek: weekdays[d.below(7)], DailySchedule: at}}
}

// crowdSharing gives access to a team, to the workspace and to a collection, to
// one or more of them. One in four collections holds nothing.
func (h *Hex) crowdSharing(d *dice) sharing {
	var s sharing
	if d.chance(50) {
		s.groups.set(groupIDs.id(d.below(h.scale.groups())), hexapi.CanView)
	}
	if n := d.below(h.scale.collections()); d.chance(60) && n%4 != 3 {
		s.collections.set(collectionIDs.id(n), hexapi.AppOnly)
	}
	s.users.set(userIDs.id(d.below(h.scale.users())), hexapi.CanEdit)
	if d.chance(1) {
		s.publicWeb = hexapi.AppOnly
	}
	return shared([]hexapi.Access{hexapi.NoAccess, hexapi.NoAccess, hexapi.AppOnly, hexapi.CanView}[d.below(4)], s)
}
