package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
	"hexmcp/tools/memory"
)

// shortBody is how many bytes of a body are read without asking for room, so that
// half a message holds up nobody.
const shortBody = 64 << 10

// body is the body of a request, and the room in memory that it has.
type body struct {
	raw    []byte
	held   int // bytes of room
	memory *memory.Budget
}

func (b *body) release() { b.memory.ReleaseMessage(b.held) }

// read reads the body of a request, or answers why it cannot. Its room is taken
// until it is released.
func (t *transport) read(w http.ResponseWriter, r *http.Request) (*body, bool) {
	if !isJSON(r.Header) {
		t.options.refuse(w, r, refusal{status: http.StatusUnsupportedMediaType, err: rpc.Invalid("Content-Type must be application/json")})
		return nil, false
	}
	b := &body{memory: t.options.Memory}
	if err := t.readBody(w, r, b); err != nil {
		b.release()
		t.refuseBody(w, r, err)
		return nil, false
	}
	b.raw = rpc.TrimBOM(b.raw)
	return b, true
}

func (t *transport) readBody(w http.ResponseWriter, r *http.Request, b *body) (err error) {
	most := int64(t.options.MaxMessage)
	if r.ContentLength > most {
		return &http.MaxBytesError{Limit: most}
	}
	in := http.MaxBytesReader(w, r.Body, most)
	if n := r.ContentLength; 0 < n && n <= shortBody {
		b.raw = make([]byte, n)
		_, err = io.ReadFull(in, b.raw)
		return err
	}
	if r.ContentLength > 0 {
		return t.readAnnounced(r.Context(), in, int(r.ContentLength), b)
	}
	return t.readLong(r.Context(), in, b)
}

// readAnnounced reads a long body whose length is known. Once its beginning has come it
// takes room for all of it at once: bodies that hold a part of the room and want more
// would wait for each other until none of them can be read.
func (t *transport) readAnnounced(ctx context.Context, in io.Reader, length int, b *body) error {
	beginning := make([]byte, shortBody)
	if _, err := io.ReadFull(in, beginning); err != nil {
		return err
	}
	if !t.acquireMessage(ctx, length) {
		return errNoRoom
	}
	b.held = length
	b.raw = make([]byte, length)
	_, err := io.ReadFull(in, b.raw[copy(b.raw, beginning):])
	return err
}

// readLong reads a body that does not say how long it is. It takes room for what
// comes.
func (t *transport) readLong(ctx context.Context, in io.Reader, b *body) error {
	var buf bytes.Buffer
	defer func() { b.raw = buf.Bytes() }()
	for room := shortBody; room < t.options.MaxMessage; room = b.held {
		if _, err := io.CopyN(&buf, in, int64(room-buf.Len())); err != nil {
			return ignoreEOF(err)
		}
		next := min(2*room, t.options.MaxMessage)
		if !t.acquireMessage(ctx, next-b.held) {
			return errNoRoom
		}
		b.held = next
	}
	_, err := io.Copy(&buf, in) // no more than may be
	return err
}

var errNoRoom = errors.New("no room for a long body")

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (t *transport) refuseBody(w http.ResponseWriter, r *http.Request, err error) {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		w.Header().Set("Connection", "close") // the rest is not worth reading
		t.options.refuse(w, r, refusal{status: http.StatusRequestEntityTooLarge, err: rpc.TooLong(t.options.MaxMessage)})
		return
	}
	if errors.Is(err, errNoRoom) {
		// Who is cut off while it writes sees no answer. What is read takes no room.
		_, _ = io.CopyN(io.Discard, r.Body, int64(t.options.MaxMessage))
		writeBusy(w, "too many long messages are under way")
		return
	}
	t.options.refuse(w, r, refusal{status: http.StatusBadRequest, err: &rpc.Error{Code: mcp.PARSE_ERROR, Message: "the body could not be read"}})
}
