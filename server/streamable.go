package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"golang.org/x/sync/semaphore"
)

// post is Streamable HTTP: one message a request, and no state after it.
func (f *front) post(w http.ResponseWriter, r *http.Request) {
	plain, events := accepts(r.Header)
	if !plain && !events {
		notAcceptable(w, "application/json or text/event-stream")
		return
	}
	raw, release, ok := f.read(w, r)
	if !ok {
		return
	}
	defer release()
	if batch, ok := unpack(raw); ok && takesBatches(r.Header) {
		f.batch(w, r, batch)
		return
	}
	m, flt := parse(raw)
	if flt == nil {
		flt = f.server.checkHeaders(r.Header, m)
	}
	switch {
	case flt != nil:
		writeFault(w, flt.status(), m.ID, flt)
	case m.isCancel():
		f.running.cancel(r.Header, m.Params.RequestID)
		w.WriteHeader(http.StatusAccepted)
	case !m.isRequest():
		w.WriteHeader(http.StatusAccepted)
	case m.Method == string(mcp.MethodSubscriptionsListen) && !events:
		notAcceptable(w, "text/event-stream")
	default:
		f.answer(w, r, m, !plain, events && wantsEvents(m))
	}
}

func notAcceptable(w http.ResponseWriter, what string) {
	writeFault(w, http.StatusNotAcceptable, nil, &fault{code: mcp.INVALID_REQUEST, message: "Accept must allow " + what})
}

// wantsEvents reports whether there may be something to say before the answer.
func wantsEvents(m *message) bool {
	return m.Params.Meta.ProgressToken != nil || m.Method == string(mcp.MethodSubscriptionsListen)
}

// answer runs the request. Its context ends when the client closes the
// connection or cancels, and knows nothing else of the HTTP request.
func (f *front) answer(w http.ResponseWriter, r *http.Request, m *message, asEvent, streams bool) {
	if !acquire(r.Context(), f.slots, 1) {
		busy(w, "the server is busy")
		return
	}
	ctx, stop := f.context(r)
	defer stop(nil)
	stream := newEventStream(w)
	defer stream.close()
	k := newCall(m, stream, stop)
	defer f.running.add(r.Header, k)()
	quiet := func() {}
	if streams {
		quiet = stream.keepAlive(f.options.KeepAlive)
	} else {
		k.token = nil
	}
	result, flt := f.server.handle(ctx, k, m)
	f.slots.Release(1) // a slow reader holds up nobody
	quiet()
	if !k.finish() {
		stream.accept() // the client has canceled, and waits for no answer
		return
	}
	if m.Method == string(mcp.MethodInitialize) && flt == nil {
		w.Header().Set(mcp.HeaderSessionID, rand.Text())
	}
	b := getBuffer()
	defer putBuffer(b)
	*b = f.server.appendAnswer(*b, m.ID, result, flt)
	_ = stream.finish(statusOf(m, flt), *b, asEvent) // a client that left needs no answer
}

// context is that of calls of an HTTP request.
func (f *front) context(r *http.Request) (context.Context, context.CancelCauseFunc) {
	ctx, stop := context.WithCancelCause(f.ctx)
	forget := context.AfterFunc(r.Context(), func() { stop(errGone) })
	return ctx, func(cause error) { forget(); stop(cause) }
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

// acquire takes room, after waiting a moment for it where there is none.
func acquire(ctx context.Context, room *semaphore.Weighted, n int64) bool {
	if room.TryAcquire(n) {
		return true
	}
	ctx, done := context.WithTimeout(ctx, slotWait)
	defer done()
	return room.Acquire(ctx, n) == nil
}

// What bodies may hold in memory: a short one is read at once, so that half a
// message holds up nobody; long ones share some room.
const (
	shortBody  = 64 << 10
	longBodies = 64 << 20
)

// read reads the body of a request, or answers why it cannot. Its room is taken
// until it is released.
func (f *front) read(w http.ResponseWriter, r *http.Request) (raw []byte, release func(), ok bool) {
	if !isJSON(r.Header) {
		writeFault(w, http.StatusUnsupportedMediaType, nil, &fault{code: mcp.INVALID_REQUEST, message: "Content-Type must be application/json"})
		return nil, nil, false
	}
	raw, release, err := f.body(w, r)
	if err != nil {
		f.refuseBody(w, err)
		return nil, nil, false
	}
	return raw, release, true
}

func (f *front) body(w http.ResponseWriter, r *http.Request) (raw []byte, release func(), err error) {
	most := int64(f.server.options.MaxMessage)
	if r.ContentLength > most {
		return nil, nil, &http.MaxBytesError{Limit: most}
	}
	body := http.MaxBytesReader(w, r.Body, most)
	if n := r.ContentLength; 0 < n && n <= shortBody {
		raw = make([]byte, n)
		_, err = io.ReadFull(body, raw)
		return raw, func() {}, err
	}
	var b bytes.Buffer // it grows with what comes, not with what is announced
	if _, err := io.CopyN(&b, body, shortBody); err != nil {
		return b.Bytes(), func() {}, ignoreEOF(err)
	}
	if !acquire(r.Context(), f.bodies, most) {
		return nil, nil, errNoRoom
	}
	release = func() { f.bodies.Release(most) }
	if _, err := io.Copy(&b, body); err != nil {
		release()
		return nil, nil, err
	}
	return b.Bytes(), release, nil
}

var errNoRoom = errors.New("no room for a long body")

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (f *front) refuseBody(w http.ResponseWriter, err error) {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		w.Header().Set("Connection", "close") // the rest is not worth reading
		writeFault(w, http.StatusRequestEntityTooLarge, nil, f.server.tooLong())
		return
	}
	if errors.Is(err, errNoRoom) {
		busy(w, "too many long messages are under way")
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
