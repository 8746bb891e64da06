package schema

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
)

// A name that an object holds twice is dangerous: validation sees the last
// value, while decoding into a struct merges both. encoding/json cannot refuse
// it, and its token reader takes twice the time of its parser, so count first
// and look for the name only when the counts differ.

// colons counts the members of all objects in raw, which is valid JSON.
func colons(raw []byte) (n int) {
	quoted := false
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case ':':
			if !quoted {
				n++
			}
		}
	}
	return n
}

// members counts the members of all objects in a parsed value.
func members(v any) (n int) {
	switch v := v.(type) {
	case map[string]any:
		n = len(v)
		for _, child := range v {
			n += members(child)
		}
	case []any:
		for _, child := range v {
			n += members(child)
		}
	}
	return n
}

// repeated returns where the first name stands that its object holds already.
func repeated(raw []byte) []string {
	return repeatedIn(json.NewDecoder(bytes.NewReader(raw)), nil)
}

func repeatedIn(d *json.Decoder, at []string) []string {
	start, _ := d.Token()
	if _, nested := start.(json.Delim); !nested {
		return nil
	}
	seen := map[string]bool{}
	for i := 0; d.More(); i++ {
		name := strconv.Itoa(i)
		if start == json.Delim('{') {
			token, _ := d.Token()
			name, _ = token.(string)
		}
		here := append(slices.Clip(at), name)
		if seen[name] {
			return here
		}
		seen[name] = true
		if found := repeatedIn(d, here); found != nil {
			return found
		}
	}
	_, _ = d.Token() // the closing bracket
	return nil
}
