package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/pflag"

	"hexmcp/hexapi"
)

// Environment variables of other programs for Hex that mean the same as ours.
var (
	tokenNamesakes   = []string{"HEX_API_KEY", "HEX_TOKEN"}
	addressNamesakes = []string{"HEX_BASE_URL", "HEX_API_URL", "HEX_URL"}
)

// checkNamesakes checks whether a missing setting was given by a variable of another
// program. A token in such a variable is not used, because it may be meant for that
// program; its name is noted for messages. An address in one is an error: if it were
// ignored, the token would be sent to another address than its owner meant.
func (c *config) checkNamesakes(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	for _, name := range tokenNamesakes {
		if value, _ := lookup(name); value != "" && c.namesake == "" {
			c.namesake = name
		}
	}
	given, _ := lookup(envBaseURL)
	if flag := flags.Lookup("api-url"); flag == nil || flag.Changed || given != "" {
		return nil
	}
	for _, name := range addressNamesakes {
		if value, _ := lookup(name); namesAnother(value) {
			return fmt.Errorf("%s names another address than %s, but hexmcp reads %s: set that, or --api-url, to the one you mean", name, hexapi.DefaultBaseURL, envBaseURL)
		}
	}
	return nil
}

// instead is the end of a sentence that names the variable which holds a token but is not
// read.
func (c *config) instead() string {
	if c.namesake == "" {
		return ""
	}
	return fmt.Sprintf("; %s is set, but hexmcp reads %s", c.namesake, envToken)
}

// noToken is the error of each call while there is no token.
func (c *config) noToken() error {
	return errors.New("no Hex API token is configured" + c.instead() +
		". Nothing was sent to Hex: ask the user to set that where the server is started, and to restart it.")
}

// noTokenHere says to whoever has started a command what it needs.
func (c *config) noTokenHere() error {
	return errors.New("no Hex API token is configured" + c.instead() + ": run hexmcp login, or set " + envToken + " or --token-file; --demo needs none")
}

// namesAnother reports whether a value is an address of Hex other than the default. It
// ignores hex.pm: Hex is also the package manager of Erlang, which has a variable of the
// same name.
func namesAnother(value string) bool {
	host := hostOf(value)
	return host != "" && host != hostOf(hexapi.DefaultBaseURL) && !strings.HasSuffix(host, "hex.pm")
}

// hostOf is the host of an address, with or without scheme; "" for none.
func hostOf(address string) string {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
