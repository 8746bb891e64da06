package hexsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"hexmcp/hexapi"
)

// maxBody is how many bytes of a request body are read.
const maxBody = 10 << 20

// request is one call of an operation.
type request struct {
	*http.Request
	call
	op   *operation
	body []byte
	now  time.Time
}

func (r *request) query() *query { return &query{values: r.URL.Query()} }

// id reads an id of the path.
func (r *request) id(name string) (hexapi.UUID, error) {
	id := hexapi.UUID(r.PathValue(name))
	return id, r.checkID(id)
}

// checkID refuses what does not look like an id in older operations; newer ones
// just do not find it.
func (r *request) checkID(ids ...hexapi.UUID) error {
	for _, id := range ids {
		if r.op.generation == older && !hexapi.IsUUID(string(id)) {
			return badRequestf("%s is not a UUID", quoted(id))
		}
	}
	return nil
}

// readBody reads a JSON body, or a form; absent is empty.
func readBody(w http.ResponseWriter, r *request) ([]byte, *failure) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, &failure{status: http.StatusRequestEntityTooLarge}
	}
	if err != nil {
		return nil, badRequest("the request body was cut short")
	}
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	want := "application/json"
	if r.op.takesForm() {
		want = "multipart/form-data"
	}
	if len(body) > 0 && media != want {
		return nil, &failure{status: http.StatusUnsupportedMediaType}
	}
	return body, nil
}

// decode reads the body as a T. Older operations refuse unknown keys. Null is
// refused but for the fields that nullable names.
func decode[T any](r *request, nullable ...string) (T, error) {
	var v T
	if issue := r.shapeIssue(nullable); issue != "" {
		return v, badRequest(issue)
	}
	dec := json.NewDecoder(bytes.NewReader(r.body))
	if r.op.generation == older {
		dec.DisallowUnknownFields()
	}
	if err := dec.Decode(&v); err != nil {
		return v, badRequest(bodyIssue(err, r.body, ""))
	}
	return v, nil
}

// shapeIssue says what is wrong with a body whatever its fields are, or nothing.
func (r *request) shapeIssue(nullable []string) string {
	dec := json.NewDecoder(bytes.NewReader(r.body))
	raw, err := parse(dec)
	if err != nil {
		return bodyIssue(err, r.body, "")
	}
	if dec.Decode(new(any)) != io.EOF {
		return "the body must be one JSON value"
	}
	fields, ok := raw.(map[string]any)
	if !ok {
		return "the body must be an object"
	}
	if at := findNull(fields, "", nullable); at != "" {
		return at + " must not be null"
	}
	return ""
}

// findNull names a null in a body, or returns nothing.
func findNull(v any, at string, nullable []string) string {
	if slices.Contains(nullable, at) {
		return ""
	}
	switch v := v.(type) {
	case nil:
		return at
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if null := findNull(v[name], strings.TrimPrefix(at+"."+name, "."), nullable); null != "" {
				return null
			}
		}
	case []any:
		for i, item := range v {
			if null := findNull(item, fmt.Sprintf("%s[%d]", at, i), nullable); null != "" {
				return null
			}
		}
	}
	return ""
}

// answer hands a result over as it is, or nothing with an error.
func answer[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}
