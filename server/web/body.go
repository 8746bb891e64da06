package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
)

// shortBody is how many bytes of a body are read without asking for room, so that
// half a message holds up nobody.
const shortBody = 64 << 10

// read reads the body of a request, or answers why it cannot. Its room is taken
// until it is released.
func (t *transport) read(w http.ResponseWriter, r *http.Request) (raw []byte, release func(), ok bool) {
	if !isJSON(r.Header) {
		t.options.refuse(w, r, refusal{status: http.StatusUnsupportedMediaType, err: rpc.Invalid("Content-Type must be application/json")})
		return nil, nil, false
	}
	raw, release, err := t.readBody(w, r)
	if err != nil {
		release()
		t.refuseBody(w, r, err)
		return nil, nil, false
	}
	return rpc.TrimBOM(raw), release, true
}

func (t *transport) readBody(w http.ResponseWriter, r *http.Request) (raw []byte, release func(), err error) {
	most := int64(t.options.MaxMessage)
	if r.ContentLength > most {
		return nil, func() {}, &http.MaxBytesError{Limit: most}
	}
	body := http.MaxBytesReader(w, r.Body, most)
	if n := r.ContentLength; 0 < n && n <= shortBody {
		raw = make([]byte, n)
		_, err = io.ReadFull(body, raw)
		return raw, func() {}, err
	}
	return t.readLong(r.Context(), body)
}

// readLong reads a body of any size. It takes room for what comes, not for what
// is announced.
func (t *transport) readLong(ctx context.Context, body io.Reader) (raw []byte, release func(), err error) {
	var b bytes.Buffer
	held := 0
	release = func() { t.options.Memory.ReleaseMessage(held) }
	for room := shortBody; room < t.options.MaxMessage; room = held {
		if _, err := io.CopyN(&b, body, int64(room-b.Len())); err != nil {
			return b.Bytes(), release, ignoreEOF(err)
		}
		next := min(2*room, t.options.MaxMessage)
		if !t.acquireMessage(ctx, next-held) {
			return nil, release, errNoRoom
		}
		held = next
	}
	_, err = io.Copy(&b, body) // no more than may be
	return b.Bytes(), release, err
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
		writeBusy(w, "too many long messages are under way")
		return
	}
	t.options.refuse(w, r, refusal{status: http.StatusBadRequest, err: &rpc.Error{Code: mcp.PARSE_ERROR, Message: "the body could not be read"}})
}
