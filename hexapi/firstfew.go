package hexapi

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// firstFew decodes the first entries of a list, [maxListed] of them, and skips the
// others: a list of 4 MiB may have a million, and a model reads none of these.
type firstFew[T any] []T

// UnmarshalJSON leaves the list as it is where src is no list.
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
		_ = json.Unmarshal(raw, &v) // an entry of another type is empty
		*f = append(*f, v)
	}
	return nil
}
