package tasks

import (
	"context"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
)

// Handles reports whether a request is for the extension.
func Handles(r *rpc.Request) bool {
	return r.IsStateless() && r.NamesTask() || wantsToHear(r)
}

// wantsToHear reports whether a request asks to be told of tasks. They are polled:
// what is left to others to answer tells of none.
func wantsToHear(r *rpc.Request) bool {
	return r.Method == string(mcp.MethodSubscriptionsListen) && len(r.Params.Listen.TaskIDs) > 0 && !Declared(r.Params.Meta.Capabilities)
}

// Dispatch answers a request for the extension.
func (t *Tasks) Dispatch(ctx context.Context, r *rpc.Request, caller string) rpc.Answer {
	if !Declared(r.Params.Meta.Capabilities) {
		return rpc.Answer{Error: undeclared()}
	}
	k, ok := t.find(r.Params.TaskID, caller)
	if !ok {
		return t.elsewhere(ctx, r, caller)
	}
	switch r.Method {
	case "tasks/get":
		return rpc.Answer{Result: k.detailed(t.meta)}
	case "tasks/cancel":
		k.cancel(rpc.ErrCanceled)
	case "tasks/update": // no task waits for input, and what nobody waits for is ignored
	}
	return t.acknowledged()
}

// undeclared refuses a client that has not said that it takes tasks.
func undeclared() *rpc.Error {
	needed := map[string]any{"extensions": map[string]any{Extension: struct{}{}}}
	return &rpc.Error{
		Code: mcp.MISSING_REQUIRED_CLIENT_CAPABILITY, Message: "the client must declare the capability " + Extension + " with this request",
		Data: map[string]any{"requiredCapabilities": needed},
	}
}
