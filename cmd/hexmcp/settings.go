package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"hexmcp/cmd/hexmcp/internal/profile"
	"hexmcp/hexapi"
	"hexmcp/memory"
	"hexmcp/server/stream"
	"hexmcp/server/web"
	"hexmcp/tools"
)

// config is all that the operator decides. Each field has a row in
// [config.settings], which also holds its default.
type config struct {
	demo           bool
	token          hexapi.Secret
	tokenFile      string
	tokenSeen      os.FileInfo // of the token file, before it was read
	namesake       string      // says which variable is set in place of that of the token
	profile        string
	profiles       *profile.Store
	source         source                                    // of the token
	tap            func(http.RoundTripper) http.RoundTripper // listens to the transport; nil for nobody
	apiURL         string
	insecureAPIURL bool
	caFile         string
	credentialEnv  []string
	variables      []hexapi.CredentialVariable // that credentialEnv names
	timeout        time.Duration
	runsPerMinute  int
	runsPerHour    int
	concurrency    int
	maxResultBytes int
	maxMemory      int // in MiB
	maxRows        int

	structuredContent bool

	logLevel  string
	logFormat string

	listen         string
	allowedHosts   []string
	allowedOrigins []string
	insecureNoAuth bool
	callerTokens   string
	issuer         string
	publicURL      string
	audiences      []string
	hexTokenFrom   string

	watching watchConfig
}

// scope is the commands that a setting belongs to.
type scope string

const (
	scopeHex  scope = "hex"  // every command that calls Hex
	scopeHTTP scope = "http" // hexmcp http only

	scopeWatch scope = "watch" // hexmcp watch only
)

// settings is the one table of what can be configured: field, flag, environment
// variable, default, meaning, check. A flag wins over its variable.
func (c *config) settings() []setting {
	const runs = "the runs per minute and per hour must be 0 or more; 0 means that only Hex limits"
	boolean, text, number := (*pflag.FlagSet).BoolVar, (*pflag.FlagSet).StringVar, (*pflag.FlagSet).IntVar
	duration, list := (*pflag.FlagSet).DurationVar, (*pflag.FlagSet).StringSliceVar
	return append([]setting{
		row(boolean, scopeHex, &c.demo, "demo", "HEXMCP_DEMO", false, "use a simulated workspace instead of Hex; needs no token", nil),
		{scope: scopeHex, env: "HEX_API_TOKEN", usage: "Hex API token, personal (hxtp_…) or workspace (hxtw_…); there is no flag because others can see arguments"},
		row(text, scopeHex, &c.tokenFile, "token-file", "HEX_API_TOKEN_FILE", "", "file that holds the Hex API token", nil),
		row(text, scopeHex, &c.profile, "profile", "HEXMCP_PROFILE", "", "profile of hexmcp login whose token and address are used; without one, the default profile", isProfileName),
		row(text, scopeHex, &c.apiURL, "api-url", "HEX_API_BASE_URL", hexapi.DefaultBaseURL, "address of the Hex API; a bare host such as eu.hex.tech will do", nil),
		row(boolean, scopeHex, &c.insecureAPIURL, "insecure-api-url", "HEXMCP_INSECURE_API_URL", false, "allow plain http to another machine: the token travels unencrypted", nil),
		row(text, scopeHex, &c.caFile, "ca-file", "HEXMCP_CA_FILE", "", "PEM file of certificate authorities to trust besides the system's", nil),
		row(list, scopeHex, &c.credentialEnv, "credential-env", "HEXMCP_CREDENTIAL_ENV", nil, "NAME=TYPE@HOST, separated by commas: a variable that credentials of data connections may refer to as ${env:NAME}, the type of connection and the host (* for any characters) that it may be sent to",
			each(isCredentialEnv, wrongCredentialEnv)),
		row(duration, scopeHex, &c.timeout, "timeout", "HEXMCP_TIMEOUT", hexapi.DefaultTimeout, "time limit of one tool call, retries and waits included",
			atLeast(time.Nanosecond, "the timeout must be more than nothing, such as 55s")),
		row(number, scopeHex, &c.runsPerMinute, "runs-per-minute", "HEXMCP_RUNS_PER_MINUTE", hexapi.DefaultRunsPerMinute, "runs that a token may start in a minute through this process; 0: only Hex limits", atLeast(0, runs)),
		row(number, scopeHex, &c.runsPerHour, "runs-per-hour", "HEXMCP_RUNS_PER_HOUR", hexapi.DefaultRunsPerHour, "runs that a token may start in an hour through this process; 0: only Hex limits", atLeast(0, runs)),
		row(number, scopeHex, &c.concurrency, "concurrency", "HEXMCP_CONCURRENCY", stream.DefaultCallsPerClient, "calls of one client over stdio or SSE that run side by side; more wait",
			atLeast(1, "the concurrency must be at least 1")),
		row(number, scopeHex, &c.maxResultBytes, "max-result-bytes", "HEXMCP_MAX_RESULT_BYTES", tools.DefaultMaxResult, "bytes of text that an answer to an MCP client may have: pages are cut shorter, large fields left out, and a note says so; 0: any number",
			atLeast(0, "the most bytes of an answer must be 0 or more; 0 means any number")),
		row(number, scopeHex, &c.maxMemory, "max-memory", "HEXMCP_MAX_MEMORY", memory.Default>>20, "MiB that messages, arguments and answers of all calls may hold together; what does not fit waits, then is told to come back",
			atLeast(memory.Least>>20, "the most memory must be at least 64 MiB")),
		row(number, scopeHex, &c.maxRows, "max-rows", "HEXMCP_MAX_ROWS", tools.DefaultMaxRows, "rows of workspace data, such as a query returned, that an answer may hold, for hexmcp call too; a note says how many are left out; 0: none at all",
			atLeast(0, "the most rows of an answer must be 0 or more; 0 means that no rows get through")),
		row(boolean, scopeHex, &c.structuredContent, "structured-content", "HEXMCP_STRUCTURED_CONTENT", true, "answer with structuredContent beside the text; false halves what hosts pay that give the model both", nil),
		row(text, scopeHex, &c.logLevel, "log-level", "HEXMCP_LOG_LEVEL", "info", "what goes to standard error: debug, info, warn or error", isLogLevel),
		row(text, scopeHex, &c.logFormat, "log-format", "HEXMCP_LOG_FORMAT", "text", "form of the log: text or json", isLogFormat),

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
	}, c.watching.settings()...)
}

// setting is one row of the configuration.
type setting struct {
	scope    scope
	flag     string // without dashes; empty where there is no flag
	env      string
	usage    string
	fallback string // the default, for people; empty for none
	bind     func(*pflag.FlagSet)
	check    func() error // of the value that holds; nil where any will do
}

// row makes a setting of a field. Define adds a flag of the field's type.
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

// atLeast refuses what is less.
func atLeast[T int | time.Duration](least T, otherwise string) func(T) error {
	return func(value T) error {
		if value < least {
			return errors.New(otherwise)
		}
		return nil
	}
}

// each wants something of every value of a list.
func each(is func(string) bool, otherwise string) func([]string) error {
	return func(values []string) error {
		for _, value := range values {
			if !is(value) {
				return errors.New(otherwise)
			}
		}
		return nil
	}
}

func isNoToken(address string) error {
	if tokenPrefix.MatchString(address) {
		return errors.New("it holds a token of Hex, which belongs into HEX_API_TOKEN")
	}
	return nil
}

func isLogLevel(name string) error {
	if new(slog.Level).UnmarshalText([]byte(name)) != nil {
		return errors.New("the log level must be debug, info, warn or error")
	}
	return nil
}

func isLogFormat(name string) error {
	if name = strings.ToLower(name); name != "text" && name != "json" {
		return errors.New("the log format must be text or json")
	}
	return nil
}

func isProfileName(name string) error {
	if name == "" {
		return nil
	}
	return profile.CheckName(name)
}

// addFlags adds the settings of a scope to the flags of a command.
func (c *config) addFlags(flags *pflag.FlagSet, in scope) {
	for _, s := range c.settings() {
		if s.scope == in && s.bind != nil {
			s.bind(flags)
		}
	}
}

// addFlag adds one setting, whatever its scope.
func (c *config) addFlag(flags *pflag.FlagSet, name string) {
	for _, s := range c.settings() {
		if s.flag == name {
			s.bind(flags)
		}
	}
}

// read takes all that is configured, the token included.
func (c *config) read(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	err := c.readValues(flags, lookup)
	if err == nil {
		c.variables, err = readVariables(c.credentialEnv, lookup)
	}
	if err != nil || c.demo {
		return err
	}
	if err := checkProxies(lookup); err != nil {
		return err
	}
	return c.readSource(flags, lookup)
}

// readValues fills what no flag has set from the environment, and checks what holds
// then for the command whose flags these are.
func (c *config) readValues(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	var known []setting
	for _, s := range c.settings() {
		if flags.Lookup(s.flag) != nil {
			known = append(known, s)
		}
	}
	for _, s := range known {
		flag := flags.Lookup(s.flag)
		if err := s.readEnv(flag, lookup); err != nil {
			return err
		}
		if why := unresolved(flag.Value.String()); why != "" {
			return fmt.Errorf("%s %s", s.nameIn(flag), why)
		}
		if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

// nameIn is the name by which the operator set the value.
func (s setting) nameIn(flag *pflag.Flag) string {
	if flag.Changed {
		return "--" + s.flag
	}
	return s.env
}

// readEnv sets a flag from its variable. Errors name the variable and never its
// value, which might be a token in the wrong place.
func (s setting) readEnv(flag *pflag.Flag, lookup func(string) (string, bool)) error {
	value, ok := lookup(s.env)
	if flag.Changed || !ok || value == "" {
		return nil
	}
	if flag.Value.Set(value) != nil {
		return wrongForm(s.env, flag, s.usage)
	}
	return nil
}

// wrongForm refuses what cannot be a value, without saying it.
func wrongForm(name string, flag *pflag.Flag, usage string) error {
	return fmt.Errorf("%s must be %s: %s", name, form(flag.Value.Type()), usage)
}

// form is what a value looks like, for people.
func form(kind string) string {
	switch kind {
	case "bool":
		return "true or false"
	case "int":
		return "a whole number"
	case "duration":
		return "a duration such as 55s"
	}
	return "a " + kind
}
