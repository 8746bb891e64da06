package web

import (
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"hexmcp/server/rpc"
)

// The flags of hexmcp http that widen what is let in. They are named where
// somebody is refused who may have to be let in.
const (
	flagHost   = "--allow-host"
	flagOrigin = "--allow-origin"
)

// refusal is the answer to what is not let in or cannot be understood.
type refusal struct {
	status int
	id     []byte // of the message, where it is known
	err    *rpc.Error
	flag   string // would allow it, value included; "" where none would
}

// refuse answers, and tells the operator: a host shows its user neither.
func (o *Options) refuse(w http.ResponseWriter, r *http.Request, why refusal) {
	o.logRefusal(r, why.status, why.err.Message, why.flag)
	if why.flag != "" {
		e := *why.err
		e.Message += "; to allow it, start hexmcp http with " + why.flag
		why.err = &e
	}
	writeError(w, why.status, why.id, why.err)
}

// logRefusal writes the one line about a refusal: what was sent, but for what
// may be secret, and which flag would allow it.
func (o *Options) logRefusal(r *http.Request, status int, why, flag string) {
	o.Refused(status)
	attrs := []slog.Attr{
		slog.Int("status", status), slog.String("why", why),
		slog.String("method", short(r.Method)), slog.String("path", short(r.URL.Path)),
		slog.String("host", short(r.Host)),
	}
	for _, name := range toldHeaders {
		if values := r.Header.Values(name); len(values) > 0 {
			attrs = append(attrs, slog.String(strings.ToLower(name), short(strings.Join(values, ", "))))
		}
	}
	if r.ContentLength > 0 {
		attrs = append(attrs, slog.Int64("bytes", r.ContentLength))
	}
	if flag != "" {
		attrs = append(attrs, slog.String("allow", flag))
	}
	o.Logger.LogAttrs(r.Context(), slog.LevelWarn, "request refused", attrs...)
}

// toldHeaders are those for which requests are refused. None holds a secret.
var toldHeaders = []string{"Origin", "Sec-Fetch-Site", "Accept", "Content-Type", "Mcp-Protocol-Version", rpc.HeaderToolsets, rpc.HeaderTools, rpc.HeaderReadOnly}

// token is a token of Hex, which some clients send where it does not belong.
var token = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)hxt[pw]_[^\s/?&;,]*`) })

// short bounds what is told of a value from outside, and tells no token.
func short(value string) string {
	const most = 128
	value = token().ReplaceAllString(value, "[redacted]")
	if len(value) <= most {
		return value
	}
	return strings.ToValidUTF8(value[:most], "") + "…"
}
