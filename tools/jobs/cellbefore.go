package jobs

import (
	"context"
	"strings"

	"hexmcp/hexapi"
)

// CellBefore reads a cell that is to be changed. It fails where the cell has another
// source than is expected, "" for any: somebody else has changed it. Whatever it
// fails with, nothing was written.
func CellBefore(ctx context.Context, c *hexapi.Client, id hexapi.UUID, expected string) (hexapi.Cell, error) {
	cell, err := hexapi.Decoded(c.GetCell(ctx, hexapi.GetCellInput{CellID: id}))
	if err != nil {
		return hexapi.Cell{}, onlyRead(err)
	}
	if expected != "" && !sameSource(cell.Source(), expected) {
		return hexapi.Cell{}, &FailedError{Conflict, "the source of the cell is not expectedSource any more: somebody has changed it meanwhile. Nothing was changed: read it with HEX_GET_CELL, make the change anew, and give its source as expectedSource."}
	}
	return cell, nil
}

// sameSource reports whether two sources are alike but for how their lines end, which
// models do not keep.
func sameSource(a, b string) bool {
	tidy := func(s string) string { return strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\n") }
	return tidy(a) == tidy(b)
}
