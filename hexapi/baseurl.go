package hexapi

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// DefaultBaseURL is the API of Hex's multi-tenant stack. Other stacks differ in
// the host: eu.hex.tech, hc.hex.tech, or a single tenant's own.
const DefaultBaseURL = "https://app.hex.tech/api"

// BaseURL normalises the address of the Hex API. A bare host, or one with "/",
// "/api" or "/api/v1" behind it, all give the same address, which ends in "/api":
// "/v1" belongs to the paths of operations. Without a scheme it is https, or http
// for a loopback address. Any other path, a query or credentials are an error.
func BaseURL(raw string) (*url.URL, error) {
	raw = cmp.Or(strings.TrimSpace(raw), DefaultBaseURL)
	if !strings.Contains(raw, "://") {
		raw = schemeOf(raw) + "://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("it is not a URL") // the parser's error would quote credentials in it
	}
	if err := checkBase(u); err != nil {
		return nil, err
	}
	host := strings.ToLower(u.Host)
	return &url.URL{Scheme: u.Scheme, Host: host, Path: cmp.Or(trimVersion(u.Path), "/api")}, nil
}

// trimVersion takes "/v1" and slashes off the end of a path.
func trimVersion(path string) string {
	path = strings.TrimRight(path, "/")
	if rest, ok := strings.CutSuffix(path, "/v1"); ok {
		return trimVersion(rest)
	}
	return path
}

func checkBase(u *url.URL) error {
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("the scheme is %q, not https", u.Scheme)
	case u.Hostname() == "":
		return errors.New("it names no host")
	case u.User != nil:
		return errors.New("it carries a user name or password; the token is configured on its own")
	case u.ForceQuery || u.RawQuery != "" || u.Fragment != "":
		return errors.New("it carries a query or a fragment")
	}
	return checkPath(u)
}

// checkPath refuses the address of a web page, or of another service than the API. It
// allows other paths at hosts that are not Hex's: a gateway may serve the API there.
func checkPath(u *url.URL) error {
	path := trimVersion(u.Path)
	last := path[strings.LastIndex(path, "/")+1:]
	ours := path == "" || last == "api"
	host := strings.ToLower(u.Hostname())
	ofHex := host == "hex.tech" || strings.HasSuffix(host, ".hex.tech")
	switch {
	case ofHex && path != "" && path != "/api", !ours && slices.Contains(pages, strings.ToLower(last)), uuidInPath().MatchString(path):
		return fmt.Errorf("its path is that of a page or of another service and not of the API: give the host alone, such as %s://%s", u.Scheme, u.Host)
	}
	return nil
}

// pages are last elements of paths that are certainly not the API.
var pages = []string{"mcp", "sse", "home", "login", "projects", "settings"}

var uuidInPath = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/|$)`)
})

func schemeOf(bare string) string {
	host, _, _ := strings.Cut(bare, "/")
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if isLoopback(host) {
		return "http"
	}
	return "https"
}

func isLoopback(host string) bool {
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
