// Package jsonscan finds the brackets and commas of JSON without parsing it and without
// allocating memory. With it, callers estimate how much memory parsing would take.
package jsonscan

import (
	"bytes"
	"iter"
)

// Structure yields the brackets, braces and commas of JSON that stand outside of
// strings, in their order. For invalid JSON it may yield any of these characters.
func Structure(src []byte) iter.Seq[byte] {
	return func(yield func(byte) bool) {
		for i := 0; i < len(src); i++ {
			switch c := src[i]; c {
			case '"':
				i = endOfString(src, i)
			case '[', ']', '{', '}', ',':
				if !yield(c) {
					return
				}
			}
		}
	}
}

// endOfString is the index of the quote that ends the string which begins at i. It
// searches for quotes instead of looking at each byte, because most JSON is strings.
func endOfString(src []byte, i int) int {
	for i++; i < len(src); i++ {
		next := bytes.IndexByte(src[i:], '"')
		if next < 0 {
			return len(src)
		}
		end := i + next
		if backslashes := end - len(bytes.TrimRight(src[i:end], `\`)) - i; backslashes%2 == 0 {
			return end
		}
		i = end
	}
	return i
}
