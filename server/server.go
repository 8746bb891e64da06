package server

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"hexmcp/server/confirm"
	"hexmcp/server/record"
	"hexmcp/server/rpc"
	"hexmcp/server/skills"
	"hexmcp/server/subscriptions"
	"hexmcp/server/tasks"
	"hexmcp/tools"
	"hexmcp/tools/prompts"
)

// Info is how the server introduces itself.
type Info struct {
	Name         string // for programs, such as hexmcp
	Title        string // for people
	Version      string
	Description  string
	WebsiteURL   string
	Instructions string // tells a model how to work with the tools
	// Instruct makes the instructions of the tools that there are; nil for none.
	Instruct func([]Tool) string
}

// Options are what may be changed about a server. A zero field means its
// default.
type Options struct {
	// Logger gets one line a call, without the values of arguments. Default: discard.
	Logger *slog.Logger
	// CallLevel is the level of that line, info by default.
	CallLevel slog.Level
	// CallerOf names who makes a call, without a secret; "" for nobody in
	// particular. Default: nobody has a name.
	CallerOf func(calls context.Context) string
	// Begin hears of each call of a tool, and what it returns of its outcome: ok, or
	// the kind of failure. Default: nobody hears.
	Begin func(tool string) (end func(outcome string))
	// TextOnly leaves out structuredContent and outputSchema, for hosts that give
	// the model both forms of an answer.
	TextOnly bool
	// WhyOff says by which setting a tool that is not among those of the server is
	// off; "" where there is no such tool at all, which is the default for each.
	WhyOff func(tool string) string
	// Prompts are offered as far as the tools are there that they speak of.
	// Default: none.
	Prompts []prompts.Prompt
	// Skills are served to clients that know the extension, and as resources to all.
	// Default: none.
	Skills []skills.Skill
	// Confirm says before which calls a person is asked, where the client can do
	// so. Default: before what cannot be undone.
	Confirm confirm.When
	// SigningKey is that by which questions are known which were asked by any process
	// that has it. Default: a key of this process.
	SigningKey func() []byte
	// Shelf is where other processes find tasks of this one. Default: nowhere.
	Shelf tasks.Shelf
}

// withDefaults fills the functions that are not given.
func (o Options) withDefaults() Options {
	if o.CallerOf == nil {
		o.CallerOf = func(context.Context) string { return "" }
	}
	if o.WhyOff == nil {
		o.WhyOff = func(string) string { return "" }
	}
	if o.Begin == nil {
		o.Begin = func(string) func(string) { return func(string) {} }
	}
	return o
}

// listTTL is how long a client may keep the list of tools, in milliseconds. It
// cannot change while the process lives.
const listTTL = 300_000

// Server answers MCP requests with a fixed set of tools. It is an
// [rpc.Dispatcher], safe for concurrent use, and may serve several transports
// at once.
type Server struct {
	mcp           *mcpserver.MCPServer
	empty         *mcpserver.MCPServer // answers for what the server does not have
	log           *slog.Logger
	options       Options
	textOnly      bool
	whyOff        func(tool string) string
	tools         map[string]*Tool
	definitions   func() map[string][]byte       // that clients are told of, encoded, by tool
	names         map[string]func() record.Names // of arguments, by tool
	prompts       map[string]prompts.Prompt
	finders       map[tools.Thing]finder
	asker         *confirm.Asker
	tasks         *tasks.Tasks // nil where no tool takes so long
	subscriptions *subscriptions.Subscriptions
	resources     map[string]*Tool            // by the template of their addresses
	headerTools   map[string]func() *mcp.Tool // nil where no argument also travels in headers
	instruct      func([]Tool) string         // makes the instructions; nil where they are fixed
	meta          []byte                      // the _meta of results of stateless protocol versions
	sessions      atomic.Uint64
}

// New makes a server of the tools. Their schemas are passed on as they are:
// each tool validates its own arguments.
func New(info Info, all []Tool, options Options) *Server {
	options = options.withDefaults()
	s := &Server{
		log:         cmp.Or(options.Logger, slog.New(slog.DiscardHandler)),
		options:     options,
		textOnly:    options.TextOnly,
		whyOff:      options.WhyOff,
		instruct:    info.Instruct,
		tools:       make(map[string]*Tool, len(all)),
		names:       make(map[string]func() record.Names, len(all)),
		prompts:     promptsOf(options.Prompts, all),
		finders:     make(map[tools.Thing]finder),
		asker:       confirm.New(options.SigningKey),
		resources:   make(map[string]*Tool),
		headerTools: make(map[string]func() *mcp.Tool, len(all)),
		meta:        encodeMeta(info),
	}
	s.subscriptions = subscriptions.New(s.meta)
	if info.Instruct != nil {
		info.Instructions = info.Instruct(all)
	}
	if slices.ContainsFunc(all, func(t Tool) bool { return t.Task }) {
		s.tasks = tasks.New(s.meta, options.Shelf)
	}
	s.mcp = newMCP(info, append(s.forCompletion(append(s.forPrompts(), s.forResources(all)...)...),
		mcpserver.WithToolCapabilities(false), mcpserver.WithExtensions(s.extensions()))...)
	s.empty = newMCP(info, mcpserver.WithPromptCapabilities(false), mcpserver.WithResourceCapabilities(false, false))
	for _, t := range all {
		s.add(&t)
	}
	s.definitions = sync.OnceValue(s.encodeDefinitions)
	s.addPrompts()
	s.addSkills()
	return s
}

// extensions are those of the protocol that the server has, with their settings; nil
// for none.
func (s *Server) extensions() map[string]any {
	extensions := make(map[string]any)
	if s.tasks != nil {
		extensions[tasks.Extension] = struct{}{}
	}
	if len(s.options.Skills) > 0 {
		extensions[skills.Extension] = struct{}{}
	}
	if len(extensions) == 0 {
		return nil
	}
	return extensions
}

func newMCP(info Info, capabilities ...mcpserver.ServerOption) *mcpserver.MCPServer {
	return mcpserver.NewMCPServer(info.Name, info.Version, append(capabilities,
		mcpserver.WithTitle(info.Title),
		mcpserver.WithDescription(info.Description),
		mcpserver.WithWebsiteURL(info.WebsiteURL),
		mcpserver.WithInstructions(info.Instructions),
		mcpserver.WithCacheHints(listTTL, mcp.CacheScopePublic),
		mcpserver.WithHooks(failureHooks()),
	)...)
}

// emptyLists are the lists that clients ask for although the server has no such
// thing and says so. Some take an error for a broken server.
var emptyLists = []string{
	string(mcp.MethodPromptsList), string(mcp.MethodResourcesList), string(mcp.MethodResourcesTemplatesList),
}

// behind is the server of mcp-go that answers a method.
func (s *Server) behind(method string) *mcpserver.MCPServer {
	has := len(s.resources)+len(s.options.Skills) > 0
	if method == string(mcp.MethodPromptsList) {
		has = len(s.prompts) > 0
	}
	if has || !slices.Contains(emptyLists, method) {
		return s.mcp
	}
	return s.empty
}

func (s *Server) add(t *Tool) {
	if s.textOnly {
		t.Output = nil
	}
	s.addFinders(t)
	s.addResource(t)
	s.tools[t.Name] = t
	known := t.Tool
	known.RawInputSchema = anyArguments
	s.mcp.AddTool(known, s.mcpHandler(t))
	s.names[t.Name] = sync.OnceValue(func() record.Names { return record.NamesIn(t.Input()) })
	s.headerTools[t.Name] = sync.OnceValue(t.inHeaders)
}

// anyArguments stands for the schema of the arguments of a tool towards mcp-go, which
// has to know the names of the tools, and need not wait for their schemas.
var anyArguments = json.RawMessage(`{"type":"object"}`)

// encodeDefinitions encodes what clients are told of each tool. To make the schemas
// takes as long as half of the program's start, so they are made side by side.
func (s *Server) encodeDefinitions() map[string][]byte {
	encoded := make(map[string][]byte, len(s.tools))
	var mu sync.Mutex
	var making sync.WaitGroup
	for name, t := range s.tools {
		making.Go(func() {
			definition := t.encode()
			mu.Lock()
			defer mu.Unlock()
			encoded[name] = definition
		})
	}
	making.Wait()
	return encoded
}

// Close ends the tasks that go on, after a moment in which they may notice it. It is
// for the end of the process: no call comes after it.
func (s *Server) Close() {
	if s.tasks != nil {
		s.tasks.Close()
	}
}

// HeaderTool returns the definition of the tool of that name if some of its
// arguments also travel in HTTP headers, else nil.
func (s *Server) HeaderTool(name string) *mcp.Tool {
	if inHeaders := s.headerTools[name]; inHeaders != nil {
		return inHeaders()
	}
	return nil
}

// inHeaders is the definition of the tool if some of its arguments also travel in
// HTTP headers, else nil.
func (t *Tool) inHeaders() *mcp.Tool {
	if !strings.Contains(string(t.Input()), "x-mcp-header") {
		return nil
	}
	definition := t.definition()
	return &definition
}

// metaFor is the _meta of the result of a request; nil for none.
func (s *Server) metaFor(r *rpc.Request) json.RawMessage {
	if r.IsStateless() {
		return s.meta
	}
	return nil
}

// encodeMeta writes once what mcp-go puts into every result of a stateless
// protocol version.
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
