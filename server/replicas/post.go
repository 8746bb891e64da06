package replicas

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// collectTime is how long an answer can be left after its question was last looked
// after, and how long it lies there.
const collectTime = time.Minute

// What is left is empty until somebody answers, so that only answers to open questions
// are kept.
const collect = `local answer = redis.call('GET', KEYS[1])
if answer and answer ~= '' then
  redis.call('DEL', KEYS[1])
  return answer
end
redis.call('SET', KEYS[1], '', 'PX', ARGV[1])
return ''`

// Collect returns the answer to a question that came to another replica, nil where there
// is none or Redis is away.
func (l *Link) Collect(ctx context.Context, name string) (answer []byte) {
	_ = l.ask(ctx, func(ctx context.Context) error {
		text, err := l.collect.Run(ctx, l.redis, []string{keyOf("answer", name)}, collectTime.Milliseconds()).Text()
		if err == nil && text != "" {
			answer, _ = unsealed(name, []byte(text)) // what cannot be read is no answer
		}
		return err
	})
	return answer
}

// Leave leaves the answer to a question of another replica. While Redis is away it is lost.
func (l *Link) Leave(name string, answer []byte) {
	_ = l.ask(context.Background(), func(ctx context.Context) error {
		err := l.redis.SetArgs(ctx, keyOf("answer", name), sealed(name, answer), redis.SetArgs{Mode: "XX", TTL: collectTime}).Err()
		if errors.Is(err, redis.Nil) { // nobody has asked
			return nil
		}
		return err
	})
}

// Keep keeps something for other replicas for so long. While Redis is away it is lost.
func (l *Link) Keep(name string, state []byte, lasts time.Duration) {
	if lasts < time.Millisecond {
		return
	}
	_ = l.ask(context.Background(), func(ctx context.Context) error {
		return l.redis.Set(ctx, keyOf("kept", name), sealed(name, state), lasts).Err()
	})
}

// Find returns what a replica keeps, nil where there is nothing or Redis is away.
func (l *Link) Find(ctx context.Context, name string) (state []byte) {
	_ = l.ask(ctx, func(ctx context.Context) error {
		b, err := l.redis.Get(ctx, keyOf("kept", name)).Bytes()
		if errors.Is(err, redis.Nil) {
			return nil
		}
		if err == nil {
			state, _ = unsealed(name, b) // likewise
		}
		return err
	})
	return state
}
