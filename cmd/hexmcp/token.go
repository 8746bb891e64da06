package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"sync"

	"github.com/spf13/pflag"

	"hexmcp/hexapi"
	"hexmcp/server"
)

// The names of settings in errors.
const (
	envToken     = "HEX_API_TOKEN"
	envBaseURL   = "HEX_API_BASE_URL"
	tokenFileSet = "--token-file or HEX_API_TOKEN_FILE"
)

// maxTokenFile is how many bytes a token file may have.
const maxTokenFile = 64 << 10

// readToken reads the token from the environment or from a file. The flag of the file
// wins over the variable of the token. If both variables are set, that is an error.
func (c *config) readToken(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	token, _ := lookup(envToken)
	fileFlag := flags.Lookup("token-file")
	if c.tokenFile == "" || fileFlag == nil {
		var err error
		c.token, err = tokenOf(envToken, token)
		return err
	}
	if token != "" && !fileFlag.Changed {
		return errors.New("HEX_API_TOKEN and HEX_API_TOKEN_FILE are both set: keep one")
	}
	if tokenPrefix().MatchString(c.tokenFile) && !strings.ContainsAny(c.tokenFile, `/\.`) {
		return errors.New(tokenFileSet + ": it holds a token and not the name of a file: the token belongs into HEX_API_TOKEN")
	}
	c.tokenSeen = regular(c.tokenFile)
	var err error
	if c.token, err = readTokenFile(c.tokenFile); err != nil && mayComeYet(c.tokenFile) {
		return &tokenFileError{err}
	}
	return err
}

// mayComeYet reports whether a file that holds no token may hold one later. A pipe or a
// device can only be read once, so it may not.
func mayComeYet(name string) bool {
	info, err := os.Stat(name)
	return err != nil || info.Mode().IsRegular()
}

// tokenFileError means that the token file holds no usable token. It may hold one later.
type tokenFileError struct{ error }

// readTokenFile reads the token from a file. Errors do not repeat the name of the file,
// which might be the token, given in the wrong variable.
func readTokenFile(name string) (hexapi.Secret, error) {
	b, err := readFile(name, maxTokenFile)
	if err != nil {
		return "", fmt.Errorf(tokenFileSet+": %w", err)
	}
	token, err := tokenOf(tokenFileSet+": the file", string(b))
	if err == nil && token == "" {
		err = errors.New(tokenFileSet + ": the file is empty")
	}
	return token, err
}

// scheme matches the word Bearer, which stands before a token in a header.
var scheme = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^bearer\s+`) })

// tokenOf removes white space and the word Bearer from a copied token, and refuses
// placeholders that nobody has replaced.
func tokenOf(name, value string) (hexapi.Secret, error) {
	token := strings.TrimSpace(scheme().ReplaceAllString(strings.TrimSpace(value), ""))
	if why := notAToken(token); token != "" && why != "" {
		return "", fmt.Errorf("%s %s", name, why)
	}
	return hexapi.Secret(token), nil
}

// clientOf returns the function that gives each call its client. That is always the same
// client, unless the token is in a file or profile, which may change, or each caller
// sends its own.
func (c *config) clientOf(client *hexapi.Client, log *slog.Logger) server.ClientOf {
	switch {
	case c.demo:
		return server.OneClient(client)
	case c.hexTokenFrom == fromHeader:
		return newOfCaller(client)
	case c.tokenFile != "":
		return (&tokenFile{name: c.tokenFile, seen: c.tokenSeen, client: client}).clientOf
	case c.token == "":
		return (&profiled{config: c, log: log, without: client}).clientOf
	}
	return server.OneClient(client)
}

// tokenFile is a file that holds the token. It is read again when it has changed.
type tokenFile struct {
	name string

	mu     sync.Mutex
	seen   os.FileInfo    // its state when it was read; nil for a pipe or device, which is read only once
	unread bool           // it could not be read yet
	client *hexapi.Client // with the token of the file
}

// clientOf returns a client with the token that the file holds now.
func (f *tokenFile) clientOf(context.Context) (*hexapi.Client, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := regular(f.name)
	if !f.unread && (f.seen == nil || now != nil && isSame(f.seen, now)) {
		return f.client, nil
	}
	token, err := readTokenFile(f.name)
	if err != nil {
		return nil, wrongFile(err)
	}
	client, err := f.client.WithToken(token)
	if err != nil {
		return nil, wrongFile(fmt.Errorf(tokenFileSet+": the file: %w", err))
	}
	f.client, f.seen, f.unread = client, now, false
	return client, nil
}

func wrongFile(err error) error {
	return &server.SettingError{Sentence: err.Error() +
		". Nothing was sent to Hex: ask the user to correct the file, which is read again at the next call."}
}

// regular is the state of a regular file; nil for anything else.
func regular(name string) os.FileInfo {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return info
}

func isSame(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}
