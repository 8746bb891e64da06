package rpc

// Headers by which a client of HTTP says that it wants fewer tools.
const (
	HeaderToolsets = "X-MCP-Toolsets" // names of toolsets, separated by commas
	HeaderTools    = "X-MCP-Tools"    // names of tools, separated by commas
	HeaderReadOnly = "X-MCP-Readonly" // true: only tools that read
)

// Wish is what a client wants of the tools that the operator offers. It can have
// no others.
type Wish struct {
	Toolsets []string // none: of all
	Tools    []string // beside those of the toolsets; alone, only these
	ReadOnly bool     // only tools that read
	Withheld Withheld
}

// Withheld is what whoever calls may not do, whatever the client wants.
type Withheld struct {
	Writing    bool // only tools that read are left
	Destroying bool // no tools that remove or overwrite something
}
