package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
)

// What bodies may hold in memory: a short one is read at once, so that half a
// message holds up nobody; long ones share some room.
const (
	shortBody  = 64 << 10
	longBodies = 64 << 20
)

// read reads the body of a request, or answers why it cannot. Its room is taken
// until it is released.
func (t *transport) read(w http.ResponseWriter, r *http.Request) (raw []byte, release func(), ok bool) {
	if !isJSON(r.Header) {
		t.options.refuse(w, r, refusal{status: http.StatusUnsupportedMediaType, err: rpc.Invalid("Content-Type must be application/json")})
		return nil, nil, false
	}
	raw, release, err := t.readBody(w, r)
	if err != nil {
		t.refuseBody(w, r, err)
		return nil, nil, false
	}
	return rpc.TrimBOM(raw), release, true
}

func (t *transport) readBody(w http.ResponseWriter, r *http.Request) (raw []byte, release func(), err error) {
	most := int64(t.options.MaxMessage)
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
	if !acquire(r.Context(), t.bodies, most) {
		return nil, nil, errNoRoom
	}
	release = func() { t.bodies.Release(most) }
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
