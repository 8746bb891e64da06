package server

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"hexmcp/hexapi"
)

// Config is all that the operator decides. [Config.Settings] says how.
type Config struct {
	Demo           bool          // a simulated workspace in place of Hex
	APIURL         string        // address of the Hex API, in any form that hexapi.BaseURL takes
	InsecureAPIURL bool          // plain http to another machine
	CAFile         string        // PEM file of further certificate authorities
	Token          hexapi.Secret // from the environment only: arguments are visible to others
	TokenFile      string        // file that holds the token
	Timeout        time.Duration // of one call to Hex, its retries included
	RunsPerMinute  int           // runs a token may start, 0 for no limit of ours
	RunsPerHour    int
	LogLevel       string // debug, info, warn or error
	LogFormat      string // text or json
	Calls          int    // calls of one client over stdio or SSE that run side by side

	Listen         string   // HOST:PORT of the HTTP door
	AllowedHosts   []string // further names of it
	AllowedOrigins []string // origins of web pages that may use it
	InsecureNoAuth bool     // let other machines in without asking who they are
}

// DefaultConfig is what holds where the operator says nothing.
func DefaultConfig() *Config {
	return &Config{
		APIURL:        hexapi.DefaultBaseURL,
		Timeout:       hexapi.DefaultTimeout,
		RunsPerMinute: hexapi.DefaultRunsPerMinute,
		RunsPerHour:   hexapi.DefaultRunsPerHour,
		LogLevel:      "info",
		LogFormat:     "text",
		Calls:         64,
		Listen:        "127.0.0.1:8765",
	}
}

// Setting is one row of the configuration: a flag and its environment variable.
type Setting struct {
	Flag    string // without dashes; empty where there is no flag
	Env     string
	Usage   string
	Default string // for people; empty for none
	Scope   Scope
	bind    func(*pflag.FlagSet, Setting)
}

// Scope is the commands that a setting belongs to.
type Scope string

// The scopes.
const (
	ScopeHex  Scope = "hex"  // every command that calls Hex
	ScopeHTTP Scope = "http" // hexmcp http only
)

// Settings is the one table of what can be configured. A flag wins over its
// environment variable.
func (c *Config) Settings() []Setting {
	return []Setting{
		boolean(&c.Demo, ScopeHex, "demo", "HEXMCP_DEMO", "use a simulated workspace instead of Hex; needs no token"),
		{Env: "HEX_API_TOKEN", Scope: ScopeHex, Usage: "Hex API token, personal (hxtp_…) or workspace (hxtw_…); there is no flag because others can see arguments"},
		text(&c.TokenFile, ScopeHex, "token-file", "HEX_API_TOKEN_FILE", "file that holds the Hex API token"),
		text(&c.APIURL, ScopeHex, "api-url", "HEX_API_BASE_URL", "address of the Hex API; a bare host such as eu.hex.tech will do"),
		boolean(&c.InsecureAPIURL, ScopeHex, "insecure-api-url", "HEXMCP_INSECURE_API_URL", "allow plain http to another machine: the token travels unencrypted"),
		text(&c.CAFile, ScopeHex, "ca-file", "HEXMCP_CA_FILE", "PEM file of certificate authorities to trust besides the system's"),
		duration(&c.Timeout, ScopeHex, "timeout", "HEXMCP_TIMEOUT", "time limit of one tool call, retries and waits included"),
		number(&c.RunsPerMinute, ScopeHex, "runs-per-minute", "HEXMCP_RUNS_PER_MINUTE", "runs that may be started in a minute; 0: only Hex limits"),
		number(&c.RunsPerHour, ScopeHex, "runs-per-hour", "HEXMCP_RUNS_PER_HOUR", "runs that may be started in an hour; 0: only Hex limits"),
		number(&c.Calls, ScopeHex, "concurrency", "HEXMCP_CONCURRENCY", "calls of one client over stdio or SSE that run side by side; more wait"),
		text(&c.LogLevel, ScopeHex, "log-level", "HEXMCP_LOG_LEVEL", "what goes to standard error: debug, info, warn or error"),
		text(&c.LogFormat, ScopeHex, "log-format", "HEXMCP_LOG_FORMAT", "form of the log: text or json"),

		text(&c.Listen, ScopeHTTP, "listen", "HEXMCP_LISTEN", "HOST:PORT to listen on"),
		list(&c.AllowedHosts, ScopeHTTP, "allow-host", "HEXMCP_ALLOWED_HOSTS", "further Host names to answer to, separated by commas"),
		list(&c.AllowedOrigins, ScopeHTTP, "allow-origin", "HEXMCP_ALLOWED_ORIGINS", "origins whose web pages may call, separated by commas"),
		boolean(&c.InsecureNoAuth, ScopeHTTP, "insecure-no-auth", "HEXMCP_INSECURE_NO_AUTH", "listen on other than loopback addresses: whoever reaches the port acts with your token"),
	}
}

// describe is the usage in a help text, with the variable.
func (s Setting) describe() string { return s.Usage + " [$" + s.Env + "]" }

// check refuses what makes no sense.
func (c *Config) check() error {
	switch {
	case c.Timeout <= 0:
		return errors.New("the timeout must be more than nothing, such as 55s")
	case c.Calls < 1:
		return errors.New("the concurrency must be at least 1")
	case slices.ContainsFunc(c.AllowedHosts, isNoHost):
		return errors.New("an allowed host must be a name, with or without a port, such as hexmcp.example.com")
	case slices.ContainsFunc(c.AllowedOrigins, isNoOrigin):
		return errors.New("an allowed origin must be a scheme and a host, such as https://app.example.com; there is no *")
	case c.RunsPerMinute < 0 || c.RunsPerHour < 0:
		return errors.New("the runs per minute and per hour must be 0 or more; 0 means that only Hex limits")
	}
	return nil
}

// AddFlags adds the settings of a scope to the flags of a command.
func (c *Config) AddFlags(flags *pflag.FlagSet, scope Scope) {
	for _, s := range c.Settings() {
		if s.Scope == scope && s.bind != nil {
			s.bind(flags, s)
		}
	}
}

// ReadEnv fills what no flag has set from the environment. Errors name the
// variable and never its value, which might be a token in the wrong place.
func (c *Config) ReadEnv(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	for _, s := range c.Settings() {
		f := flags.Lookup(s.Flag)
		value, ok := lookup(s.Env)
		if f == nil || f.Changed || !ok || value == "" {
			continue
		}
		if err := flags.Set(s.Flag, value); err != nil {
			return fmt.Errorf("%s must be %s: %s", s.Env, form(f.Value.Type()), s.Usage)
		}
		f.Changed = false // Changed means: by a flag
	}
	return c.readToken(flags, lookup)
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

// readToken takes the token from the environment or from a file. A flag wins;
// two variables that might disagree are refused.
func (c *Config) readToken(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	token, _ := lookup("HEX_API_TOKEN")
	fileFlag := flags.Lookup("token-file")
	if c.TokenFile == "" || fileFlag == nil {
		c.Token = trimToken(token)
		return nil
	}
	if token != "" && !fileFlag.Changed {
		return errors.New("HEX_API_TOKEN and HEX_API_TOKEN_FILE are both set: keep one")
	}
	var err error
	c.Token, err = readTokenFile(c.TokenFile)
	return err
}

func boolean(p *bool, scope Scope, flag, env, usage string) Setting {
	bind := func(fs *pflag.FlagSet, s Setting) { fs.BoolVar(p, s.Flag, *p, s.describe()) }
	return Setting{Flag: flag, Env: env, Usage: usage, Scope: scope, bind: bind}
}

func text(p *string, scope Scope, flag, env, usage string) Setting {
	bind := func(fs *pflag.FlagSet, s Setting) { fs.StringVar(p, s.Flag, *p, s.describe()) }
	return Setting{Flag: flag, Env: env, Usage: usage, Default: *p, Scope: scope, bind: bind}
}

func number(p *int, scope Scope, flag, env, usage string) Setting {
	bind := func(fs *pflag.FlagSet, s Setting) { fs.IntVar(p, s.Flag, *p, s.describe()) }
	return Setting{Flag: flag, Env: env, Usage: usage, Default: strconv.Itoa(*p), Scope: scope, bind: bind}
}

func duration(p *time.Duration, scope Scope, flag, env, usage string) Setting {
	bind := func(fs *pflag.FlagSet, s Setting) { fs.DurationVar(p, s.Flag, *p, s.describe()) }
	return Setting{Flag: flag, Env: env, Usage: usage, Default: p.String(), Scope: scope, bind: bind}
}

func list(p *[]string, scope Scope, flag, env, usage string) Setting {
	bind := func(fs *pflag.FlagSet, s Setting) { fs.StringSliceVar(p, s.Flag, *p, s.describe()) }
	return Setting{Flag: flag, Env: env, Usage: usage, Scope: scope, bind: bind}
}
