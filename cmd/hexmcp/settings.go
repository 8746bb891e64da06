package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/spf13/pflag"

	"hexmcp/cmd/hexmcp/internal/profile"
	"hexmcp/hexapi"
	"hexmcp/server"
	"hexmcp/server/confirm"
	"hexmcp/server/forwarded"
	"hexmcp/server/metrics"
	"hexmcp/server/stream"
	"hexmcp/server/telemetry"
	"hexmcp/server/web"
	"hexmcp/tools"
	"hexmcp/tools/memory"
)

// config holds all settings, and what is made of them. Each setting has a row in
// [config.table], which also holds its default.
type config struct {
	demo           bool
	token          hexapi.Secret
	tokenFile      string
	tokenSeen      os.FileInfo // state of the token file before it was read
	namesake       string      // a variable of another program that holds a token, see checkNamesakes
	profile        string
	profiles       *profile.Store
	source         source                                    // where the token comes from
	tap            func(http.RoundTripper) http.RoundTripper // wraps the transport, for hexmcp doctor; nil for none
	apiURL         string
	insecureAPIURL bool
	caFile         string
	credentialEnv  []string
	variables      []hexapi.CredentialVariable // that credentialEnv names
	timeout        time.Duration
	callsPerMinute int
	runsPerMinute  int
	runsPerHour    int
	concurrency    int
	maxResultBytes int
	listFormat     string
	maxMemory      int // in MiB
	maxRows        int

	structuredContent bool

	auditFile  string
	serverName string
	confirm    string
	choice     tools.Choice // of the tools that are offered
	bounds     hexapi.Bounds

	logLevel  string
	logFormat string
	callLevel slog.Level       // level of the log line about each call
	metrics   *metrics.Metrics // nil for commands that do not serve metrics
	serves    bool             // the command serves MCP clients, so that OpenTelemetry is of use
	telemetry *telemetry.Telemetry

	listen         string
	allowedHosts   []string
	allowedOrigins []string
	insecureNoAuth bool
	callerTokens   string
	issuer         string
	publicURL      string
	audiences      []string
	hexTokenFrom   string
	metricsListen  string
	drainDelay     time.Duration
	trusted        []string          // the value of --trust-proxy
	proxies        forwarded.Proxies // made from trusted
	tlsCert        string
	tlsKey         string

	callerCallsPerMinute int
	callerCalls          int
	callerStreams        int

	redisURL     string
	redisURLFile string
	redisTimeout time.Duration
	replicas     int
	sseSticky    bool
	shared       *sharedLimits // limits shared with other replicas; nil without replicas

	watching watchConfig

	made []setting // the result of settings, after its first call
}

// scope says to which commands a setting belongs.
type scope string

const (
	scopeHex     scope = "hex"     // commands that call Hex
	scopeAccount scope = "account" // those of scopeHex, and those that save or check a token
	scopeClients scope = "clients" // commands that serve MCP clients
	scopeTools   scope = "tools"   // those of scopeClients, and those that show the tools
	scopeBounds  scope = "bounds"  // those of scopeTools, and those that call tools
	scopeHTTP    scope = "http"    // hexmcp http only

	scopeWatch scope = "watch" // hexmcp watch only
)

// shared are the scopes whose settings are flags of all commands. The help of a command
// hides those that have no effect on it.
var shared = []scope{scopeAccount, scopeHex, scopeClients, scopeTools, scopeBounds}

// settings returns all settings, from which the commands make their flags. It makes them
// once. Callers must not change them.
func (c *config) settings() []setting {
	if c.made == nil {
		c.made = c.table()
	}
	return c.made
}

// table is the one table of what can be configured: field, flag, environment
// variable, default, meaning, check. A flag wins over its variable.
func (c *config) table() []setting { //nolint:funlen // a table
	const runs, calls = "the runs per minute and per hour must be 0 or more; 0 means that only Hex limits", "the requests per minute must be 0 or more; 0 means that only Hex limits them"
	const perCaller = "the limit of a caller must be 0 or more; 0 means any number"
	boolean, text, number := (*pflag.FlagSet).BoolVar, (*pflag.FlagSet).StringVar, (*pflag.FlagSet).IntVar
	duration, list := (*pflag.FlagSet).DurationVar, (*pflag.FlagSet).StringSliceVar
	return append([]setting{
		row(boolean, scopeAccount, &c.demo, "demo", "HEXMCP_DEMO", false, "use a simulated workspace instead of Hex; needs no token", nil),
		{scope: scopeAccount, env: "HEX_API_TOKEN", usage: "Hex API token, personal (hxtp_…) or workspace (hxtw_…); there is no flag because others can see arguments"},
		row(text, scopeAccount, &c.tokenFile, "token-file", "HEX_API_TOKEN_FILE", "", "file that holds the Hex API token", nil),
		row(text, scopeAccount, &c.profile, "profile", "HEXMCP_PROFILE", "", "profile of hexmcp login whose token and address are used; without one, the default profile", isProfileName),
		row(text, scopeAccount, &c.apiURL, "api-url", "HEX_API_BASE_URL", hexapi.DefaultBaseURL, "address of the Hex API; a bare host such as eu.hex.tech will do", nil),
		row(boolean, scopeAccount, &c.insecureAPIURL, "insecure-api-url", "HEXMCP_INSECURE_API_URL", false, "allow plain http to another machine: the token travels unencrypted", nil),
		row(text, scopeAccount, &c.caFile, "ca-file", "HEXMCP_CA_FILE", "", "PEM file of certificate authorities to trust besides the system's", nil),
		row(list, scopeHex, &c.credentialEnv, "credential-env", "HEXMCP_CREDENTIAL_ENV", nil, "NAME=TYPE@HOST, separated by commas: a variable that credentials of data connections may refer to as ${env:NAME}, the type of connection and the host (* for any characters) that it may be sent to",
			each(isCredentialEnv, wrongCredentialEnv)),
		row(duration, scopeAccount, &c.timeout, "timeout", "HEXMCP_TIMEOUT", hexapi.DefaultTimeout, "time limit of one tool call, retries and waits included",
			atLeast(time.Nanosecond, "the timeout must be more than nothing, such as 55s")),
		row(number, scopeHex, &c.runsPerMinute, "runs-per-minute", "HEXMCP_RUNS_PER_MINUTE", hexapi.DefaultRunsPerMinute, "runs and threads that a token may start in a minute through this process; 0: only Hex limits", atLeast(0, runs)),
		row(number, scopeHex, &c.runsPerHour, "runs-per-hour", "HEXMCP_RUNS_PER_HOUR", hexapi.DefaultRunsPerHour, "runs and threads that a token may start in an hour through this process; 0: only Hex limits", atLeast(0, runs)),
		row(number, scopeHex, &c.callsPerMinute, "requests-per-minute", "HEXMCP_REQUESTS_PER_MINUTE", hexapi.DefaultCallsPerMinute, "requests to Hex that a token may make in a minute through this process; more wait their turn, or are told when to come back; 0: only Hex limits; the demo has no limit", atLeast(0, calls)),
		row(number, scopeClients, &c.concurrency, "concurrency", "HEXMCP_CONCURRENCY", stream.DefaultCallsPerClient, "calls of one client over stdio or SSE that run side by side; more wait",
			atLeast(1, "the concurrency must be at least 1")),
		row(number, scopeClients, &c.maxResultBytes, "max-result-bytes", "HEXMCP_MAX_RESULT_BYTES", tools.DefaultMaxResult, "bytes of text that an answer to an MCP client may have: pages are cut shorter, large fields left out, and a note says so; 0: any number",
			atLeast(0, "the most bytes of an answer must be 0 or more; 0 means any number")),
		row(text, scopeClients, &c.listFormat, "list-format", "HEXMCP_LIST_FORMAT", string(tools.ListAsJSON), "how lists that are read in pages are answered: json, or csv for a table in data.csv where that is shorter", tools.CheckListFormat),
		row(number, scopeHex, &c.maxMemory, "max-memory", "HEXMCP_MAX_MEMORY", memory.Default>>20, "MiB that messages, arguments and answers of all calls may hold together; what does not fit waits, then is told to come back",
			atLeast(memory.Least>>20, "the most memory must be at least 64 MiB")),
		row(number, scopeHex, &c.maxRows, "max-rows", "HEXMCP_MAX_ROWS", tools.DefaultMaxRows, "rows of workspace data, such as a query returned, that an answer may hold, for hexmcp call too; a note says how many are left out; 0: none at all",
			atLeast(0, "the most rows of an answer must be 0 or more; 0 means that no rows get through")),
		row(boolean, scopeClients, &c.structuredContent, "structured-content", "HEXMCP_STRUCTURED_CONTENT", true, "answer with structuredContent beside the text; false halves what hosts pay that give the model both", nil),
		row(text, scopeClients, &c.serverName, "server-name", "HEXMCP_SERVER_NAME", server.DefaultName, "how the server introduces itself, so that those of two workspaces can stand side by side in one client", server.CheckName),
		row(text, scopeHex, &c.logLevel, "log-level", "HEXMCP_LOG_LEVEL", "info", "what goes to standard error: debug, info, warn or error", isLogLevel),
		row(text, scopeHex, &c.auditFile, "audit-file", "HEXMCP_AUDIT_FILE", "", "file to which a line of JSON is added before each write is sent, and one with its outcome; a write that cannot be written down is refused", isNoToken),
		row(text, scopeHex, &c.logFormat, "log-format", "HEXMCP_LOG_FORMAT", "text", "form of the log: text or json", isLogFormat),

		row(list, scopeTools, &c.choice.Toolsets, "toolsets", "HEXMCP_TOOLSETS", nil, "toolsets to offer, separated by commas: names of hexmcp tools, core, default, small or all; without it default", tools.CheckToolsets),
		row(list, scopeBounds, &c.choice.Tools, "tools", "HEXMCP_TOOLS", nil, "tools to offer by name beside those of --toolsets; without --toolsets these alone", tools.CheckTools),
		row(list, scopeTools, &c.choice.Exclude, "exclude-tools", "HEXMCP_EXCLUDE_TOOLS", nil, "tools not to offer, whatever else is set", tools.CheckTools),
		row(text, scopeClients, &c.confirm, "confirm", "HEXMCP_CONFIRM", string(confirm.Destructive), "before which calls the user is asked, by clients that can ask: destructive (what cannot be undone), all (every write) or never", confirm.Check),
		row(boolean, scopeBounds, &c.choice.ReadOnly, "read-only", "HEXMCP_READ_ONLY", false, "only tools that read: nothing else is sent to Hex; starting a run is not reading", nil),
		row(boolean, scopeBounds, &c.choice.NoDestructive, "no-destructive", "HEXMCP_NO_DESTRUCTIVE", false, "no tools that overwrite or remove something, or may lower access", nil),
		row(list, scopeBounds, &c.bounds.Projects, "projects", "HEXMCP_PROJECTS", nil, "projects that all tools are confined to, ids or exact titles: others are not found, and tools that touch no project are off unless --tools names them", nil),
		row(list, scopeBounds, &c.bounds.Collections, "collections", "HEXMCP_COLLECTIONS", nil, "likewise collections, ids or exact names: their projects are within reach, too", nil),

		row(text, scopeHTTP, &c.listen, "listen", "HEXMCP_LISTEN", "127.0.0.1:8765", "HOST:PORT to listen on", isNoToken),
		row(list, scopeHTTP, &c.allowedHosts, "allow-host", "HEXMCP_ALLOWED_HOSTS", nil, "further Host names to answer to, separated by commas",
			each(web.IsHost, "an allowed host must be a name, with or without a port, such as hexmcp.example.com")),
		row(list, scopeHTTP, &c.allowedOrigins, "allow-origin", "HEXMCP_ALLOWED_ORIGINS", nil, "origins whose web pages may call, separated by commas",
			each(web.IsOrigin, "an allowed origin must be a scheme and a host, such as https://app.example.com; there is no *")),
		row(boolean, scopeHTTP, &c.insecureNoAuth, "insecure-no-auth", "HEXMCP_INSECURE_NO_AUTH", false, "ask nobody for a token on other than loopback addresses: whoever reaches the port acts with your token", nil),
		row(text, scopeHTTP, &c.callerTokens, "caller-token-file", "HEXMCP_CALLER_TOKEN_FILE", "", "file of the tokens of which callers must send one: one a line, with a name before it or not; read again when it changes", isNoToken),
		row(text, scopeHTTP, &c.issuer, "oauth-issuer", "HEXMCP_OAUTH_ISSUER", "", "authorization server whose access tokens callers must send, such as https://login.example.com", isNoToken),
		row(text, scopeHTTP, &c.publicURL, "public-url", "HEXMCP_PUBLIC_URL", "", "address under which clients reach /mcp, such as https://hex.example.com/mcp; tokens of --oauth-issuer must be for it", isPublicURL),
		row(list, scopeHTTP, &c.audiences, "oauth-audience", "HEXMCP_OAUTH_AUDIENCE", nil, "further audiences of access tokens, for issuers that cannot name an address", nil),
		row(text, scopeHTTP, &c.hexTokenFrom, "hex-token-from", "HEXMCP_HEX_TOKEN_FROM", fromServer, "whose Hex token calls are made with: server, or header for the one that each caller sends as X-Hex-Api-Token", isTokenOrigin),
		row(text, scopeHTTP, &c.metricsListen, "metrics-listen", "HEXMCP_METRICS_LISTEN", "", "HOST:PORT on which /metrics is served to everybody who reaches it; without it, /metrics is beside /mcp and asks for a caller's token", isNoToken),
		row(list, scopeHTTP, &c.trusted, "trust-proxy", "HEXMCP_TRUST_PROXY", nil, "addresses or networks of proxies, such as 10.0.0.7 or 10.0.0.0/8, whose X-Forwarded-For, -Proto and -Host are believed; of others they are ignored", c.trust),
		row(text, scopeHTTP, &c.tlsCert, "tls-cert-file", "HEXMCP_TLS_CERT_FILE", "", "PEM file of the certificate by which clients know the server: it then speaks https, TLS 1.2 and later; read again when it changes", isNoToken),
		row(text, scopeHTTP, &c.tlsKey, "tls-key-file", "HEXMCP_TLS_KEY_FILE", "", "PEM file of the key that belongs to the certificate", isNoToken),
		row(number, scopeHTTP, &c.callerCallsPerMinute, "caller-calls-per-minute", "HEXMCP_CALLER_CALLS_PER_MINUTE", 0, "calls that one caller may make in a minute; 0: any number", atLeast(0, perCaller)),
		row(number, scopeHTTP, &c.callerCalls, "caller-calls", "HEXMCP_CALLER_CALLS", 0, "calls of one caller that run side by side at /mcp; 0: any number", atLeast(0, perCaller)),
		row(number, scopeHTTP, &c.callerStreams, "caller-streams", "HEXMCP_CALLER_STREAMS", 0, "event streams at /sse that one caller may hold open; 0: any number", atLeast(0, perCaller)),
		row(text, scopeHTTP, &c.redisURL, "redis-url", "HEXMCP_REDIS_URL", "", "Redis in which --replicas share their limits, such as redis://redis:6379/0 or rediss://… for TLS; one with a password only in the variable or in --redis-url-file", isNoToken),
		row(text, scopeHTTP, &c.redisURLFile, "redis-url-file", "HEXMCP_REDIS_URL_FILE", "", "file that holds the address of Redis", isNoToken),
		row(duration, scopeHTTP, &c.redisTimeout, "redis-timeout", "HEXMCP_REDIS_TIMEOUT", 250*time.Millisecond, "how long Redis may take to answer before this replica goes on without it",
			atLeast(time.Millisecond, "the timeout of Redis must be at least 1ms, such as 250ms")),
		row(number, scopeHTTP, &c.replicas, "replicas", "HEXMCP_REPLICAS", 0, "how many servers share the limits through Redis; each keeps to its part while Redis is away; 0: this one has none beside it",
			atLeast(0, "the replicas must be 0 or more; 0 means that this server has none beside it")),
		row(boolean, scopeHTTP, &c.sseSticky, "sse-sticky", "HEXMCP_SSE_STICKY", false, "serve /sse with several --replicas: the balancer takes all that one client sends to the same one", nil),
		row(duration, scopeHTTP, &c.drainDelay, "drain-delay", "HEXMCP_DRAIN_DELAY", time.Duration(0), "how long calls are still taken after SIGTERM, while /readyz says already that the server stops",
			atLeast(time.Duration(0), "the drain delay must be nothing or more, such as 5s")),
	}, c.watching.settings()...)
}

// setting is one row of the configuration.
type setting struct {
	scope    scope
	flag     string // name without dashes; empty if there is no flag
	env      string // name of the environment variable
	usage    string
	fallback string               // the default, for people; empty for none
	bind     func(*pflag.FlagSet) // adds the flag; nil if there is no flag
	check    func() error         // checks the value of the field
}

// row makes a setting for a field. Define adds a flag of the field's type to flags.
func row[T any](define func(flags *pflag.FlagSet, field *T, name string, fallback T, usage string), in scope, field *T, flag, env string, fallback T, usage string, check func(T) error) setting {
	s := setting{
		scope: in, flag: flag, env: env, usage: usage,
		bind:  func(flags *pflag.FlagSet) { define(flags, field, flag, fallback, usage+" [$"+env+"]") },
		check: func() error { return nil },
	}
	if text := fmt.Sprint(fallback); text != "false" && text != "[]" {
		s.fallback = text
	}
	if check != nil {
		s.check = func() error { return check(*field) }
	}
	return s
}
