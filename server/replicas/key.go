package replicas

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// prefix begins all keys.
const prefix = "hexmcp:"

// keyOf is where something of somebody is kept.
func keyOf(kind, who string) string {
	digest := sha256.Sum256([]byte(who))
	return prefix + kind + ":" + hex.EncodeToString(digest[:16])
}

// ids makes names of turns that no other replica gives.
type ids struct {
	replica string
	last    *atomic.Uint64
}

func newIDs() ids { return ids{rand.Text()[:12], new(atomic.Uint64)} }

func (i ids) next() string { return i.replica + strconv.FormatUint(i.last.Add(1), 36) }

// signing is the key by which replicas know each other's signatures.
type signing struct {
	key    *atomic.Pointer[string]
	script *redis.Script
}

// How long Redis remembers the key after the last replica, and the mark of a replica
// after this was last heard of.
const (
	keyTime  = 24 * time.Hour
	markTime = time.Hour
)

// The first replica brings the key, and the others take it. A replica whose mark is
// gone is told nothing unless it comes anew: Redis has forgotten what it wrote.
const meet = `if ARGV[3] == '0' and redis.call('EXISTS', KEYS[2]) == 0 then return false end
redis.call('SET', KEYS[2], '1', 'PX', ARGV[4])
redis.call('SET', KEYS[1], ARGV[1], 'NX')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('GET', KEYS[1])`

// errForgotten says that Redis has begun anew.
var errForgotten = errors.New("it has forgotten what was counted")

func newSigning() signing {
	s := signing{new(atomic.Pointer[string]), redis.NewScript(meet)}
	own := rand.Text() + rand.Text()
	s.key.Store(&own)
	return s
}

// SigningKey is a key that all replicas have, once they have found Redis.
func (l *Link) SigningKey() []byte { return []byte(*l.signing.key.Load()) }

// markKey is that of the mark by which this replica knows that Redis remembers it.
func (l *Link) markKey() string { return prefix + "replica:" + l.ids.replica }

// meet makes this replica known, and learns the key of all.
func (l *Link) meet(ctx context.Context, anew bool) error {
	first := 0
	if anew {
		first = 1
	}
	key, err := l.signing.script.Run(ctx, l.redis, []string{prefix + "signing-key", l.markKey()},
		*l.signing.key.Load(), keyTime.Milliseconds(), first, markTime.Milliseconds()).Text()
	switch {
	case errors.Is(err, redis.Nil):
		return errForgotten
	case err == nil:
		l.signing.key.Store(&key)
	}
	return err
}
