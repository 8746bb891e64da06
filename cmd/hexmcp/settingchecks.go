package main

import (
	"errors"
	"log/slog"
	"strings"
	"time"

	"hexmcp/cmd/hexmcp/internal/profile"
	"hexmcp/server/forwarded"
)

// atLeast returns a check that refuses smaller values with the error otherwise.
func atLeast[T int | time.Duration](least T, otherwise string) func(T) error {
	return func(value T) error {
		if value < least {
			return errors.New(otherwise)
		}
		return nil
	}
}

// each returns a check of a list that refuses it with the error otherwise, unless is returns
// true for every value.
func each(is func(string) bool, otherwise string) func([]string) error {
	return func(values []string) error {
		for _, value := range values {
			if !is(value) {
				return errors.New(otherwise)
			}
		}
		return nil
	}
}

func isNoToken(address string) error {
	if tokenPrefix().MatchString(address) {
		return errors.New("it holds a token of Hex, which belongs into HEX_API_TOKEN")
	}
	return nil
}

func isLogLevel(name string) error {
	if new(slog.Level).UnmarshalText([]byte(name)) != nil {
		return errors.New("the log level must be debug, info, warn or error")
	}
	return nil
}

func isLogFormat(name string) error {
	if name = strings.ToLower(name); name != "text" && name != "json" {
		return errors.New("the log format must be text or json")
	}
	return nil
}

// trust parses the addresses of the proxies whose headers are believed.
func (c *config) trust(names []string) (err error) {
	c.proxies, err = forwarded.Parse(names)
	return err
}

func isProfileName(name string) error {
	if name == "" {
		return nil
	}
	return profile.CheckName(name)
}
