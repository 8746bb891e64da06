// Package jsonscan looks at the structure of JSON without reading it, in no memory.
package jsonscan

import (
	"bytes"
	"iter"
)

// Structure yields the brackets, braces and commas of JSON that stand outside of
// strings, in their order. Of what is no valid JSON it yields some.
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

// endOfString is where the string ends that begins at i: most of what is scanned are
// strings, in which it is quotes that are looked for and not each byte that is looked
// at.
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
