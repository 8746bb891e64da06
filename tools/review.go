package tools

import (
	"context"
	"encoding/json"

	"hexmcp/hexapi"
)

// This file looks beyond the answer of a call for what the model must not miss.

// review looks at a success once more: it says what the model must not miss, or
// finds that the call has failed after all. It may ask Hex for what it needs.
type review func(ctx context.Context, c *hexapi.Client, in any, body json.RawMessage) (notes []string, err error)

// watch looks at Hex before a write, so that afterwards can tell what the write
// took along or overwrote. An error keeps the write from being made: it is not as
// the caller expects.
type watch func(ctx context.Context, c *hexapi.Client, in any) (afterwards, error)

// afterwards looks once more after a success, and says what the model must not
// miss, in room bytes. It is nil where there is nothing to tell.
type afterwards func(ctx context.Context, room int) []string

func (after afterwards) notes(ctx context.Context, room int) []string {
	if after == nil {
		return nil
	}
	return after(ctx, room)
}

// noting adds what the model must not miss in a successful answer.
func noting[Out any](say func(Out) []string) trait {
	return reviewed(func(_ context.Context, _ *hexapi.Client, _ any, out Out) ([]string, error) { return say(out), nil })
}

// notingCall is noting where it depends on what was asked for.
func notingCall[In, Out any](say func(In, Out) []string) trait {
	return reviewed(func(_ context.Context, _ *hexapi.Client, in In, out Out) ([]string, error) { return say(in, out), nil })
}

// reviewed adds a review of answers that can be read as an Out. One of an
// unknown shape has nothing in it that we could tell of.
func reviewed[In, Out any](look func(context.Context, *hexapi.Client, In, Out) ([]string, error)) trait {
	return func(a *Action) {
		a.reviews = append(a.reviews, func(ctx context.Context, c *hexapi.Client, in any, body json.RawMessage) ([]string, error) {
			asked, known := in.(In)
			if err := roomToReview(ctx, body); err != nil {
				return nil, err
			}
			out, err := hexapi.Answer[Out]{Body: body}.Decode()
			if err != nil || !known {
				return nil, nil
			}
			return look(ctx, c, asked, out)
		})
	}
}

// reviewedRaw is reviewed where the answer may have shapes that no type holds.
func reviewedRaw[In any](look func(In, json.RawMessage) ([]string, error)) trait {
	return func(a *Action) {
		a.reviews = append(a.reviews, func(ctx context.Context, _ *hexapi.Client, in any, body json.RawMessage) ([]string, error) {
			asked, known := in.(In)
			if !known {
				return nil, nil
			}
			if err := roomToReview(ctx, body); err != nil {
				return nil, err
			}
			return look(asked, body)
		})
	}
}

// where makes a review only where it can have something to say of what was asked
// for: reading the answer of a list takes longer than all else that a call does here.
func where[In any](asks func(In) bool, reviewed trait) trait {
	return func(a *Action) {
		own := Action{}
		reviewed(&own)
		for _, look := range own.reviews {
			a.reviews = append(a.reviews, func(ctx context.Context, c *hexapi.Client, in any, body json.RawMessage) ([]string, error) {
				if asked, known := in.(In); !known || !asks(asked) {
					return nil, nil
				}
				return look(ctx, c, in, body)
			})
		}
	}
}

// watched adds a look at Hex before a write, and another after it.
func watched[In any](look func(context.Context, *hexapi.Client, In) (afterwards, error)) trait {
	return func(a *Action) {
		a.watch = func(ctx context.Context, c *hexapi.Client, in any) (afterwards, error) {
			asked, known := in.(In)
			if !known {
				return nil, nil
			}
			return look(ctx, c, asked)
		}
	}
}

// look makes the look before a write, where the action has one.
func (a *Action) look(ctx context.Context, c *hexapi.Client, in any) (afterwards, error) {
	if a.watch == nil {
		return nil, nil
	}
	return a.watch(ctx, c, in)
}

// review returns the notes of all reviews, or the first failure that one finds.
func (a *Action) review(ctx context.Context, c *hexapi.Client, in any, body json.RawMessage) ([]string, error) {
	var notes []string
	for _, look := range a.reviews {
		more, err := look(ctx, c, in, body)
		if err != nil {
			return nil, err
		}
		notes = append(notes, more...)
	}
	return notes, nil
}
