package tools

import (
	"context"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/tools/address"
	"hexmcp/tools/jobs"
)

// This file lets people, groups and collections be given by what people call them
// where an id is wanted.

// lookup finds the id of what has exactly that name or email, or says in a clause
// why there is none. An error is one of Hex.
type lookup func(ctx context.Context, c *hexapi.Client, name string) (id hexapi.UUID, why string, err error)

// naming is what an id may be given by, such as an email, and who finds it then.
type naming struct {
	what string
	find lookup
}

// byName lets the ids of arguments be given by name or email. The arguments are
// named as in idSources.
func byName(by naming, description string, arguments ...string) trait {
	return func(a *Action) {
		if a.named == nil {
			a.named = make(map[string]naming)
		}
		for _, argument := range arguments {
			a.named[argument] = by
			idsFrom(argument, description)(a)
		}
	}
}

func usersByName(arguments ...string) trait {
	return byName(naming{"an email", jobs.UserNamed}, "Email or UUID", arguments...)
}

func groupsByName(arguments ...string) trait {
	return byName(naming{"a name", jobs.GroupNamed}, "Name or UUID", arguments...)
}

func collectionsByName(arguments ...string) trait {
	return byName(naming{"a name", jobs.CollectionNamed}, "Name or UUID", arguments...)
}

// finder finds the ids of one call. A text is looked up once, however often it is
// asked for.
type finder struct {
	ctx    context.Context //nolint:containedctx // of the one call that it is made for
	client *hexapi.Client
	named  map[string]naming
	known  map[string]foundID
	err    error // of Hex: nothing is known of the names
}

// foundID is the id of a name, or why there is none.
type foundID struct{ id, why string }

// id returns the id that is in a text, or that has it as its name.
func (f *finder) id(path []string, given string) (id, why string) {
	find := f.naming(path).find
	if find == nil || f.err != nil || !address.MayBeName(given) {
		return address.IDIn(path[len(path)-1], given)
	}
	key := strings.Join(path, ".") + " " + given
	found, known := f.known[key]
	if !known {
		found = f.find(find, given)
		if f.known == nil {
			f.known = make(map[string]foundID)
		}
		f.known[key] = found
	}
	return found.id, found.why
}

// naming is that of an argument; the zero value where it wants the id itself.
func (f *finder) naming(path []string) naming {
	if by, ok := f.named[strings.Join(path[max(len(path)-2, 0):], ".")]; ok {
		return by
	}
	return f.named[path[len(path)-1]]
}

// orByName is what may stand in place of the id of an argument; "" for nothing.
func (f *finder) orByName(path []string) string { return f.naming(path).what }

func (f *finder) find(find lookup, name string) foundID {
	id, why, err := find(f.ctx, f.client, name)
	f.err = err
	return foundID{string(id), why}
}
