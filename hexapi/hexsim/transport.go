package hexsim

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
)

// RoundTrip answers a client's request in process, without a connection, so that
// a workspace can be the transport of an [http.Client].
func (h *Hex) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.Host = cmp.Or(r.Host, r.URL.Host)
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := recorder{header: make(http.Header)}
	h.ServeHTTP(&w, in)
	return w.response(r), nil
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(status int)      { w.status = cmp.Or(w.status, status) }
func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }

func (w *recorder) response(r *http.Request) *http.Response {
	status := cmp.Or(w.status, http.StatusOK)
	return &http.Response{
		Status:     http.StatusText(status),
		StatusCode: status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.header,
		Body:          io.NopCloser(&w.body),
		ContentLength: int64(w.body.Len()),
		Request:       r,
	}
}
