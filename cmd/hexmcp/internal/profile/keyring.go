package profile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"
	"golang.org/x/sync/singleflight"
)

// Keyring keeps secrets by name. Its methods may block for ever, because a keyring may
// wait for a person to unlock it. Get returns an error that wraps [ErrNotFound] if there
// is no such secret; Delete may do so.
type Keyring interface {
	Get(name string) (string, error)
	Set(name, secret string) error
	Delete(name string) error
}

// ErrNotFound means that the keyring does not have the secret.
var ErrNotFound = keyring.ErrNotFound

// errNoKeyring means that Open was given no keyring, as in tests.
var errNoKeyring = errors.New("there is no keyring")

// errSlowKeyring means that a keyring did not answer in time.
var errSlowKeyring = errors.New("the keyring did not answer in time: it may be waiting for somebody to unlock it")

// keyringWait is how long a keyring may take. Somebody may have to type a
// password first, and MCP hosts wait for a call no longer than a minute.
const keyringWait = 30 * time.Second

// System is the keyring of the user's session: the Keychain of macOS, the
// Credential Manager of Windows, the Secret Service elsewhere.
func System() Keyring { return system{} }

// service is the name of the program in the keyring.
const service = "hexmcp"

type system struct{}

func (system) Get(name string) (string, error) {
	if !hasBus() {
		return "", errNoBus
	}
	return keyring.Get(service, name)
}

func (system) Set(name, secret string) error {
	if !hasBus() {
		return errNoBus
	}
	return keyring.Set(service, name, secret)
}

func (system) Delete(name string) error {
	if !hasBus() {
		return errNoBus
	}
	return keyring.Delete(service, name)
}

var errNoBus = errors.New("there is none, because this session has no D-Bus")

// hasBus reports whether the keyring can be asked. On Linux and the like it is asked over
// D-Bus. If no D-Bus runs, asking would start one that nobody ever ends.
func hasBus() bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" || os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	buses, _ := filepath.Glob(fmt.Sprintf("/run/user/%d/*bus*", os.Getuid()))
	return len(buses) > 0
}

// none is a keyring whose methods always fail.
type none struct{}

func (none) Get(string) (string, error) { return "", errNoKeyring }
func (none) Set(string, string) error   { return errNoKeyring }
func (none) Delete(string) error        { return errNoKeyring }

// patient limits how long callers wait for a keyring. A request that does not return in
// time goes on in the background. Later callers who ask for the same wait for the result
// of that request and do not start another one.
type patient struct {
	keyring Keyring
	asked   singleflight.Group
}

func (p *patient) get(ctx context.Context, name string) (string, error) {
	return p.within(ctx, "get "+name, func() (string, error) { return p.keyring.Get(name) })
}

func (p *patient) set(ctx context.Context, name, secret string) error {
	_, err := p.within(ctx, "set "+name, func() (string, error) { return "", p.keyring.Set(name, secret) })
	return err
}

func (p *patient) delete(ctx context.Context, name string) error {
	_, err := p.within(ctx, "delete "+name, func() (string, error) { return "", p.keyring.Delete(name) })
	return err
}

func (p *patient) within(ctx context.Context, what string, ask func() (string, error)) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, keyringWait, errSlowKeyring)
	defer cancel()
	answer := p.asked.DoChan(what, func() (any, error) { return ask() })
	select {
	case a := <-answer:
		secret, _ := a.Val.(string)
		return secret, a.Err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
