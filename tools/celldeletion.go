package tools

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hexmcp/hexapi"
	"hexmcp/tools/memory"
)

// cellsWithin counts the cells that go with a section. Hex's answer names the
// section alone, and neither a cell nor a list tells which cells are within which,
// so they are what the project has before and not after.
func cellsWithin(ctx context.Context, c *hexapi.Client, in hexapi.DeleteCellInput) (afterwards, error) {
	reading, stop := briefly(ctx)
	defer stop()
	section, err := hexapi.Decoded(c.GetCell(reading, hexapi.GetCellInput(in)))
	if err != nil || !section.IsSection() {
		return nil, nil // no section, or no cell, which Hex says of the deletion itself
	}
	before, known := projectCells(reading, c, section.ProjectID)
	return func(ctx context.Context, _ int) []string {
		reading, stop := briefly(ctx)
		defer stop()
		left, ok := projectCells(reading, c, section.ProjectID)
		if !known || !ok {
			return []string{notCounted}
		}
		return []string{wentAlong(before, left, section.StaticID)}
	}, nil
}

// briefly leaves most of a call's time to its request.
func briefly(ctx context.Context) (context.Context, context.CancelFunc) {
	most := 10 * time.Second
	if end, ok := ctx.Deadline(); ok {
		most = min(most, time.Until(end)/4)
	}
	return context.WithTimeout(ctx, most)
}

// projectCells reads all cells of a project; not ok where that takes too long.
func projectCells(ctx context.Context, c *hexapi.Client, id hexapi.UUID) (cells []hexapi.Cell, ok bool) {
	const mostPages = 10
	in := hexapi.ListCellsInput{ProjectID: id, Limit: 100}
	var trail hexapi.Trail
	for range mostPages {
		answer, err := c.ListCells(ctx, in)
		if err != nil || memory.Of(ctx).Hold(ctx, hexapi.DecodedWeight(answer.Body)) != nil {
			return nil, false
		}
		page, err := answer.Decode()
		if err != nil {
			return nil, false
		}
		cells = append(cells, page.Values...)
		if in.After, err = trail.Next(page.Pagination); err != nil || in.After == "" {
			return cells, err == nil
		}
	}
	return nil, false
}

// wentAlong says which cells are gone beside their section. A cell's static id
// is the one that stays whatever else happens.
func wentAlong(before, left []hexapi.Cell, section hexapi.UUID) string {
	there := map[hexapi.UUID]bool{section: true}
	for _, c := range left {
		there[c.StaticID] = true
	}
	var gone []string
	for _, c := range before {
		if !there[c.StaticID] {
			gone = append(gone, nameOf(c))
		}
	}
	switch len(gone) {
	case 0:
		return "The section held no cells: it alone was deleted."
	case 1:
		return fmt.Sprintf("The section held 1 cell, which was deleted with it: %s.", gone[0])
	}
	return fmt.Sprintf("The section held %d cells, which were deleted with it: %s.", len(gone), several(gone, ", ", strings.Clone))
}

const notCounted = "The cell was a section: all cells within it were deleted with it. They could not be counted; HEX_LIST_CELLS shows what is left."

// nameOf is a cell's label, or its type where it has none.
func nameOf(c hexapi.Cell) string {
	if c.Label == nil || strings.TrimSpace(*c.Label) == "" {
		return named(c.CellType)
	}
	return named(c.CellType) + " " + quoted(*c.Label)
}
