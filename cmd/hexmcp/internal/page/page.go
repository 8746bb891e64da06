// Package page is what a person sees who opens the address of the server in a
// browser: what it is, how to set a client up, and its tools. It is one page
// without requests to anybody else, and of use without JavaScript.
package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"strings"
)

// Facts are what the page tells. URL and Clients depend on how it was reached.
type Facts struct {
	Title    string
	Version  string
	Token    string // what a client must send, in words; empty for nothing
	Toolsets []Toolset
	// URL is where the request reached the server: that of its MCP endpoint.
	URL func(*http.Request) string
	// Clients says how each client is told of the server at an address, on the
	// system of whoever looks: linux, darwin or windows.
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

// policy lets the page load nothing and be shown in no frame: of what is on it
// only its own style and script count.
func policy() string {
	return "default-src 'none'; style-src " + source(style) + "; script-src " + source(script) +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

func source(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Handler serves the page. Nothing of it is made before somebody looks.
func (f Facts) Handler() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", policy())
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		url := f.URL(r)
		_ = f.document(url, f.Clients(url, systemOf(r))).Render(w) // a reader that left needs no page
	}
}

// systemOf is the system that the reader's browser runs on, as it says itself.
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
