package callers

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// What a file of tokens may hold.
const (
	maxTokensFile = 64 << 10 // bytes
	minToken      = 16       // bytes of each: what is shorter can be guessed
)

// Tokens lets in whoever has one of the tokens of a file: one a line, so that a
// new one can be handed out before the old one is taken away. Lines that are
// empty or begin with # are skipped; "name token" gives a token a name. The file
// is read again when it has changed; one that cannot be read leaves the tokens
// as they are, and says so to Failed.
type Tokens struct {
	file   string
	failed func(error)

	mu    sync.Mutex
	known []token
	seen  stamp
}

// token is kept as its hash: nothing that reads the memory of the process or
// compares too quickly learns it.
type token struct {
	hash [sha256.Size]byte
	name string
}

// stamp tells whether a file has changed.
type stamp struct {
	modified time.Time
	size     int64
}

// OpenTokens reads the tokens of a file. Errors name the file, never its content.
func OpenTokens(file string, failed func(error)) (*Tokens, error) {
	t := &Tokens{file: file, failed: failed}
	seen, err := stampOf(file)
	if err == nil {
		t.known, err = readTokens(file)
	}
	t.seen = seen
	return t, err
}

// Check finds the token. It compares with each of them, in a time that does not
// depend on which it is.
func (t *Tokens) Check(_ context.Context, bearer string) (Caller, error) {
	hash := sha256.Sum256([]byte(bearer))
	var found string
	for _, known := range t.current() {
		if subtle.ConstantTimeCompare(hash[:], known.hash[:]) == 1 {
			found = known.name
		}
	}
	if found == "" {
		return Caller{}, &Refusal{"the token is not among those of this server"}
	}
	return Caller{Name: found, Grants: All}, nil
}

// current are the tokens that the file holds now.
func (t *Tokens) current() []token {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, err := stampOf(t.file)
	if err == nil && now == t.seen {
		return t.known
	}
	if err == nil {
		var known []token
		if known, err = readTokens(t.file); err == nil {
			t.known, t.seen = known, now
			return t.known
		}
	}
	if now != t.seen { // once for each change
		t.seen = now
		t.failed(err)
	}
	return t.known
}

func stampOf(file string) (stamp, error) {
	info, err := os.Stat(file)
	if err != nil {
		return stamp{}, fmt.Errorf("tokens of callers: %w", err)
	}
	if !info.Mode().IsRegular() {
		return stamp{}, fmt.Errorf("tokens of callers: %s is no regular file", file)
	}
	return stamp{info.ModTime(), info.Size()}, nil
}

func readTokens(file string) ([]token, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("tokens of callers: %w", err)
	}
	defer f.Close()
	known, err := parseTokens(io.LimitReader(f, maxTokensFile))
	if err != nil {
		return nil, fmt.Errorf("tokens of callers: %s: %w", file, err)
	}
	return known, nil
}

func parseTokens(r io.Reader) ([]token, error) {
	var all []token
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		fields := strings.Fields(strings.TrimPrefix(lines.Text(), "\ufeff"))
		switch {
		case len(fields) == 0 || strings.HasPrefix(fields[0], "#"):
			continue
		case len(fields) > 2:
			return nil, fmt.Errorf("line %d has more than a name and a token", number)
		}
		secret, name := fields[len(fields)-1], fmt.Sprintf("token of line %d", number)
		if len(fields) == 2 {
			name = fields[0]
		}
		if len(secret) < minToken {
			return nil, fmt.Errorf("the token of line %d has fewer than %d characters, and could be guessed: make one with openssl rand -hex 32", number, minToken)
		}
		all = append(all, token{sha256.Sum256([]byte(secret)), name})
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("it holds no token, so that nobody could call")
	}
	return all, nil
}
