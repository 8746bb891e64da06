package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"hexmcp/hexapi"
)

// credentialEnv is the form of --credential-env: NAME=TYPE@HOST.
var credentialEnv = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)=([a-z]+)@([A-Za-z0-9._*-]+)$`)
})

const wrongCredentialEnv = "a variable for credentials must be NAME=TYPE@HOST, such as PG_PASSWORD=postgres@*.db.example.com: " +
	"the name of a variable other than the token's, a type of connection, and a host in which * stands for any characters but not for all"

// isCredentialEnv reports whether a value has the form of --credential-env. A host that
// matches everything is refused, because the secret could then be sent anywhere.
func isCredentialEnv(value string) bool {
	parts := credentialEnv().FindStringSubmatch(strings.TrimSpace(value))
	types := hexapi.ConnectionType("").JSONSchema().Enum
	return len(parts) > 3 && parts[1] != envToken && slices.Contains(types, any(parts[2])) && strings.Trim(parts[3], "*.-_") != ""
}

// readVariables reads the secrets that credentials may refer to from the environment.
func readVariables(values []string, lookup func(string) (string, bool)) ([]hexapi.CredentialVariable, error) {
	var all []hexapi.CredentialVariable
	for _, value := range values {
		parts := credentialEnv().FindStringSubmatch(strings.TrimSpace(value))
		secret, _ := lookup(parts[1])
		if secret == "" {
			return nil, fmt.Errorf("--credential-env or HEXMCP_CREDENTIAL_ENV names %s, which is not set where the server is started", parts[1])
		}
		all = append(all, hexapi.CredentialVariable{
			Name: parts[1], Type: parts[2], Host: strings.ToLower(parts[3]), Value: hexapi.Secret(secret),
		})
	}
	return all, nil
}
