// Package page is the web page that people see when they open the address of the server
// in a browser: what the server is, how to set up a client, and its tools. The page loads
// nothing from elsewhere, and works without JavaScript.
package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"strings"
)

// Facts are what the page shows. URL and Clients are functions, because they depend on the
// request.
type Facts struct {
	Title    string
	Version  string
	Token    string // what a client must send, in words; empty for nothing
	Toolsets []Toolset
	// URL returns the address of the MCP endpoint by which the sender of the request
	// reaches the server.
	URL func(*http.Request) string
	// Clients says how each client is set up for the server at that address. System is
	// the reader's operating system: linux, darwin or windows.
	Clients func(url, system string) []Client
}

// Toolset is a group of tools.
type Toolset struct {
	Name, Description string
	Tools             []Tool
}

// Tool is one tool, in words.
type Tool struct {
	Name, Description string
	Effect            string // such as destroys, idempotent
	Kind              string // reads, writes or destroys
	Arguments         []Argument
}

// Argument is one argument of a tool.
type Argument struct {
	Name, Type, Description string
	Required                bool
}

// Client is how one client is set up.
type Client struct{ Title, File, Snippet, Next string }

//go:embed page.css
var style string

//go:embed page.js
var script string

// policy is the Content-Security-Policy of the page. It allows only the page's own style
// and script, by their hashes, and no frames.
func policy() string {
	return "default-src 'none'; style-src " + source(style) + "; script-src " + source(script) +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

func source(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Handler serves the page. It makes the page anew for each request.
func (f Facts) Handler() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", policy())
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		url := f.URL(r)
		_ = f.document(url, f.Clients(url, systemOf(r))).Render(w) // an error means that the reader has gone
	}
}

// systemOf is the operating system that the browser names in its User-Agent.
func systemOf(r *http.Request) string {
	agent := r.UserAgent()
	switch {
	case strings.Contains(agent, "Windows"):
		return "windows"
	case strings.Contains(agent, "Mac OS"):
		return "darwin"
	}
	return "linux"
}
