package server

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// Info is how the server introduces itself.
type Info struct {
	Name         string // for programs, such as hexmcp
	Title        string // for people
	Version      string
	Description  string
	WebsiteURL   string
	Instructions string // tells a model how to work with the tools
}

// Options are what both doors share. A zero field means its default.
type Options struct {
	// Logger gets one debug line a call, without arguments. Default: discard.
	Logger *slog.Logger
	// MaxMessage is how many bytes one message may have, 4 MiB by default.
	MaxMessage int
	// Calls is how many calls of one client over stdio or SSE run side by side, 64
	// by default. Further calls wait.
	Calls int
	// Grace is how long running calls may go on when the server is told to
	// stop, 10 seconds by default. What still runs then is canceled.
	Grace time.Duration
}

func (o Options) withDefaults() Options {
	o.Logger = cmp.Or(o.Logger, slog.New(slog.DiscardHandler))
	o.MaxMessage = cmp.Or(o.MaxMessage, 4<<20)
	o.Calls = cmp.Or(o.Calls, 64)
	o.Grace = cmp.Or(o.Grace, 10*time.Second)
	return o
}

// listTTL is how long a client may keep the list of tools, in milliseconds. It
// cannot change while the process lives.
const listTTL = 300_000

// Server answers MCP requests with a fixed set of tools. It is safe for
// concurrent use, and may serve several doors at once.
type Server struct {
	mcp      *mcpserver.MCPServer
	options  Options
	log      *slog.Logger
	tools    map[string]Tool
	meta     []byte                    // the _meta of modern results
	lists    [2]atomic.Pointer[[]byte] // encoded tools/list results: legacy, modern
	sessions atomic.Uint64
}

// New makes a server of the tools. Their schemas are passed on as they are:
// each tool validates its own arguments.
func New(info Info, tools []Tool, options Options) *Server {
	s := &Server{options: options.withDefaults(), tools: make(map[string]Tool, len(tools))}
	s.log = s.options.Logger
	s.mcp = mcpserver.NewMCPServer(info.Name, info.Version,
		mcpserver.WithTitle(info.Title),
		mcpserver.WithDescription(info.Description),
		mcpserver.WithWebsiteURL(info.WebsiteURL),
		mcpserver.WithInstructions(info.Instructions),
		mcpserver.WithToolCapabilities(false),
		mcpserver.WithCacheHints(listTTL, mcp.CacheScopePublic),
	)
	for _, t := range tools {
		s.tools[t.Name] = t
		s.mcp.AddTool(t.Tool, s.handler(t))
	}
	s.meta = encodeMeta(info)
	return s
}

// encodeMeta writes once what mcp-go puts into every modern result.
func encodeMeta(info Info) []byte {
	var meta mcp.Meta
	meta.SetServerInfo(mcp.Implementation{
		Name:        info.Name,
		Version:     info.Version,
		Title:       info.Title,
		Description: info.Description,
		WebsiteURL:  info.WebsiteURL,
	})
	b, err := json.Marshal(&meta)
	if err != nil { // strings cannot fail
		return []byte("{}")
	}
	return b
}

// usesHeaders reports whether arguments of the tool also travel in headers.
func (t Tool) usesHeaders() bool {
	return strings.Contains(string(t.RawInputSchema), "x-mcp-header")
}
