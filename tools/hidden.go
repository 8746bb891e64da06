package tools

import (
	"unicode"
	"unicode/utf16"
)

// hidden reports whether a reader would not see r: control and format
// characters (C0, C1, zero-width, bidirectional, tags) and variation
// selectors, which can carry text of their own.
func hidden(r rune) bool {
	switch {
	case r < 0xa0: // C1 controls; callers handle ASCII themselves
		return true
	case r < 0x300 && r != 0xad, 0x3165 <= r && r < 0xfe00: // most scripts: answered without the slow look-up in Unicode's tables
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector, unicode.Zl, unicode.Zp) || blank(r)
}

// blank reports whether r is a letter or filler that shows nothing.
func blank(r rune) bool {
	switch r {
	case '\u034f', '\u115f', '\u1160', '\u17b4', '\u17b5', '\u3164', '\uffa0':
		return true
	}
	return false
}

// appendHidden appends the escape of r as it stands in a JSON string that is
// itself inside a JSON string literal.
func appendHidden(dst []byte, r rune) []byte {
	if hi, lo := utf16.EncodeRune(r); hi != unicode.ReplacementChar {
		return appendHidden(appendHidden(dst, hi), lo)
	}
	const hex = "0123456789abcdef"
	return append(dst, '\\', '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
