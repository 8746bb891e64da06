package server

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"
)

// maxBatch is how many messages a batch may hold.
const maxBatch = 100

// unpack takes a batch apart, which revision 2025-03-26 lets clients send, where
// it is one that can be taken.
func unpack(raw []byte) (batch []json.RawMessage, ok bool) {
	ok = isBatch(raw) && json.Unmarshal(raw, &batch) == nil && len(batch) > 0 && len(batch) <= maxBatch
	return batch, ok
}

// messages returns what a batch holds, or the one message that raw is: parse
// says what is wrong with it.
func messages(raw []byte) []json.RawMessage {
	if batch, ok := unpack(raw); ok {
		return batch
	}
	return []json.RawMessage{raw}
}

// parseAll parses the messages of one body; one that is wrong refuses them all.
func parseAll(raw []json.RawMessage) (all []*message, id json.RawMessage, f *fault) {
	for _, one := range raw {
		m, f := parse(one)
		if f != nil {
			return nil, m.ID, f
		}
		all = append(all, m)
	}
	return all, nil, nil
}

func isBatch(raw []byte) bool {
	b := bytes.TrimLeft(raw, " \t\r\n")
	return len(b) > 0 && b[0] == '['
}

// batchFault refuses a list where a message must be.
func batchFault() *fault {
	return &fault{code: mcp.INVALID_REQUEST, message: "a batch must hold 1 to 100 messages and no other batch, and needs protocol version 2025-03-26; send one message at a time"}
}

// takesBatches reports whether a client may send batches to /mcp: one of the
// revision that had them, which names itself in no header or in this one.
func takesBatches(h http.Header) bool {
	version := h.Get(mcp.HeaderProtocolVersion)
	return version == "" || version == mcp.ProtocolVersion20250326
}

// batch answers the requests of a batch, one after the other, with a list.
func (f *front) batch(w http.ResponseWriter, r *http.Request, batch []json.RawMessage) {
	if !acquire(r.Context(), f.slots, 1) {
		busy(w, "the server is busy")
		return
	}
	defer f.slots.Release(1)
	answers := [][]byte{}
	for _, raw := range batch {
		if answer := f.answerOf(r, raw); answer != nil {
			answers = append(answers, answer)
		}
	}
	if len(answers) == 0 {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	writeJSON(w, http.StatusOK, append(append([]byte("["), bytes.Join(answers, []byte(","))...), ']'))
}

// answerOf answers one message of a batch, with nil where nobody waits for an
// answer.
func (f *front) answerOf(r *http.Request, raw []byte) []byte {
	m, flt := parse(raw)
	switch {
	case flt != nil:
		return appendFault(nil, m.ID, flt)
	case m.isCancel():
		f.running.cancel(r.Header, m.Params.RequestID)
		return nil
	case !m.isRequest():
		return nil
	}
	ctx, stop := f.context(r)
	defer stop(nil)
	k := newCall(m, nowhere{}, stop)
	defer f.running.add(r.Header, k)()
	result, flt := f.server.handle(ctx, k, m)
	if !k.finish() {
		return nil
	}
	return f.server.appendAnswer(nil, m.ID, result, flt)
}

// nowhere is where progress of a batch goes.
type nowhere struct{}

func (nowhere) send([]byte) error { return nil }
