// Package doctor has the checks of hexmcp doctor: whether all that hexmcp needs is in
// order, and how to mend what is not.
package doctor

import (
	"fmt"
	"io"
	"strings"

	"hexmcp/tools/visible"
)

// Status is the result of a check.
type Status string

// The statuses.
const (
	OK     Status = "ok"
	Note   Status = "note" // it works, but there is something to know
	Failed Status = "failed"
)

// Check is one thing that was checked, and the result.
type Check struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	Says   string `json:"says"`
	// Cure says what to do; empty if nothing need be done.
	Cure string `json:"cure,omitempty"`
}

// Report holds all checks.
type Report struct {
	OK     bool    `json:"ok"` // nothing failed
	Checks []Check `json:"checks"`
}

// Add adds checks.
func (r *Report) Add(checks ...Check) { r.Checks = append(r.Checks, checks...) }

// Close sets OK after the last check.
func (r *Report) Close() {
	r.OK = true
	for _, c := range r.Checks {
		r.OK = r.OK && c.Status != Failed
	}
}

// Good is a check that found all in order.
func Good(name, format string, args ...any) Check {
	return Check{Name: name, Status: OK, Says: fmt.Sprintf(format, args...)}
}

// Bad is a check that failed.
func Bad(name, says, cure string) Check { return Check{name, Failed, says, cure} }

// Remark is a check that found something worth knowing.
func Remark(name, says, cure string) Check { return Check{name, Note, says, cure} }

// Print writes the report for people: a line for each check, and its cure below. Mark may
// colour the word for the status.
func (r *Report) Print(w io.Writer, mark func(Status, string) string) error {
	width := 0
	for _, c := range r.Checks {
		width = max(width, len(c.Name))
	}
	marks := map[Status]string{OK: "ok  ", Note: "note", Failed: "FAIL"}
	for _, c := range r.Checks {
		if _, err := fmt.Fprintf(w, "%s  %-*s  %s\n", mark(c.Status, marks[c.Status]), width, c.Name, oneLine(c.Says)); err != nil {
			return err
		}
		if c.Cure == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s-> %s\n", strings.Repeat(" ", width+8), oneLine(c.Cure)); err != nil {
			return err
		}
	}
	return nil
}

func oneLine(s string) string {
	return visible.Text(strings.Join(strings.Fields(s), " "))
}
