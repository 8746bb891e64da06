package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// proxyVariables are the variables from which net/http reads the proxy. It ignores a
// value that it cannot read, and then connects directly.
var proxyVariables = []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}

// checkProxies fails if a variable holds no valid proxy, because net/http would connect
// directly although the operator wanted a proxy. The error does not repeat the value,
// which may hold a password.
func checkProxies(lookup func(string) (string, bool)) error {
	for _, name := range proxyVariables {
		if value, _ := lookup(name); value != "" && !isProxy(value) {
			return fmt.Errorf("%s is not the address of a proxy: give one such as http://proxy.example.com:8080, or unset it to connect directly", name)
		}
	}
	return nil
}

// isProxy reports whether net/http would use the value as a proxy.
func isProxy(value string) bool {
	u, err := url.Parse(value)
	if err != nil || u.Scheme == "" || u.Host == "" {
		u, err = url.Parse("http://" + value)
	}
	return err == nil && u.Hostname() != "" && unresolved(value) == "" && !tokenPrefix().MatchString(value) &&
		slices.Contains([]string{"http", "https", "socks5", "socks5h"}, strings.ToLower(u.Scheme))
}
