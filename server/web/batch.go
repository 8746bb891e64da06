package web

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
	"hexmcp/tools/memory"
)

// takesBatches reports whether a client may send batches to /mcp: one of the
// protocol version that had them, which names itself in no header or in this one.
func takesBatches(h http.Header) bool {
	version := h.Get(mcp.HeaderProtocolVersion)
	return version == "" || version == mcp.ProtocolVersion20250326
}

// answerBatch answers the requests of a batch, one after the other, with a list.
// It takes one slot, if there is any call among them.
func (t *transport) answerBatch(w http.ResponseWriter, r *http.Request, d rpc.Dispatcher, batch []json.RawMessage) {
	messages := make([]parsed, len(batch))
	for i, raw := range batch {
		messages[i].m, messages[i].err = rpc.Parse(raw)
	}
	for _, p := range messages {
		if p.reachesHex() && !t.options.Allow(w, r, p.m.Params.Name) {
			return
		}
	}
	if slices.ContainsFunc(messages, parsed.reachesHex) {
		if !acquire(r.Context(), t.slots, 1) {
			writeBusy(w, "the server is busy")
			return
		}
		defer t.slots.Release(1)
	}
	t.answerAll(w, r, d, messages)
}

// parsed is a message of a batch, or why it is none.
type parsed struct {
	m   *rpc.Message
	err *rpc.Error
}

func (p parsed) reachesHex() bool { return p.err == nil && p.m.ReachesHex() }

// answerAll writes the answers one by one: joined they would take twice the memory.
func (t *transport) answerAll(w http.ResponseWriter, r *http.Request, d rpc.Dispatcher, batch []parsed) {
	hold := t.options.Memory.Reserve()
	defer hold.End()
	var parts [][]byte
	for _, p := range batch {
		if answer := t.answerOne(r, d, p.m, p.err, hold); answer != nil {
			hold.Keep(len(answer))
			parts = append(parts, comma, answer)
		}
	}
	if len(parts) == 0 {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	parts[0] = []byte("[")
	writeJSON(w, http.StatusOK, append(parts, []byte("]"))...)
}

var comma = []byte(",")

// answerOne answers one message of a batch, with nil where nobody waits for an
// answer. Notifications have no place in a batch.
func (t *transport) answerOne(r *http.Request, d rpc.Dispatcher, m *rpc.Message, err *rpc.Error, hold *memory.Reservation) []byte {
	switch {
	case err != nil:
		return err.Encode(nil, m.ID)
	case m.IsCancel():
		t.running.cancel(t.options.CallerOf(r), r.Header, m.Params.RequestID)
		return nil
	case !m.IsRequest():
		return nil
	}
	request, ctx := t.newRequest(r, m, nil, hold)
	a := t.dispatch(ctx, r, d, request)
	if !request.Finish() {
		return nil
	}
	return a.Encode(nil, m.ID)
}
