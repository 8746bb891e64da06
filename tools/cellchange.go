package tools

import (
	"context"
	"fmt"

	"hexmcp/hexapi"
	"hexmcp/schema"
	"hexmcp/tools/jobs"
)

// cellChange is a change of a cell as models give it. Hosts that make all
// arguments required send null and false for what is not meant, so it must be
// seen what was given: null takes the connection away only where nothing else is
// given at all.
type cellChange struct {
	CellID               hexapi.UUID                                `json:"cellId" jsonschema:"required"`
	Contents             hexapi.Nullable[hexapi.CellContentsUpdate] `json:"contents,omitzero" jsonschema_description:"Exactly one of the three, matching the cell's type; replaces the whole source."`
	DataConnectionID     hexapi.Nullable[hexapi.UUID]               `json:"dataConnectionId,omitzero"`
	DetachDataConnection hexapi.Nullable[bool]                      `json:"detachDataConnection,omitzero" jsonschema_description:"true takes the SQL cell's connection away."`
	ExpectedSource       string                                     `json:"expectedSource,omitempty" jsonschema_description:"Old source: change nothing if it is another now."`
}

// cellBefore reads the cell that is to change, for its source, which Hex forgets.
// Where a source is expected and the cell has another one or cannot be read, it is
// not changed; else the change is made whatever comes of the reading.
func cellBefore(ctx context.Context, c *hexapi.Client, in cellChange) (afterwards, error) {
	if len(cellChangeRules(in)) > 0 {
		return nil, nil // which the change says itself
	}
	if in.ExpectedSource == "" {
		reading, stop := briefly(ctx)
		defer stop()
		before, err := jobs.CellBefore(reading, c, in.CellID, "")
		if err != nil || before.ID == "" {
			return nil, nil
		}
		return in.wasBefore(before), nil
	}
	before, err := jobs.CellBefore(ctx, c, in.CellID, in.ExpectedSource)
	return in.wasBefore(before), err
}

// wasBefore says what the change has overwritten.
func (in cellChange) wasBefore(before hexapi.Cell) afterwards {
	_, changes := in.Contents.Get()
	return func(_ context.Context, room int) []string {
		quoted := string(appendMarshalled(nil, before.Source()))
		switch {
		case !changes && before.DataConnectionID == nil:
			return []string{"The cell had no data connection before."}
		case !changes:
			return []string{fmt.Sprintf("The cell's data connection was %s before.", named(string(*before.DataConnectionID)))}
		case len(quoted)+len(quoted)/8 > room:
			return []string{fmt.Sprintf("The old source of %d bytes has no room in this answer; a server with a larger --max-result-bytes has it.", len(before.Source()))}
		}
		return []string{"The old source was " + quoted + "."}
	}
}

// meant is the change without the null and false of arguments that were not meant.
func (in cellChange) meant() hexapi.UpdateCellInput {
	change := hexapi.UpdateCellInput{CellID: in.CellID}
	if contents, ok := in.Contents.Get(); ok {
		change.Contents = &contents
	}
	if id, ok := in.DataConnectionID.Get(); ok {
		change.DataConnectionID = hexapi.SetTo(id)
	} else if in.detaches() {
		change.DataConnectionID = hexapi.SetToNull[hexapi.UUID]()
	}
	return change
}

// detaches reports whether the connection is to be taken away.
func (in cellChange) detaches() bool {
	asked, _ := in.DetachDataConnection.Get()
	return asked || in.givesNull() && in.Contents.IsZero() && in.DetachDataConnection.IsZero()
}

// givesNull reports whether the connection was given as null.
func (in cellChange) givesNull() bool {
	_, given := in.DataConnectionID.Get()
	return !given && !in.DataConnectionID.IsZero()
}

// cellChangeRules requires that something changes, with at most one source, and that
// the data connection is not both set and taken away.
func cellChangeRules(in cellChange) []schema.Issue {
	contents, changes := in.Contents.Get()
	_, connects := in.DataConnectionID.Get()
	if connects && in.detaches() {
		return []schema.Issue{{Path: "detachDataConnection", Message: twoWills}}
	}
	if !changes && !connects && !in.detaches() {
		return []schema.Issue{{Message: nothingToUpdate}}
	}
	given := present(contents.CodeCell != nil, contents.SQLCell != nil, contents.MarkdownCell != nil)
	if changes && len(given) != 1 {
		return []schema.Issue{notOneSource(given)}
	}
	return nil
}

const (
	nothingToUpdate = "there is nothing to change: give contents with the new source, dataConnectionId with another connection, or detachDataConnection true to take the connection away"
	twoWills        = "detachDataConnection true takes the connection away and dataConnectionId sets one: give one of the two"
)

// connectionKept says that a null beside contents left the data connection as it is.
func connectionKept(in cellChange, _ hexapi.Cell) []string {
	if !in.givesNull() || in.detaches() {
		return nil
	}
	return []string{"The data connection was left as it is: dataConnectionId null beside contents is taken for not given. To take it away, call again with detachDataConnection true."}
}
