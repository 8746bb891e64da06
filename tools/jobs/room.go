package jobs

import (
	"context"
	"errors"

	"hexmcp/hexapi"
	"hexmcp/tools/memory"
)

// This file counts what jobs keep of many answers, whatever those hold: the client
// counts one answer at a time.

// all reads a list to its end, and holds room for all of it.
func all[T any](ctx context.Context, list func(after string) (hexapi.Answer[hexapi.Page[T]], error)) (found []T, err error) {
	page := func(after string) (hexapi.Page[T], error) {
		a, err := list(after)
		if err == nil {
			err = hold(ctx, int(hexapi.DecodedWeight(a.Body)))
		}
		if err != nil {
			return hexapi.Page[T]{}, err
		}
		return a.Decode()
	}
	err = eachPage(page, func(v T) error { found = append(found, v); return nil })
	return found, err
}

// hold takes room for so many bytes that the job keeps.
func hold(ctx context.Context, bytes int) error { return memory.Of(ctx).Hold(ctx, int64(bytes)) }

// keep is hold for what was found, without which a job has nothing to tell. Where one
// call may not have more, it stops, and the next one goes on.
func keep(ctx context.Context, bytes int) error {
	err := hold(ctx, bytes)
	if errors.Is(err, memory.ErrTooLarge) {
		return &FailedError{TooLarge, "what was found so far takes all the memory that one call may have (a quarter of --max-memory)"}
	}
	return err
}

// letGo returns what lets go of all that the job takes room for from now on.
func letGo(ctx context.Context) func() { return memory.Of(ctx).Mark() }

// perKept is what an entry of an answer that a job makes counts for beside its
// texts, which are there twice: found, and written as JSON.
const perKept = 500

// kept is what an entry with these texts counts for.
func kept(texts ...string) int {
	n := perKept
	for _, text := range texts {
		n += 3 * len(text) // in JSON quotes, line breaks and backslashes take two bytes
	}
	return n
}
