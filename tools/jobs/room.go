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

// counting says what the values of a page count for that are kept.
type counting[T any] func(body []byte, values []T) int

// atTheMost counts what the body may take whatever it holds, which leaves room for
// what is made of the values.
func atTheMost[T any](body []byte, _ []T) int { return int(hexapi.DecodedWeight(body)) }

// perListed is what a value counts for in lists that are made of the first one: of
// what fits a text, and of the names of all.
const perListed = 120

// asTheyAre counts what the values take: themselves in a list that grows, what they
// lead to, and lists that are made of them. Of a user that is less than half of the most.
func asTheyAre[T any](_ []byte, values []T) int {
	v := reflect.ValueOf(values)
	size := len(values) * (perListed + 3*int(v.Type().Elem().Size()))
	for i := range values {
		size += leadsTo(v.Index(i))
	}
	return size
}

// leadsTo is how many bytes a value takes beside its own place. It has no maps in it,
// and nothing that leads back.
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

// block is how many bytes Go takes at the most for so many: it has sizes of its own.
func block(n int) int {
	if n <= 256 {
		return (n + 15) &^ 15
	}
	return n + n/4
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
