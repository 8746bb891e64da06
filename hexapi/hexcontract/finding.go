package hexcontract

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Finding is one way in which an exchange breaks the contract.
type Finding struct {
	Operation string // such as RunProject; method and path where there is no operation
	Part      string // of the exchange, such as "query" or "answer"
	Field     string // within the part, such as notifications[0].type; "" for all of it
	Problem   string
	Facts     string // file and key that say otherwise, such as testdata/hex/runs.json: RunProject.body
}

func (f Finding) String() string {
	where := f.Operation + ": " + f.Part
	if f.Field != "" {
		where += ": " + f.Field
	}
	return fmt.Sprintf("%s: %s. Mend what was sent; if Hex means it so, edit %s and say under unsure how it is known", where, f.Problem, f.Facts)
}

// Report fails a test once for each finding.
func Report(t testing.TB, found []Finding) {
	t.Helper()
	for _, f := range found {
		t.Error(f)
	}
}

// finding is a finding about a part of an operation, whose facts are under key.
func (o *Operation) finding(part, key, field, problem string) Finding {
	return Finding{o.ID, part, field, problem, fmt.Sprintf("%s/%s: %s.%s", folder, o.File, o.ID, key)}
}

// findings are the single problems of a validation that failed.
func (o *Operation) findings(part, key string, err error) []Finding {
	failed, ok := err.(*jsonschema.ValidationError) //nolint:errorlint // the validator does not wrap
	if !ok {
		return []Finding{o.finding(part, key, "", err.Error())}
	}
	var found []Finding
	for _, leaf := range leaves(failed) {
		for _, field := range fields(leaf) {
			_, problem, _ := strings.Cut(leaf.Error(), "': ") // drops "at '/place': "
			found = append(found, o.finding(part, key, field, problem))
		}
	}
	return found
}

// leaves are the causes that have no cause. That a nullable value is not null is
// never the reason.
func leaves(err *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if wrong, ok := err.ErrorKind.(*kind.Type); ok && len(wrong.Want) == 1 && wrong.Want[0] == "null" {
		return nil
	}
	if len(err.Causes) == 0 {
		return []*jsonschema.ValidationError{err}
	}
	var all []*jsonschema.ValidationError
	for _, cause := range err.Causes {
		all = append(all, leaves(cause)...)
	}
	return all
}

// fields name what a problem is about: the place itself, or what is missing or
// too much there.
func fields(leaf *jsonschema.ValidationError) []string {
	at := leaf.InstanceLocation
	switch k := leaf.ErrorKind.(type) {
	case *kind.Required:
		return below(at, k.Missing)
	case *kind.AdditionalProperties:
		return below(at, k.Properties)
	}
	return []string{fieldName(at)}
}

func below(at, names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, fieldName(append(slices.Clip(at), name)))
	}
	return all
}

// fieldName writes a place as code would: a.b[0].c.
func fieldName(at []string) string {
	var b strings.Builder
	for _, step := range at {
		if _, err := strconv.Atoi(step); err == nil {
			b.WriteString("[" + step + "]")
			continue
		}
		b.WriteString("." + step)
	}
	return strings.TrimPrefix(b.String(), ".")
}
