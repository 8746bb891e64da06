package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"hexmcp/hexapi"
)

// readToken takes the token from the environment or from a file. A flag wins;
// two variables that might disagree are refused.
func (c *config) readToken(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	token, _ := lookup("HEX_API_TOKEN")
	fileFlag := flags.Lookup("token-file")
	if c.tokenFile == "" || fileFlag == nil {
		c.token = trimToken(token)
		return nil
	}
	if token != "" && !fileFlag.Changed {
		return errors.New("HEX_API_TOKEN and HEX_API_TOKEN_FILE are both set: keep one")
	}
	var err error
	c.token, err = readTokenFile(c.tokenFile)
	return err
}

// readTokenFile never says the name: it might be the token itself, set in the
// wrong variable.
func readTokenFile(name string) (hexapi.Secret, error) {
	b, err := os.ReadFile(name)
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		err = at.Err
	}
	if err != nil {
		return "", fmt.Errorf("--token-file or HEX_API_TOKEN_FILE: %w", err)
	}
	token := trimToken(string(b))
	if token == "" {
		return "", errors.New("--token-file or HEX_API_TOKEN_FILE: the file is empty")
	}
	return token, nil
}

// trimToken takes off what copying a token leaves around it.
func trimToken(s string) hexapi.Secret {
	return hexapi.Secret(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "Bearer ")))
}
