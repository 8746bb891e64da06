package hexcontract

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Exchange is a request and its answer. The bodies were read and stand beside.
type Exchange struct {
	Request  *http.Request
	Sent     []byte // body of the request
	Status   int
	Header   http.Header // of the answer
	Received []byte      // body of the answer
}

func (e Exchange) path() string { return e.Request.URL.EscapedPath() }

// Judge judges both sides of an exchange.
func (c *Contract) Judge(e Exchange) []Finding { return append(c.Request(e), c.Answer(e)...) }

// JudgeWorkspace judges an exchange with a simulated workspace: its answer, and
// unless that is a refusal, the request. What Hex would refuse must not succeed.
func (c *Contract) JudgeWorkspace(e Exchange) []Finding {
	if e.Status >= 400 {
		return c.Answer(e)
	}
	return c.Judge(e)
}

// Watch is a handler that hands each exchange with next to see, before the
// answer is sent.
func Watch(next http.Handler, see func(Exchange)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body) // what is cut short, next cannot read either
		r.Body = io.NopCloser(bytes.NewReader(sent))
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		see(Exchange{r, sent, rec.Code, rec.Header(), rec.Body.Bytes()})
		maps.Copy(w.Header(), rec.Header())
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes()) // the caller may have gone
	})
}

// Workspace is a transport to a simulated workspace that judges each exchange.
func Workspace(t testing.TB, next http.RoundTripper) http.RoundTripper {
	return &judged{t, Open(t), next}
}

type judged struct {
	t        testing.TB
	contract *Contract
	next     http.RoundTripper
}

// RoundTrip sends a request on, and judges what comes back.
func (j *judged) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent, received []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	res, err := j.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	received, err = io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(received))
	Report(j.t, j.contract.JudgeWorkspace(Exchange{r, sent, res.StatusCode, res.Header, received}))
	return res, nil
}

func parseObject(raw []byte) (map[string]any, error) {
	var v map[string]any
	err := json.Unmarshal(raw, &v)
	return v, err
}
