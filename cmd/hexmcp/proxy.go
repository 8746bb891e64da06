package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// proxyVariables are those that net/http reads, and how it treats them: one that
// it cannot read it takes for none.
var proxyVariables = []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}

// checkProxies refuses to connect directly where the operator wanted a proxy.
// The value may hold a password and is not repeated.
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
