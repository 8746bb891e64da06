package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
)

// originCheck is middleware before every route. It refuses requests that a web
// page makes in its visitor's browser: those with a foreign Origin, and those
// whose Host is not ours, because the page's name was rebound to our address.
type originCheck struct {
	next    http.HandlerFunc
	options Options
	hosts   []string
	origins []string
	anyIP   bool
}

func newOriginCheck(o Options, next http.HandlerFunc) *originCheck {
	return &originCheck{next: next, options: o, hosts: lower(o.Hosts), origins: lower(o.Origins), anyIP: o.Exposed}
}

func lower(names []string) []string {
	low := make([]string, len(names))
	for i, name := range names {
		low[i] = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(name), "/"))
	}
	return low
}

// IsHost reports whether a Host header can be what an operator wrote for one.
func IsHost(name string) bool {
	name = strings.TrimSpace(name)
	return name != "" && !strings.ContainsAny(name, "/*, ")
}

// IsOrigin reports whether an Origin header can be what an operator wrote for
// one.
func IsOrigin(origin string) bool {
	u, err := url.Parse(strings.TrimSuffix(strings.TrimSpace(origin), "/"))
	return err == nil && u.Scheme != "" && u.Host != "" && u.Path == "" && !strings.Contains(u.Host, "*")
}

// ServeHTTP answers 403 or passes the request on.
func (c *originCheck) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	// What net/http still has to write when the handler has returned must end, too.
	defer func() { _ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(stallLimit)) }()
	origins := r.Header.Values("Origin")
	switch {
	case !c.knowsHost(r.Host):
		c.refuse(w, r, "this Host is not served here", flagFor(flagHost, r.Host, IsHost))
	case len(origins) == 0 && isFromElsewhere(r.Header) && !isVisit(r):
		c.refuse(w, r, "pages of another site may not load this", "")
	case len(origins) == 0:
		c.next(w, r)
	case len(origins) == 1 && c.isListed(origins[0]):
		c.share(w, r, origins[0])
	case len(origins) == 1 && isSameHost(origins[0], r.Host):
		c.next(w, r)
	case len(origins) == 1:
		c.refuse(w, r, "this Origin may not use the server", flagFor(flagOrigin, origins[0], IsOrigin))
	default:
		c.refuse(w, r, "a request has one Origin at the most", "")
	}
}

func (c *originCheck) refuse(w http.ResponseWriter, r *http.Request, why, flag string) {
	c.options.refuse(w, r, refusal{status: http.StatusForbidden, err: rpc.Invalid(why), flag: flag})
}

// flagFor is the flag that would let a value in, if any can. The value is
// repeated only where an operator could have written it.
func flagFor(flag, value string, is func(string) bool) string {
	if !is(value) || value != short(value) {
		return ""
	}
	return flag + " " + value
}

// knowsHost reports whether clients may call us host. An address needs no
// list where any is admitted: only names can be rebound.
func (c *originCheck) knowsHost(host string) bool {
	host = strings.ToLower(host)
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	if name == "localhost" || slices.Contains(c.hosts, host) || slices.Contains(c.hosts, name) {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && (c.anyIP || ip.IsLoopback())
}

// isFromElsewhere reports whether a browser loads us for a page of another
// origin, as an image for example, for which it sends no Origin.
func isFromElsewhere(h http.Header) bool {
	site := h.Get("Sec-Fetch-Site")
	return site == "cross-site" || site == "same-site"
}

// isVisit reports whether a person follows a link to our page, which no other
// page can then read.
func isVisit(r *http.Request) bool {
	return r.URL.Path == "/" && r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

func (c *originCheck) isListed(origin string) bool {
	return slices.Contains(c.origins, strings.ToLower(origin))
}

func isSameHost(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && strings.EqualFold(u.Host, host)
}

// share lets a page of a listed origin read the answer, and ask first whether
// it may.
func (c *originCheck) share(w http.ResponseWriter, r *http.Request, origin string) {
	h := w.Header()
	h.Add("Vary", "Origin")
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", mcp.HeaderSessionID+", WWW-Authenticate, Retry-After")
	if r.Method != http.MethodOptions {
		c.next(w, r)
		return
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
	h.Set("Access-Control-Allow-Headers",
		"Accept, Authorization, Content-Type, Last-Event-ID, Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Mcp-Session-Id, X-Hex-Api-Token")
	h.Set("Access-Control-Max-Age", "7200")
	w.WriteHeader(http.StatusNoContent)
}
