package tools

import (
	"context"
	"encoding/json"

	"hexmcp/tools/visible"
)

// show makes of an answer what a caller may see of it, and notes of what it may not.
func (a *Action) show(ctx context.Context, answered json.RawMessage, want fields, isPage bool) (taken, []string, error) {
	if err := a.roomToShow(ctx, answered, want != nil); err != nil {
		return taken{}, nil, err
	}
	got, err := a.taken(answered)
	if err != nil {
		return taken{}, nil, err
	}
	var hidden []string
	got.body, hidden = a.boundRows(got.body)
	got.body, err = a.choose(want, got.body, isPage)
	got.body = a.tabulate(visible.JSON(got.body))
	return got, hidden, err
}
