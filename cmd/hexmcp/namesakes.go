package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/pflag"

	"hexmcp/hexapi"
)

// Variables by which other programs for Hex know what we know by another name.
var (
	tokenNamesakes   = []string{"HEX_API_KEY", "HEX_TOKEN"}
	addressNamesakes = []string{"HEX_BASE_URL", "HEX_API_URL", "HEX_URL"}
)

// checkNamesakes looks whether a setting that is missing was given by another
// name. A token is not taken from there: other programs have such variables,
// too. An address is not passed over either: the token would go to another one
// than its owner meant.
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

// instead names the variable that is set in place of that of the token.
func (c *config) instead() string {
	if c.namesake == "" {
		return ""
	}
	return fmt.Sprintf("; %s is set, but hexmcp reads %s", c.namesake, envToken)
}

// noToken says in each call where the token was looked for.
func (c *config) noToken() error {
	return errors.New("no Hex API token is configured" + c.instead() +
		". Nothing was sent to Hex: ask the user to set that where the server is started, and to restart it.")
}

// noTokenHere says to whoever has started a command what it needs.
func (c *config) noTokenHere() error {
	return errors.New("no Hex API token is configured" + c.instead() + ": run hexmcp login, or set " + envToken + " or --token-file; --demo needs none")
}

// namesAnother reports whether a value is an address of Hex other than the one
// that is called by default. Hex is also the package manager of Erlang, which has
// a variable of such a name.
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
