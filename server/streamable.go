package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// post is Streamable HTTP: one message a request, and no state after it. It
// takes no cancel: ids of several clients meet here, and who wants to cancel
// closes the connection.
func (f *front) post(w http.ResponseWriter, r *http.Request) {
	plain, events := accepts(r.Header)
	switch {
	case !plain && !events:
		writeFault(w, http.StatusNotAcceptable, nil, &fault{code: mcp.INVALID_REQUEST, message: "Accept must allow application/json or text/event-stream"})
		return
	case !f.acquire(r.Context()):
		busy(w, "the server is busy")
		return
	}
	defer f.release()
	m, ok := f.read(w, r)
	if !ok {
		return
	}
	if flt := f.server.checkHeaders(r.Header, m); flt != nil {
		writeFault(w, flt.status(), m.ID, flt)
		return
	}
	if !m.isRequest() {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	f.answer(w, r, m, !plain, events && wantsEvents(m))
}

// wantsEvents reports whether there may be something to say before the answer.
func wantsEvents(m *message) bool {
	return m.Params.Meta.ProgressToken != nil || m.Method == string(mcp.MethodSubscriptionsListen)
}

// answer runs the request. Its context ends when the client closes the
// connection, and knows nothing else of the HTTP request.
func (f *front) answer(w http.ResponseWriter, r *http.Request, m *message, asEvent, streams bool) {
	ctx, stop := context.WithCancelCause(f.ctx)
	defer stop(nil)
	defer context.AfterFunc(r.Context(), func() { stop(errGone) })()
	stream := newEventStream(w)
	defer stream.close()
	k := newCall(m, stream, stop)
	quiet := func() {}
	if streams {
		quiet = stream.keepAlive(f.options.KeepAlive)
	} else {
		k.token = nil
	}
	result, flt := f.server.handle(ctx, k, m)
	quiet()
	if !k.finish() || r.Context().Err() != nil {
		return
	}
	b := getBuffer()
	defer putBuffer(b)
	*b = f.server.appendAnswer(*b, m.ID, result, flt)
	_ = stream.finish(statusOf(m, flt), *b, asEvent) // a client that left needs no answer
}

// statusOf is the HTTP status of an answer. Before 2026-07-28 the protocol's
// errors travelled with 200.
func statusOf(m *message, f *fault) int {
	if f == nil || !m.isModern() {
		return http.StatusOK
	}
	return f.status()
}

// slotWait is how long a request waits for a slot before it is sent away.
const slotWait = time.Second

func (f *front) acquire(ctx context.Context) bool {
	select {
	case f.slots <- struct{}{}:
		return true
	default:
	}
	ctx, done := context.WithTimeout(ctx, slotWait)
	defer done()
	select {
	case f.slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (f *front) release() { <-f.slots }

// read reads the message of a request, or answers why it cannot.
func (f *front) read(w http.ResponseWriter, r *http.Request) (*message, bool) {
	if !isJSON(r.Header) {
		writeFault(w, http.StatusUnsupportedMediaType, nil, &fault{code: mcp.INVALID_REQUEST, message: "Content-Type must be application/json"})
		return nil, false
	}
	raw, err := f.body(w, r)
	if err != nil {
		f.refuseBody(w, err)
		return nil, false
	}
	m, flt := parse(raw)
	if flt != nil {
		writeFault(w, http.StatusBadRequest, m.ID, flt)
		return nil, false
	}
	return m, true
}

func (f *front) body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	most := int64(f.server.options.MaxMessage)
	if r.ContentLength > most {
		return nil, &http.MaxBytesError{Limit: most}
	}
	body := http.MaxBytesReader(w, r.Body, most)
	if r.ContentLength <= 0 {
		return io.ReadAll(body)
	}
	raw := make([]byte, r.ContentLength)
	_, err := io.ReadFull(body, raw)
	return raw, err
}

func (f *front) refuseBody(w http.ResponseWriter, err error) {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		w.Header().Set("Connection", "close") // the rest is not worth reading
		writeFault(w, http.StatusRequestEntityTooLarge, nil, f.server.tooLong())
		return
	}
	writeFault(w, http.StatusBadRequest, nil, &fault{code: mcp.PARSE_ERROR, message: "the body could not be read"})
}

func writeFault(w http.ResponseWriter, status int, id []byte, f *fault) {
	writeJSON(w, status, appendFault(nil, id, f))
}

func busy(w http.ResponseWriter, why string) {
	w.Header().Set("Retry-After", "1")
	writeFault(w, http.StatusServiceUnavailable, nil, &fault{code: mcp.INTERNAL_ERROR, message: why + "; try again in a second"})
}
