package hexapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// response is a 2xx answer whose body is valid JSON.
type response struct {
	status  int
	body    json.RawMessage
	traceID string // from the header X-Trace-Id; empty where there is none
}

// received is what came back for a request that was sent once.
type received struct {
	status int // 0 when there was no answer
	header http.Header
	body   []byte
	err    error // why there was no answer, or no whole body of a success
}

// receive reads an answer to its end, or until ctx ends. It closes the body then,
// because the body of some transports does not end with the context. Of an error it
// takes as much of the body as came: the status says enough.
func (c *Client) receive(ctx context.Context, res *http.Response) *received {
	defer res.Body.Close()
	defer context.AfterFunc(ctx, func() { _ = res.Body.Close() })()
	if res.StatusCode < 100 {
		return &received{err: ErrNoStatus}
	}
	got := &received{status: res.StatusCode, header: res.Header}
	if !isSuccess(res.StatusCode) {
		got.body, _ = c.readBody(ctx, res, maxErrorBody)
		return got
	}
	got.body, got.err = c.readBody(ctx, res, MaxBody)
	return got
}

func isSuccess(status int) bool { return status >= 200 && status <= 299 }

// scrub hides the token in those parts that answers and errors show.
func (got *received) scrub(s *scrubber) {
	s.headers(got.header)
	got.body = s.bytes(got.body)
	if got.err != nil {
		got.err = s.error(got.err)
	}
}

// json checks that the body of a success is JSON, and returns it: "{}" for an empty one.
func (got *received) json() (json.RawMessage, error) {
	if len(bytes.TrimSpace(got.body)) == 0 {
		return json.RawMessage("{}"), nil
	}
	body := validUTF8(got.body)
	if !isJSON(body) {
		return nil, fmt.Errorf("%w: content type %q, %d bytes", ErrNotJSON, clip(got.header.Get("Content-Type"), 80), len(body))
	}
	return body, nil
}

// isJSON accepts what encoding/json accepts, repeated names and lone surrogates
// included. It takes less than half the time of json.Valid, which took a tenth of
// a call with an answer of 20 KB.
func isJSON(body []byte) bool {
	return jsontext.Value(body).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// FirstRead is how many bytes of an answer are read without asking
// [Config.Reserve]. Most answers are shorter.
const FirstRead = 40_000

// maxPromise is how many bytes a buffer gets at the most before the body comes,
// whatever its Content-Length announces.
const maxPromise = 1 << 20

// scratches are buffers into which the first FirstRead bytes of a body are read. Most
// bodies end there and are copied at their exact size. Without them, growing buffers
// made half of all garbage.
var scratches = sync.Pool{New: func() any {
	b := make([]byte, FirstRead+bytes.MinRead)
	return &b
}}

// readBody reads up to limit bytes, counted after decompression. When the
// Content-Length is larger it reads nothing.
func (c *Client) readBody(ctx context.Context, res *http.Response, limit int64) ([]byte, error) {
	if res.ContentLength > limit {
		return nil, ErrTooLarge
	}
	scratch := scratches.Get().(*[]byte)
	defer scratches.Put(scratch)
	b := bytes.NewBuffer((*scratch)[:0])
	if n := res.ContentLength; n > FirstRead {
		b.Grow(int(min(n, maxPromise)) + bytes.MinRead) // spares growing and copying
	}
	read := func() []byte {
		if b.Cap() > cap(*scratch) {
			return b.Bytes() // b has outgrown scratch and has memory of its own
		}
		return bytes.Clone(b.Bytes())
	}
	for room := int64(FirstRead); ; room *= 2 { // more is reserved as bytes arrive, not as they are announced
		room = min(room, limit+1)
		if err := c.makeRoom(ctx, room, res.ContentLength); err != nil {
			return nil, err
		}
		_, err := b.ReadFrom(io.LimitReader(res.Body, room-int64(b.Len())))
		switch {
		case err != nil:
			return read(), err
		case int64(b.Len()) > limit:
			return read(), ErrTooLarge
		case int64(b.Len()) < room:
			return read(), nil
		}
	}
}

// makeRoom reserves room bytes for an answer, or as many as are announced if these
// are fewer.
func (c *Client) makeRoom(ctx context.Context, room, announced int64) error {
	if announced > 0 {
		room = min(room, announced)
	}
	if c.reserve == nil || room <= FirstRead {
		return nil
	}
	if err := c.reserve(ctx, room); err != nil {
		return fmt.Errorf("%w: %w", ErrNoMemory, err)
	}
	return nil
}

// validUTF8 replaces bytes that are not UTF-8. In strings, encoding/json accepts such
// bytes, but other JSON decoders refuse them.
func validUTF8(body []byte) []byte {
	if utf8.Valid(body) {
		return body
	}
	return bytes.ToValidUTF8(body, []byte("\uFFFD"))
}
