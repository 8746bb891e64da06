package hexapi

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// firstFew decodes only the first [maxListed] entries of a list. A list of 4 MiB may
// have a million entries, and an error does not show the others.
type firstFew[T any] []T

// UnmarshalJSON decodes the entries. It ignores src if that is no list.
func (f *firstFew[T]) UnmarshalJSON(src []byte) error {
	if src = bytes.TrimSpace(src); len(src) == 0 || src[0] != '[' {
		return nil
	}
	*f = firstFew[T]{}
	d := jsontext.NewDecoder(bytes.NewBuffer(src), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if _, err := d.ReadToken(); err != nil {
		return fmt.Errorf("read list: %w", err)
	}
	for len(*f) < maxListed && d.PeekKind() != ']' {
		raw, err := d.ReadValue()
		if err != nil {
			return fmt.Errorf("read entry: %w", err)
		}
		var v T
		_ = json.Unmarshal(raw, &v) // an entry of another type becomes the zero value
		*f = append(*f, v)
	}
	return nil
}
