package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"github.com/spf13/pflag"

	"hexmcp/cmd/hexmcp/internal/profile"
	"hexmcp/hexapi"
	"hexmcp/server"
	"hexmcp/server/callers"
)

// source is where the token comes from. The zero value means nowhere yet: hexmcp login
// may make a default profile later.
type source struct {
	profile string // name of the profile; empty for the environment or a file
	setting string // the setting that names the profile or holds the token; empty for the default profile
	address string // address of Hex that the operator gave besides; empty for none
}

// isNone reports whether there is no token anywhere.
func (s source) isNone() bool { return s == source{address: s.address} }

// chooseSource decides where the token comes from: a flag wins over HEX_API_TOKEN, that
// over HEX_API_TOKEN_FILE, that over HEXMCP_PROFILE, and that over the default profile. A
// profile has an address of its own, so with --profile the variable with an address is
// ignored.
func (c *config) chooseSource(flags *pflag.FlagSet, lookup func(string) (string, bool)) (source, error) {
	token, _ := lookup(envToken)
	address, _ := lookup(envBaseURL)
	set := func(flag string) bool { f := flags.Lookup(flag); return f != nil && f.Changed }
	if set("api-url") {
		address = c.apiURL
	} else if set("profile") {
		address = ""
	}
	switch {
	case set("profile") && set("token-file"):
		return source{}, errors.New("--profile and --token-file both bring a token: keep one")
	case set("profile"):
		return source{c.profile, "--profile", address}, nil
	case set("token-file"):
		return source{"", "--token-file", address}, nil
	case token != "" || c.tokenFile == "" && c.profile == "" && c.profiles.DefaultName() == "":
		return source{"", orNothing(envToken, token), address}, nil
	case c.tokenFile != "":
		return source{"", "HEX_API_TOKEN_FILE", address}, nil
	case c.profile != "":
		return source{c.profile, "HEXMCP_PROFILE", address}, nil
	}
	return source{c.profiles.DefaultName(), "", address}, nil
}

// orNothing is the name of a variable, or "" if its value is empty.
func orNothing(name, value string) string {
	if value == "" {
		return ""
	}
	return name
}

// origin says where token and address come from, so that people know what to correct.
// It does not repeat the name of a file, which might be the token, given in the wrong place.
func (c *config) origin() hexapi.Origin {
	switch s := c.source; {
	case c.hexTokenFrom == fromHeader:
		return hexapi.Origin{Token: "the header " + callers.HexTokenHeader, Address: envBaseURL + " where the server is started"}
	case s.profile != "":
		return hexapi.Origin{
			Token:   fmt.Sprintf("the profile %q with hexmcp login --profile %s", s.profile, s.profile),
			Address: fmt.Sprintf("the address of the profile %q", s.profile),
		}
	case s.setting != "" && s.setting != envToken:
		return hexapi.Origin{Token: "the file of " + s.setting, Address: envBaseURL}
	}
	return hexapi.Origin{Token: envToken, Address: envBaseURL}
}

// readSource finds the token, or the profile that has it.
func (c *config) readSource(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	var err error
	if c.source, err = c.chooseSource(flags, lookup); err != nil {
		return err
	}
	if c.source.profile == "" {
		if err := c.checkNamesakes(flags, lookup); err != nil {
			return err
		}
		return c.readToken(flags, lookup)
	}
	c.tokenFile = ""
	found, err := c.findProfile(c.source.profile)
	if err != nil {
		return &profileError{err}
	}
	c.apiURL = found.APIURL
	return nil
}

// profileError means that a profile cannot be used. It may be usable later.
type profileError struct{ error }

// findProfile returns a profile. It fails if the operator gave another address of Hex
// than the profile has, because the token must be sent to no other address.
func (c *config) findProfile(name string) (profile.Profile, error) {
	found, err := c.profiles.Find(name)
	if err != nil || c.source.address == "" {
		return found, err
	}
	given, err := hexapi.BaseURL(c.source.address)
	if err != nil {
		return found, fmt.Errorf("hex api address: %w", err)
	}
	if its, err := hexapi.BaseURL(found.APIURL); err != nil || *its != *given {
		return found, fmt.Errorf("the token of the profile %q belongs to %s, and is sent to no other address: drop --api-url or %s, or name another profile", name, found.APIURL, envBaseURL)
	}
	return found, nil
}

// profiled makes calls with the token of a profile. It asks the keyring only at the first
// call, because the keyring may wait for a person to unlock it.
type profiled struct {
	config  *config
	log     *slog.Logger
	without *hexapi.Client // client without a token, for calls while there is no profile

	mu     sync.Mutex
	seen   os.FileInfo    // state of the profile's file when client was made
	client *hexapi.Client // client with the token of the profile; nil before the first call
}

// clientOf returns a client with the token that the profile holds now.
func (p *profiled) clientOf(ctx context.Context) (*hexapi.Client, error) {
	name := p.config.source.profile
	if name == "" {
		name = p.config.profiles.DefaultName()
	}
	switch {
	case name == "" && p.config.namesake != "":
		return nil, p.config.noToken()
	case name == "":
		return p.without, nil
	}
	now := regular(p.config.profiles.File(name))
	if client := p.opened(now); client != nil {
		return client, nil
	}
	client, err := p.config.open(ctx, name, p.log)
	if err != nil {
		return nil, wrongProfile(err)
	}
	p.keep(client, now)
	return client, nil
}

func wrongProfile(err error) error {
	return &server.SettingError{Sentence: err.Error() +
		". Nothing was sent to Hex: ask the user to do so. The profile is read again at the next call."}
}

// opened is the client that was made before, if the profile's file has not changed since.
func (p *profiled) opened(now os.FileInfo) *hexapi.Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil || now == nil || !isSame(p.seen, now) {
		return nil
	}
	return p.client
}

func (p *profiled) keep(client *hexapi.Client, seen os.FileInfo) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.client, p.seen = client, seen
}

// open makes a client with the token and the address of a profile.
func (c *config) open(ctx context.Context, name string, log *slog.Logger) (*hexapi.Client, error) {
	found, err := c.findProfile(name)
	if err != nil {
		return nil, err
	}
	its := *c
	its.apiURL, its.source.profile = found.APIURL, name
	if its.token, err = c.profiles.Token(ctx, found); err != nil {
		return nil, err
	}
	return its.hex(log)
}
