package main

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"hexmcp/cmd/hexmcp/internal/install"
	"hexmcp/cmd/hexmcp/internal/page"
	"hexmcp/server"
	"hexmcp/server/forwarded"
	"hexmcp/tools"
)

// page is the web page that people see when they open the address of the server.
func (a *app) page(d *door, offered []tools.Action) http.HandlerFunc {
	return page.Facts{
		Title: server.HexInfo("").Name, Version: version(), Token: d.whatToSend(), Toolsets: toolsetsOf(offered),
		URL: a.config.endpoint, Clients: clientsAt,
	}.Handler()
}

// endpoint is the address of /mcp for the client that sent the request.
func (c *config) endpoint(r *http.Request) string {
	switch {
	case c.publicURL != "":
		return c.publicURL
	case forwarded.Scheme(r.Context()) != "":
		return forwarded.Scheme(r.Context()) + "://" + r.Host + "/mcp"
	case r.TLS != nil:
		return "https://" + r.Host + "/mcp"
	}
	return "http://" + r.Host + "/mcp"
}

// whatToSend says which secrets a client must be set up with besides the address.
func (d *door) whatToSend() string {
	var needed []string
	switch {
	case d.guard != nil && d.guard.Issuer != "":
		needed = append(needed, "Clients ask you to sign in at "+d.guard.Issuer+".")
	case d.guard != nil:
		needed = append(needed, "Clients must send the header Authorization: Bearer with a token that the operator hands out.")
	}
	if d.hexTokens.FromHeader {
		needed = append(needed, "Clients must send your own token of Hex in the header X-Hex-Api-Token.")
	}
	return strings.Join(needed, " ")
}

// homes are the folders with the configurations of clients, in the form that people write.
var homes = map[string]string{"HOME": "~", "USERPROFILE": "%USERPROFILE%", "APPDATA": "%APPDATA%", "LOCALAPPDATA": "%LOCALAPPDATA%"}

// clientsAt are the clients that can use a server at an address, with the file and the
// entry for their configuration on the given operating system.
func clientsAt(url, system string) []page.Client {
	its := install.System{OS: system, Env: func(name string) (string, bool) { home, ok := homes[name]; return home, ok }}
	var all []page.Client
	for _, c := range install.Clients() {
		snippet, err := c.Snippet(install.Server{Name: "hex", URL: url})
		if err == nil { // otherwise the client supports no servers at an address
			all = append(all, page.Client{Title: c.Title, File: c.File(its), Snippet: snippet, Next: c.Next})
		}
	}
	return all
}

// toolsetsOf are the toolsets with those of their tools that are offered.
func toolsetsOf(offered []tools.Action) []page.Toolset {
	on := map[string]bool{}
	for _, a := range offered {
		on[a.Name] = true
	}
	var all []page.Toolset
	for _, set := range tools.Catalog() {
		shown := page.Toolset{Name: set.Name, Description: set.Description}
		for _, a := range set.Actions {
			if on[a.Name] {
				shown.Tools = append(shown.Tools, toolOf(a))
			}
		}
		if len(shown.Tools) > 0 {
			all = append(all, shown)
		}
	}
	return all
}

func toolOf(a tools.Action) page.Tool {
	kind, _, _ := strings.Cut(a.Effect.String(), ",")
	return page.Tool{Name: a.Name, Description: a.Description, Effect: a.Effect.String(), Kind: kind, Arguments: argumentsOf(a.Input())}
}

// argumentsOf are the arguments in the order of the schema.
func argumentsOf(input json.RawMessage) []page.Argument {
	var schema struct {
		Properties json.RawMessage
		Required   []string
	}
	if json.Unmarshal(input, &schema) != nil {
		return nil
	}
	required := map[string]bool{}
	for _, name := range schema.Required {
		required[name] = true
	}
	var all []page.Argument
	d := jsontext.NewDecoder(strings.NewReader(string(schema.Properties)))
	for _, err := d.ReadToken(); err == nil && d.PeekKind() == '"'; {
		var name, value jsontext.Value
		if name, err = d.ReadValue(); err != nil {
			break
		}
		key := strings.Trim(string(name), `"`)
		if value, err = d.ReadValue(); err != nil {
			break
		}
		var property struct{ Type, Description string }
		if json.Unmarshal(value, &property) == nil {
			all = append(all, page.Argument{Name: key, Type: property.Type, Description: property.Description, Required: required[key]})
		}
	}
	return all
}
