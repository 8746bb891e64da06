package hexapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	globs "path" // path is a function of ours
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Credential is a secret of a data connection, such as a password. Hex never returns
// it. To fmt and log/slog it shows as "[redacted]"; encoding/json writes the secret,
// because that is how it is sent.
//
// It may contain ${env:NAME}, which the client replaces by the [CredentialVariable] of
// that name.
type Credential string

// String hides the credential.
func (Credential) String() string { return redacted }

// Format hides the credential from every verb of fmt.
func (Credential) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue hides the credential from log/slog.
func (Credential) LogValue() slog.Value { return slog.StringValue(redacted) }

// JSONSchema is a string that is only written, never returned.
func (Credential) JSONSchema() *Schema { return &Schema{Type: "string", WriteOnly: true} }

// CredentialVariable is a secret that credentials may refer to, so that the caller
// need not know it. It is only sent to the hosts that it allows.
type CredentialVariable struct {
	// Name is what follows env: in a reference.
	Name string
	// Type is the type of the connections that may use it, such as postgres.
	Type string
	// Host is the host that these must lead to, in lower case; * stands for any
	// characters. For snowflake it is the account, for bigquery the Google Cloud
	// project, for databricks the host in the JDBC address.
	Host string
	// Value is the secret.
	Value Secret
}

// CredentialError says why a credential may not refer to a variable, or why an edit
// may not change where a connection leads that may hold such a secret. Its text holds
// no secret.
type CredentialError string

// Error says what is wrong and what is allowed.
func (e CredentialError) Error() string { return string(e) }

// variables are the secrets that a client may fill in.
type variables []CredentialVariable

const startOfReference = "${env:"

var reference = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}`) })

// refers reports whether a credential of d refers to a variable.
func refers(d details) bool {
	return slices.ContainsFunc(d.credentials(), func(c *Credential) bool {
		return strings.Contains(string(*c), startOfReference)
	})
}

// fill replaces the references in the credentials of d by the secrets. It fails when a
// secret may not be sent to a connection that leads to target.
func (v variables) fill(d details, target string) error {
	if !refers(d) {
		return nil
	}
	host, err := hostOf(d.kind(), target)
	if err == nil {
		err = checkWords(d)
	}
	if err != nil {
		return err
	}
	for _, credential := range d.credentials() {
		filled, err := v.replace(string(*credential), d.kind(), host)
		if err != nil {
			return err
		}
		*credential = Credential(filled)
	}
	return nil
}

// fillNow is fill for an edit of a connection. An edit that gives no host is checked
// with the host that the connection has now.
func (v variables) fillNow(now connectionNow, d details) error {
	target := d.target()
	if now.details != nil && refers(d) {
		target = cmp.Or(target, now.details.target())
		if err := checkWords(now.details); err != nil {
			return err
		}
	}
	return v.fill(d, target)
}

// replace fills in all references of a credential.
func (v variables) replace(text, kind, host string) (string, error) {
	if left := reference().ReplaceAllString(text, ""); strings.Contains(left, startOfReference) {
		return "", CredentialError("a credential holds ${env: without a name and } after it: write ${env:NAME}")
	}
	if kind == "bigquery" && strings.Contains(text, startOfReference) && reference().FindString(text) != text {
		return "", CredentialError("serviceAccountJsonConfig must be ${env:NAME} and nothing else: what stands around it could say where the key goes")
	}
	var wrong error
	filled := reference().ReplaceAllStringFunc(text, func(ref string) string {
		value, err := v.value(reference().FindStringSubmatch(ref)[1], kind, host)
		wrong = errors.Join(wrong, err)
		return value.Reveal()
	})
	return filled, wrong
}

// value finds the secret of a name, if it may be sent to a connection of the kind to the
// host.
func (v variables) value(name, kind, host string) (Secret, error) {
	var places []string
	for _, one := range v {
		if one.Name == name && one.allows(kind, host) {
			return one.Value, nil
		}
		if one.Name == name {
			places = append(places, one.Type+" at "+one.Host)
		}
	}
	if len(places) == 0 {
		return "", CredentialError(fmt.Sprintf("the operator of this server has allowed no variable %s%s", name, v.names()))
	}
	return "", CredentialError(fmt.Sprintf("${env:%s} may not be sent to %s at %s: it is allowed for %s", name, kind, host, strings.Join(places, ", ")))
}

// names is the end of a sentence that says which variables there are.
func (v variables) names() string {
	var names []string
	for _, one := range v {
		names = append(names, one.Name)
	}
	slices.Sort(names)
	if len(names) == 0 {
		return ", nor any other"
	}
	return "; there are " + strings.Join(slices.Compact(names), ", ")
}

func (v CredentialVariable) allows(kind, host string) bool {
	matches, err := globs.Match(v.Host, host) // a host has no slash, so * stands for dots too
	return err == nil && matches && v.Type == kind
}

// covers reports whether any of the secrets may be sent to a connection of the kind
// that leads to target. If so, the connection may hold one.
func (v variables) covers(kind, target string) bool {
	host, err := hostOf(kind, target)
	return err == nil && slices.ContainsFunc(v, func(one CredentialVariable) bool { return one.allows(kind, host) })
}

// connectionNow is where a connection leads before an edit.
type connectionNow struct {
	kind    string
	details details // nil where the token may not see them
}

// detailsNow reads where a connection leads now, before an edit is sent. When the read
// fails, the error says that the edit was not sent.
func (c *Client) detailsNow(ctx context.Context, id UUID) (connectionNow, error) {
	connection, err := Decoded(c.GetDataConnection(ctx, GetDataConnectionInput{id}))
	if failed, ok := errors.AsType[*Error](err); ok {
		unsent := *failed
		unsent.Outcome = NotSent
		return connectionNow{}, &unsent
	}
	if err != nil {
		return connectionNow{}, notSent("PATCH", path("data-connections", id), fmt.Errorf("%w: %w", ErrNotJSON, err))
	}
	now := connectionNow{kind: connection.Type}
	raw, told := connection.ConnectionDetails[connection.Type]
	if d := detailsOf(connection.Type); told && d != nil && json.Unmarshal(raw, d) == nil {
		now.details = d
	}
	return now, nil
}

// checkMove refuses an edit with details of another type than the connection has. It
// also refuses to lead a connection that may hold one of the secrets to a host to which
// that secret may not go.
func (v variables) checkMove(now connectionNow, d details) error {
	if now.kind != d.kind() {
		return CredentialError(fmt.Sprintf("the connection is of type %s, and details of %s were given", now.kind, d.kind()))
	}
	moves := d.target() != "" && (now.details == nil || d.target() != now.details.target())
	held := now.details == nil || v.covers(now.kind, now.details.target())
	if !moves || !held || v.covers(d.kind(), d.target()) || allGiven(d) {
		return nil
	}
	return CredentialError("the connection may hold a secret of this server, which may not be sent to the new host: give all of its credentials anew, or let the operator allow the host")
}

// allGiven reports whether the details give all credentials anew, so that Hex sends
// none of the old ones to the new host.
func allGiven(d details) bool {
	return !slices.ContainsFunc(d.credentials(), func(c *Credential) bool { return *c == "" })
}

// checkWords refuses names that would change the host if Hex wrote them into an
// address, such as a database "orders?host=…".
func checkWords(d details) error {
	if slices.ContainsFunc(d.words(), func(word string) bool { return strings.ContainsAny(word, "/?&#;@\\") }) {
		return CredentialError("with a credential that refers to a variable, names of databases, catalogs and schemas may not hold / ? & # ; @ or \\")
	}
	return nil
}

var plainHost = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$`) })

// hostOf is the host that a connection leads to, in lower case. It refuses anything but
// a plain name, because nobody knows how Hex reads it: it may be a list of hosts, or
// the real host may follow an @.
func hostOf(kind, target string) (string, error) {
	host := strings.ToLower(target)
	if kind == "databricks" {
		return databricksHost(target)
	}
	if target == "" {
		return "", CredentialError("the credential refers to a variable, and where the connection leads is not known: give its host too")
	}
	if !plainHost().MatchString(host) {
		return "", CredentialError("a credential that refers to a variable is sent to a plain host name only, without a port, an address or other characters in it")
	}
	return host, nil
}

var (
	databricksURL = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^jdbc:(?:databricks|spark)://([a-z0-9.-]+)(?::[0-9]+)?(?:/[a-z0-9_]*)?((?:;[a-z]+=[^;]*)*);?$`)
	})
	databricksSafe = []string{"httppath", "transportmode", "ssl=1", "authmech=3", "uid=token", "conncatalog", "connschema"}
)

// databricksHost is the host of a JDBC address. It refuses all properties that are not
// known to be safe, because some, such as a proxy, could lead the token elsewhere.
func databricksHost(address string) (string, error) {
	parts := databricksURL().FindStringSubmatch(address)
	if len(parts) < 3 || !plainHost().MatchString(strings.ToLower(parts[1])) {
		return "", CredentialError("a token that refers to a variable needs a jdbcUrl like jdbc:databricks://HOST:443/default;httpPath=…")
	}
	for property := range strings.SplitSeq(strings.Trim(parts[2], ";"), ";") {
		name, _, _ := strings.Cut(strings.ToLower(property), "=")
		if property != "" && !slices.Contains(databricksSafe, name) && !slices.Contains(databricksSafe, strings.ToLower(property)) {
			return "", CredentialError("with a token that refers to a variable, jdbcUrl may have httpPath, transportMode, ssl=1, AuthMech=3, UID=token, ConnCatalog and ConnSchema: others could lead elsewhere")
		}
	}
	return strings.ToLower(parts[1]), nil
}

// notSent is the error of a call that was refused before a request was made of it.
func notSent(method string, at route, cause error) *Error {
	return &Error{Operation: method + " " + at.template, Path: at.path, Outcome: NotSent, Err: cause}
}

// hiding hides the credentials of details in the answer and in errors.
func hiding(all []details) option {
	return func(r *request) {
		for _, d := range all {
			for _, c := range d.credentials() {
				r.secrets = append(r.secrets, string(*c))
			}
		}
	}
}
