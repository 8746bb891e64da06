package visible

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isHidden reports whether a reader may not see r, depending on what stands
// beside it: control and format characters, separators of lines, variation selectors, and letters and
// code points that show nothing.
func isHidden(r rune) bool {
	switch {
	case r < 0x20:
		return r != '\n' && r != '\r' && r != '\t'
	case r < 0x7f:
		return false
	case r < 0xa0:
		return true // DEL and the C1 controls, among them another form of ESC [
	case r < 0x300:
		return r == softHyphen
	case 0x3165 <= r && r < 0xac00, 0xac00 <= r && r < 0xfe00: // most writing of East Asia
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r) // signs that enclose a number can be seen
}

const (
	softHyphen         = '\u00ad'
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
	textStyle          = '\ufe0e'
	emojiStyle         = '\ufe0f'
	blackFlag          = '\U0001f3f4'
	firstTag           = '\U000e0020'
	lastTag            = '\U000e007f'
)

// belongs reports whether the hidden character r, which stands in s at the given byte,
// is needed where it stands to write an emoji or a script correctly.
func belongs(s string, at int, r rune, size int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	after, _ := utf8.DecodeRuneInString(s[at+size:])
	switch {
	case r == zeroWidthJoiner:
		return isEmoji(before) && isEmoji(after) || needsJoiners(before)
	case r == zeroWidthNonJoiner:
		return needsJoiners(before) && needsJoiners(after)
	case r == textStyle, r == emojiStyle:
		return isEmoji(before) && before != emojiStyle || strings.ContainsRune("0123456789#*", before)
	case 0xe0100 <= r && r <= 0xe01ef:
		return unicode.Is(unicode.Han, before)
	case firstTag <= r && r <= lastTag:
		return flagLength(s, at) > 0
	}
	return unicode.Is(unicode.Mongolian, r) && unicode.Is(unicode.Mongolian, before) && !isHidden(before)
}

// isEmoji reports whether r may be part of an emoji that is joined of several.
func isEmoji(r rune) bool {
	switch {
	case 0x1f000 <= r && r <= 0x1faff, 0x2190 <= r && r <= 0x21ff, 0x2300 <= r && r <= 0x23ff,
		0x25a0 <= r && r <= 0x27bf, 0x2900 <= r && r <= 0x297f, 0x2b00 <= r && r <= 0x2bff:
		return true
	}
	return strings.ContainsRune("©®‼⁉™ℹⓂ〰〽㊗㊙", r) || r == emojiStyle
}

// needsJoiners reports whether r is a letter or mark of a script whose words are
// not written correctly without joiners.
func needsJoiners(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M) && unicode.In(r,
		unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi,
		unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
		unicode.Khmer, unicode.Myanmar, unicode.Tibetan)
}

// flags are the tags of the flags that are written with them: of England,
// Scotland and Wales.
var flags = []string{tags("gbeng"), tags("gbsct"), tags("gbwls")}

// tags writes a name in tag characters and ends it.
func tags(name string) string {
	var b strings.Builder
	for _, r := range name {
		b.WriteRune(r - ' ' + firstTag)
	}
	b.WriteRune(lastTag)
	return b.String()
}

// flagLength is how many bytes of tags make a flag of the black flag before at.
func flagLength(s string, at int) int {
	if r, _ := utf8.DecodeLastRuneInString(s[:at]); r != blackFlag {
		return 0
	}
	for _, flag := range flags {
		if strings.HasPrefix(s[at:], flag) {
			return len(flag)
		}
	}
	return 0
}
