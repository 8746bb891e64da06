package profile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zalando/go-keyring"

	"hexmcp/hexapi"
)

// memory is a keyring of a test.
type memory struct {
	mu     sync.Mutex
	held   map[string]string
	broken error
}

func newMemory() *memory { return &memory{held: map[string]string{}} }

func (m *memory) Get(name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	secret, ok := m.held[name]
	if !ok && m.broken == nil {
		return "", keyring.ErrNotFound
	}
	return secret, m.broken
}

func (m *memory) Set(name, secret string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken == nil {
		m.held[name] = secret
	}
	return m.broken
}

func (m *memory) Delete(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken == nil {
		delete(m.held, name)
	}
	return m.broken
}

// openIn is the store of a user whose home is a folder of the test.
func openIn(home string, k Keyring) *Store {
	return Open(func(string) (string, bool) { return home, true }, k)
}

const (
	europe = "https://eu.hex.tech/api"
	token  = hexapi.Secret("hxtp_of_the_test")
)

func TestATokenIsKeptAndFoundAgain(t *testing.T) {
	for name, inKeyring := range map[string]bool{"in the keyring": true, "in a file": false} {
		t.Run(name, func(t *testing.T) {
			home, ring := t.TempDir(), newMemory()
			ends := time.Now().UTC().Truncate(time.Second)
			p := Profile{Name: "work", APIURL: europe, Account: "Ada", TokenEnds: &ends, InKeyring: inKeyring}
			require.NoError(t, openIn(home, ring).Save(t.Context(), p, token))

			s := openIn(home, ring)
			found, err := s.Find("work")
			require.NoError(t, err)
			assert.Equal(t, p, found)
			held, err := s.Token(t.Context(), found)
			require.NoError(t, err)
			assert.Equal(t, token.Reveal(), held.Reveal())
			assert.Equal(t, inKeyring, len(ring.held) == 1)
			content, err := os.ReadFile(s.File("work"))
			require.NoError(t, err)
			assert.Equal(t, !inKeyring, strings.Contains(string(content), token.Reveal()))
			assert.Equal(t, "work", s.DefaultName(), "the first one is the default one")
		})
	}
}

func TestNobodyElseMayReadAProfile(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // the folder is the user's own there, and has no such bits
	}
	s := openIn(t.TempDir(), nil)
	require.NoError(t, s.Save(t.Context(), Profile{Name: "work", APIURL: europe}, token))
	require.NoError(t, os.Chmod(s.File("work"), 0o644))
	require.NoError(t, s.Save(t.Context(), Profile{Name: "work", APIURL: europe}, token))
	for path, want := range map[string]os.FileMode{s.File("work"): 0o600, filepath.Dir(s.File("work")): 0o700 | os.ModeDir, s.Folder(): 0o700 | os.ModeDir} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, want, info.Mode(), path)
	}
}

// Somebody who can write the file, but not the keyring, must not get the token.
func TestATokenGoesToNoAddressButItsOwn(t *testing.T) {
	s := openIn(t.TempDir(), newMemory())
	p := Profile{Name: "work", APIURL: europe, InKeyring: true}
	require.NoError(t, s.Save(t.Context(), p, token))
	content, err := os.ReadFile(s.File("work"))
	require.NoError(t, err)
	edited := strings.ReplaceAll(string(content), "eu.hex.tech", "evil.example")
	require.NoError(t, os.WriteFile(s.File("work"), []byte(edited), 0o600))
	found, err := s.Find("work")
	require.NoError(t, err)
	_, err = s.Token(t.Context(), found)
	assert.ErrorContains(t, err, "belongs to another address")

	_, err = s.Token(t.Context(), p)
	assert.ErrorContains(t, err, "belongs to another address", "nor to that of a profile that was read before")
}

func TestAKeyringThatRefusesIsToldOf(t *testing.T) {
	ring := newMemory()
	s := openIn(t.TempDir(), ring)
	p := Profile{Name: "work", APIURL: europe, InKeyring: true}
	ring.broken = errors.New("locked")
	_, isRefusal := errors.AsType[*KeyringError](s.Save(t.Context(), p, token))
	assert.True(t, isRefusal)
	assert.Empty(t, s.Names(), "nothing was kept")

	ring.broken = nil
	require.NoError(t, s.Save(t.Context(), p, token))
	ring.broken = errors.New("locked")
	_, err := s.Token(t.Context(), p)
	assert.ErrorContains(t, err, "keyring: locked")
	assert.ErrorContains(t, s.Remove(t.Context(), "work"), "keyring: locked")
	assert.Equal(t, []string{"work"}, s.Names(), "a token that is still there is not forgotten")
}

// hanging is a keyring that waits for somebody who does not come.
type hanging struct {
	memory
	asked atomic.Int32
	come  chan struct{}
}

func (h *hanging) Get(string) (string, error) {
	h.asked.Add(1)
	<-h.come
	return `{"apiUrl":"` + europe + `","token":"` + token.Reveal() + `"}`, nil
}

func TestEveryWaitForTheKeyringEnds(t *testing.T) {
	home := t.TempDir()
	p := Profile{Name: "work", APIURL: europe, InKeyring: true}
	require.NoError(t, openIn(home, newMemory()).Save(t.Context(), p, token))
	synctest.Test(t, func(t *testing.T) {
		ring := &hanging{come: make(chan struct{})}
		s := openIn(home, ring)
		start := time.Now()
		_, err := s.Token(t.Context(), p)
		assert.ErrorContains(t, err, "did not answer in time")
		assert.Equal(t, keyringWait, time.Since(start))

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = s.Token(ctx, p)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.EqualValues(t, 1, ring.asked.Load(), "who comes later waits for the same answer")

		close(ring.come)
		synctest.Wait()
		_, err = s.Token(t.Context(), p)
		assert.NoError(t, err, "once it is unlocked")
	})
}

func TestALogoutForgetsTheToken(t *testing.T) {
	ring := newMemory()
	s := openIn(t.TempDir(), ring)
	for _, p := range []Profile{{Name: "a", APIURL: europe, InKeyring: true}, {Name: "b", APIURL: europe}} {
		require.NoError(t, s.Save(t.Context(), p, token))
	}
	require.NoError(t, s.Remove(t.Context(), "a"))
	assert.Empty(t, ring.held)
	assert.Equal(t, []string{"b"}, s.Names())
	assert.Empty(t, s.DefaultName(), "no other becomes the default one by itself")
	_, missing := errors.AsType[*MissingError](s.Remove(t.Context(), "a"))
	assert.True(t, missing)
	require.NoError(t, s.SetDefault("b"))
	assert.Equal(t, "b", s.DefaultName())
	assert.Error(t, s.SetDefault("a"))
}

func TestATokenThatMovesIntoAFileLeavesTheKeyring(t *testing.T) {
	ring := newMemory()
	s := openIn(t.TempDir(), ring)
	require.NoError(t, s.Save(t.Context(), Profile{Name: "a", APIURL: europe, InKeyring: true}, token))
	require.NoError(t, s.Save(t.Context(), Profile{Name: "a", APIURL: europe}, token))
	assert.Empty(t, ring.held)
}

func TestABrokenProfileSaysHowToMendIt(t *testing.T) {
	s := openIn(t.TempDir(), nil)
	require.NoError(t, s.Save(t.Context(), Profile{Name: "a", APIURL: europe}, token))
	for name, content := range map[string]string{
		"no JSON": "{", "no address": "{}", "a page": `{"apiUrl":"ftp://x"}`, "long": strings.Repeat(" ", maxFile+1),
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(s.File("a"), []byte(content), 0o600))
			_, err := s.Find("a")
			assert.ErrorContains(t, err, "hexmcp login --profile a makes it anew")
		})
	}
	require.NoError(t, s.Remove(t.Context(), "a"), "and can be forgotten")
}

func TestNamesAreThoseOfFiles(t *testing.T) {
	for _, good := range []string{"default", "work", "eu-2", "A_b"} {
		assert.NoError(t, CheckName(good), good)
	}
	for _, bad := range []string{"", "..", "a/b", `a\b`, "a.b", " a", "-a", "é", "nul", "COM1", "hxtp_0123", strings.Repeat("a", 65)} {
		assert.Error(t, CheckName(bad), bad)
		_, err := openIn(t.TempDir(), nil).Find(bad)
		assert.Error(t, err, bad)
	}
}

func TestAUserWithoutAHomeHasNoProfiles(t *testing.T) {
	s := Open(func(string) (string, bool) { return "", false }, nil)
	assert.Empty(t, s.DefaultName())
	assert.Empty(t, s.Names())
	_, err := s.Find("default")
	assert.Error(t, err)
	assert.Error(t, s.Save(t.Context(), Profile{Name: "a", APIURL: europe}, token))
}

// The library's own fake stands in for the keyring of the system.
func TestTheSystemsKeyringIsAskedByTheNameOfTheProgram(t *testing.T) {
	keyring.MockInit()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	s := openIn(t.TempDir(), System())
	p := Profile{Name: "work", APIURL: europe, InKeyring: true}
	require.NoError(t, s.Save(t.Context(), p, token))
	secret, err := keyring.Get("hexmcp", "work")
	require.NoError(t, err)
	assert.JSONEq(t, `{"apiUrl":"`+europe+`","token":"`+token.Reveal()+`"}`, secret)
	require.NoError(t, s.Remove(t.Context(), "work"))
	_, err = keyring.Get("hexmcp", "work")
	assert.ErrorIs(t, err, ErrNotFound)
}
