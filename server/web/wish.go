package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"hexmcp/server/rpc"
)

// dispatcherOf is what carries out the requests of a client: the server with the
// tools that it wants, where its headers say so, and that its caller may call.
func (t *transport) dispatcherOf(r *http.Request) (rpc.Dispatcher, *rpc.Error) {
	h := r.Header
	wish := rpc.Wish{Toolsets: listIn(h, rpc.HeaderToolsets), Tools: listIn(h, rpc.HeaderTools), Withheld: t.options.Withheld(r)}
	readOnly := strings.TrimSpace(h.Get(rpc.HeaderReadOnly))
	if t.options.Narrow == nil || len(wish.Toolsets)+len(wish.Tools) == 0 && readOnly == "" && wish.Withheld == (rpc.Withheld{}) {
		return t.dispatcher, nil
	}
	var err error
	if readOnly != "" {
		if wish.ReadOnly, err = strconv.ParseBool(strings.ToLower(readOnly)); err != nil {
			return nil, rpc.Invalid("the header " + rpc.HeaderReadOnly + " must be true or false")
		}
	}
	d, err := t.options.Narrow(wish)
	if err != nil {
		return nil, rpc.Invalid(fmt.Sprintf("the headers %s and %s choose among the tools: %s", rpc.HeaderToolsets, rpc.HeaderTools, err))
	}
	return d, nil
}

// listIn are the values of a header, which may come several times.
func listIn(h http.Header, name string) []string {
	var all []string
	for value := range strings.SplitSeq(strings.Join(h.Values(name), ","), ",") {
		if value = strings.TrimSpace(value); value != "" {
			all = append(all, short(value))
		}
	}
	return all
}
