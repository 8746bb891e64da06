package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"hexmcp/schema"
)

// This file makes answers fit hosts. Claude Code writes a longer one to a file,
// Codex cuts a hole into its middle, Gemini CLI keeps head and tail: the model would
// go on without knowing what is missing.

// DefaultMaxResult is how many bytes of text an answer may have at the most,
// unless the operator says otherwise: what the strictest of the usual hosts hands
// over whole.
const DefaultMaxResult = 40_000

// roomForRest is how much of that is kept for what stands around the body: the
// fields of the envelope and the notes.
const roomForRest = 1_000

// roomForCursors is how many bytes of a page are kept for the cursors of the next one,
// which a list that came whole does not have.
const roomForCursors = 500

// pager is the input of a list that is read in pages.
type pager interface {
	// PageLimit points to the number of entries of a page; 0 stands for the default.
	PageLimit() *int
	// PageOffset is how many entries come before the page; not ok where cursors say
	// where it begins.
	PageOffset() (offset int, ok bool)
}

// oneWay refuses a page that is to be read forward and back at once.
func oneWay(in any) error {
	list, ok := in.(interface{ ReadsBothWays() bool })
	if !ok || !list.ReadsBothWays() {
		return nil
	}
	return &schema.InvalidError{Issues: []schema.Issue{{Path: "before", Message: bothWays}}}
}

const bothWays = "after and before lead two ways: give after for the next page, or before for the previous one"

// backward is the input of a list whose first page has its last entries.
type backward interface{ ReadsBackward() bool }

// fetch makes a call and returns the body of its answer.
type fetch func(ctx context.Context) (json.RawMessage, error)

// fit returns the body of a call and notes of what does not fit into its room.
// A page of a list that is too large is fetched again, with as many entries as
// fit: the cursors of Hex lead from page to page only, so entries cannot just be cut
// off. Of any other body the action leaves out what it knows how to, and then
// whole fields are. A room of 0 is no bound.
func (a *Action) fit(ctx context.Context, page pager, again fetch) (json.RawMessage, []string, error) {
	room := a.room
	body, err := again(ctx)
	if err != nil || room <= 0 || len(body) <= room {
		return body, nil, err
	}
	var notes []string
	if had, fits := a.partsThatFit(body, room-roomForCursors); page != nil && had > 1 {
		limit := max(fits, 1)
		*page.PageLimit() = limit
		if body, err = again(ctx); err != nil {
			return nil, nil, err
		}
		notes = append(notes, fmt.Sprintf(smallerPage, limit, had, room)+goOn(page, limit))
	}
	if a.shorten != nil {
		var more []string
		body, more = a.shorten(ctx, body, room)
		notes = append(notes, more...)
	}
	body, left := omit(body, room)
	if len(left) > 0 {
		notes = append(notes, leftOut(left, room))
	}
	if len(body) > room {
		notes = append(notes, fmt.Sprintf(allLeftOut, len(body), room))
		body = json.RawMessage("{}")
	}
	return body, notes, nil
}

// roomBeside is how many bytes a long note may have beside a body.
func (a *Action) roomBeside(body json.RawMessage) int {
	if a.room <= 0 {
		return math.MaxInt
	}
	return a.room - len(body)
}

// shorten makes a body fit into room bytes where the action knows what can be done
// without, and says what is missing. What comes of it may still be too large.
type shorten func(ctx context.Context, body json.RawMessage, room int) (json.RawMessage, []string)

// goOn says where the next page begins.
func goOn(page pager, limit int) string {
	if offset, ok := page.PageOffset(); ok {
		return fmt.Sprintf(goOnAtOffset, limit, offset+limit)
	}
	if list, ok := page.(backward); ok && list.ReadsBackward() {
		return fmt.Sprintf(goOnBefore, limit)
	}
	return fmt.Sprintf(goOnAtCursor, limit)
}

// partsThatFit returns how many entries of a page or rows of its table there are, and
// how many of them leave the body within room.
func (a *Action) partsThatFit(body []byte, room int) (had, fits int) {
	if a.tabled {
		if had, fits = rowsThatFit(body, room); had > 0 {
			return had, fits
		}
	}
	return entriesThatFit(body, room)
}

// entriesThatFit returns how many entries the first list of a body has, and how
// many of them leave the body within room.
func entriesThatFit(body []byte, room int) (had, fits int) {
	list, err := firstList(body)
	if err != nil {
		return 0, 0
	}
	used := len(body) - len(list)
	err = eachEntry(list, func(entry []byte) {
		had++
		if used += len(entry) + 1; used <= room {
			fits++
		}
	})
	if err != nil {
		return 0, 0
	}
	return had, fits
}

// firstList returns the first list among the members of an object, nil where there
// is none.
func firstList(body []byte) (list jsontext.Value, err error) {
	d := newDecoder(body)
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return nil, err
	}
	for d.PeekKind() == '"' {
		if err := d.SkipValue(); err != nil {
			return nil, fmt.Errorf("read name: %w", err)
		}
		value, err := d.ReadValue()
		if err != nil || value.Kind() == '[' {
			return value, err
		}
	}
	return nil, nil
}

// eachEntry goes through a list.
func eachEntry(list jsontext.Value, see func(entry []byte)) error {
	if list == nil {
		return nil
	}
	d := newDecoder(list)
	if _, err := d.ReadToken(); err != nil {
		return fmt.Errorf("read list: %w", err)
	}
	for d.PeekKind() != ']' {
		entry, err := d.ReadValue()
		if err != nil {
			return fmt.Errorf("read entry: %w", err)
		}
		see(entry)
	}
	return nil
}

// leftOut says which fields are missing.
func leftOut(left []omission, room int) string {
	const most = 5
	var names []string
	for _, o := range left[:min(len(left), most)] {
		names = append(names, fmt.Sprintf("%s (%d bytes)", pathOf(o.path), o.bytes))
	}
	if more := len(left) - most; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return fmt.Sprintf(fieldsLeftOut, strings.Join(names, ", "), room)
}

// Notes of what does not fit.
const (
	smallerPage   = "The page was read again with limit %d: its %d entries were more than the %d bytes that an answer has room for."
	goOnAtCursor  = " For the next entries call with limit %d and, as after, pagination.after of this answer (with before: pagination.before)."
	goOnBefore    = " For the entries before these call with limit %d and, as before, pagination.before of this answer."
	goOnAtOffset  = " For the next entries call with limit %d and offset %d."
	fieldsLeftOut = "Left out, because the answer has room for %[2]d bytes: %[1]s. hexmcp call prints them, and so does a server with a larger --max-result-bytes."
	allLeftOut    = "The answer of %d bytes was left out, because there is room for %d. hexmcp call prints it."
)

// Bounded returns the action with answers of at most maxResult bytes of text,
// 2,000 at the least, and of at most maxRows rows of workspace data. Of bytes 0
// stands for no bound; of rows it stands for none.
func (a *Action) Bounded(maxResult, maxRows int) *Action {
	bounded := *a
	bounded.maxRows = maxRows
	bounded.room = 0
	if maxResult > 0 {
		bounded.room = max(maxResult-roomForRest, roomForRest)
	}
	return &bounded
}

// MaxResult is how many bytes of text an answer can have; 0 stands for any number.
func (a *Action) MaxResult() int {
	if a.room == 0 {
		return 0
	}
	return a.room + roomForRest
}

// Bounded returns actions that are bounded alike.
func Bounded(actions []Action, maxResult, maxRows int) []Action {
	all := make([]Action, len(actions))
	for i, a := range actions {
		all[i] = *a.Bounded(maxResult, maxRows)
	}
	return all
}
