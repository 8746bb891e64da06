package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"github.com/spf13/pflag"

	"hexmcp/hexapi"
	"hexmcp/server/limits"
	"hexmcp/server/ready"
	"hexmcp/server/replicas"
	"hexmcp/server/rpc"
	"hexmcp/server/tasks"
)

// sharedLimits are what replicas count together.
type sharedLimits struct {
	link  *replicas.Link
	runs  *replicas.Budget
	calls *replicas.CallBudget
}

// Why replicas cannot share limits.
var (
	errNoReplicas = errors.New("--redis-url needs --replicas, how many servers share the limits: each keeps to its part while Redis is away")
	errNoRedis    = errors.New("--replicas needs --redis-url, the Redis in which they share the limits")
	errTwoRedis   = errors.New("--redis-url and --redis-url-file (or their variables) both say where Redis is: keep one")
	errOpenSecret = errors.New("--redis-url holds a password, which others can see among the arguments: put the address into HEXMCP_REDIS_URL or into a file that --redis-url-file names")
)

// maxRedisURL is how many bytes the file with the address of Redis may have.
const maxRedisURL = 4 << 10

// share connects the limits to those of other replicas, if the settings name a Redis.
func (c *config) share(flags *pflag.FlagSet, log *slog.Logger) error {
	address, err := c.redisAddress(flags)
	switch {
	case err != nil:
		return err
	case address == "" && c.replicas == 0:
		return nil
	case address == "":
		return errNoRedis
	case c.replicas == 0:
		return errNoReplicas
	}
	roots, err := c.roots()
	if err != nil {
		return err
	}
	link, err := replicas.Open(replicas.Options{URL: address, RootCAs: roots, Replicas: c.replicas, Timeout: c.redisTimeout, Log: log})
	if err != nil {
		return fmt.Errorf("the address of Redis cannot be used: %w", err)
	}
	c.shared = &sharedLimits{link, link.Budget(c.runsPerMinute, c.runsPerHour), link.CallBudget()}
	if c.metrics != nil {
		c.metrics.WatchBudget(c.runsPerMinute, c.runsPerHour, c.shared.runs.Left)
		c.metrics.WatchRedis(link.IsThere)
	}
	return nil
}

// redisAddress is the address of Redis; "" for none. It refuses a password in the flag,
// because other users of the machine can see the arguments of a process.
func (c *config) redisAddress(flags *pflag.FlagSet) (string, error) {
	if c.redisURL != "" && c.redisURLFile != "" {
		return "", errTwoRedis
	}
	if flag := flags.Lookup("redis-url"); flag != nil && flag.Changed && holdsPassword(c.redisURL) {
		return "", errOpenSecret
	}
	if c.redisURLFile == "" {
		return c.redisURL, nil
	}
	b, err := readFile(c.redisURLFile, maxRedisURL)
	if err == nil && strings.TrimSpace(string(b)) == "" {
		err = errors.New("the file is empty")
	}
	if err != nil {
		return "", fmt.Errorf("--redis-url-file or HEXMCP_REDIS_URL_FILE: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// holdsPassword reports whether an address may hold a password. One that is no valid URL
// may if it has an @.
func holdsPassword(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return strings.Contains(address, "@")
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password")
}

// callBudget counts calls together with other replicas; nil without replicas.
func (c *config) callBudget() hexapi.CallBudget {
	if c.shared == nil {
		return nil
	}
	return c.shared.calls
}

// limiter limits what each caller does, in this process or together with other replicas.
func (c *config) limiter(what string, perMinute, atOnce int) limits.Limiter {
	if c.shared == nil {
		return &limits.Local{PerMinute: perMinute, AtOnce: atOnce, What: what}
	}
	return c.shared.link.Limiter(strings.ReplaceAll(what, " ", "-"), perMinute, atOnce, what)
}

// signingKey returns the key that all replicas share; nil without replicas, when the
// server makes a key of its own.
func (c *config) signingKey() func() []byte {
	if c.shared == nil {
		return nil
	}
	return c.shared.link.SigningKey
}

// post carries answers from one replica to another; nil without replicas.
func (c *config) post() rpc.Post {
	if c.shared == nil {
		return nil
	}
	return c.shared.link
}

// shelf is where replicas keep tasks for each other; nil without replicas.
func (c *config) shelf() tasks.Shelf {
	if c.shared == nil {
		return nil
	}
	return c.shared.link
}

// redisAway says at /readyz that limits are not shared at present. The server is ready
// all the same.
const redisAway ready.Reason = "Redis is away: this replica keeps to its part of each limit"

func (c *config) degraded() ready.Reason {
	if c.shared == nil || c.shared.link.IsThere() {
		return ""
	}
	return redisAway
}

// noSSE says why /sse is not served; "" if it is. With several replicas, a message of the
// client might reach another replica than the one that has its event stream.
func (c *config) noSSE() string {
	if c.replicas <= 1 || c.sseSticky {
		return ""
	}
	return "this server is one of several, and messages for an event stream might reach another: use Streamable HTTP at /mcp, " +
		"or let the balancer keep each client at one server and start hexmcp http with --sse-sticky"
}
