package jobs

import (
	"context"
	"errors"
	"reflect"

	"hexmcp/hexapi"
	"hexmcp/tools/memory"
)

// This file counts what jobs keep of many answers: the client counts one answer at a
// time, for the most that it may take while it is read.

// all reads a list to its end, and holds room for all of it.
func all[T any](ctx context.Context, counts counting[T], list func(after string) (hexapi.Answer[hexapi.Page[T]], error)) (found []T, err error) {
	page := func(after string) (hexapi.Page[T], error) {
		a, err := list(after)
		page, err := hexapi.Decoded(a, err)
		if err == nil {
			err = hold(ctx, counts(a.Body, page.Values))
		}
		return page, err
	}
	err = eachPage(page, func(v T) error { found = append(found, v); return nil })
	return found, err
}

// counting is how many bytes a job reserves for the values of a page that it keeps.
type counting[T any] func(body []byte, values []T) int

// atTheMost reserves the most that any body of this length may take as Go values. That
// leaves room for what is made of them.
func atTheMost[T any](body []byte, _ []T) int { return int(hexapi.DecodedWeight(body)) }

// perListed is how many bytes a value takes in lists that a job makes of the one it has
// read: of what fits a text, and of all names.
const perListed = 120

// asTheyAre reserves what the values take: their places in a list that grows, what they
// point to, and their places in further lists. For users that is less than half of
// atTheMost.
func asTheyAre[T any](_ []byte, values []T) int {
	v := reflect.ValueOf(values)
	size := len(values) * (perListed + 3*int(v.Type().Elem().Size()))
	for i := range values {
		size += leadsTo(v.Index(i))
	}
	return size
}

// leadsTo is how many bytes a value points to. It must hold no map, and no pointer to
// itself.
func leadsTo(v reflect.Value) (size int) {
	switch v.Kind() {
	case reflect.String:
		return block(v.Len())
	case reflect.Pointer:
		if !v.IsNil() {
			size = block(int(v.Type().Elem().Size())) + leadsTo(v.Elem())
		}
	case reflect.Slice:
		size = block(v.Cap() * int(v.Type().Elem().Size()))
		for i := range v.Len() {
			size += leadsTo(v.Index(i))
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			size += leadsTo(field)
		}
	}
	return size
}

// block is the most that Go allocates for n bytes: it rounds up to sizes of its own.
func block(n int) int {
	if n <= 256 {
		return (n + 15) &^ 15
	}
	return n + n/4
}

// hold takes room for so many bytes that the job keeps.
func hold(ctx context.Context, bytes int) error { return memory.Of(ctx).Hold(ctx, int64(bytes)) }

// keep is hold for what the answer will tell. Where one call may not have more memory,
// the job stops, and the next call goes on.
func keep(ctx context.Context, bytes int) error {
	err := hold(ctx, bytes)
	if errors.Is(err, memory.ErrTooLarge) {
		return &FailedError{TooLarge, "what was found so far takes all the memory that one call may have (a quarter of --max-memory)"}
	}
	return err
}

// letGo returns a function that releases what the job reserves from now on.
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
