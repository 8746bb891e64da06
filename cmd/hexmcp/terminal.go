package main

import (
	"os"
	"strings"

	"golang.org/x/term"
)

// isTerminal reports whether a person sits at the other end.
func isTerminal(stream any) bool {
	f, ok := fileOf(stream)
	return ok && term.IsTerminal(int(f.Fd()))
}

// fileOf is the file that a stream ends in, if it does.
func fileOf(stream any) (*os.File, bool) {
	if q, ok := stream.(*queue); ok {
		stream = q.w
	}
	f, ok := stream.(*os.File)
	return f, ok
}

// usualWidth is how many columns a terminal is taken to have that does not tell.
const usualWidth = 80

// widthOf is how many columns a terminal has, and 0 where there is none.
func widthOf(stream any) int {
	if !isTerminal(stream) {
		return 0
	}
	f, _ := fileOf(stream)
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		return width
	}
	return usualWidth
}

// obeys reports whether a stream is a terminal that moves its cursor and changes
// how it writes when it is told to.
func (s streams) obeys(stream any) bool {
	kind, _ := s.env("TERM")
	return kind != "dumb" && isTerminal(stream) && enableSequences(stream)
}

// look is how words are set on standard output. The zero value leaves them plain.
type look struct{ on bool }

// look sets words on a terminal only, and not where its user wants no colour
// (no-color.org).
func (s streams) look() look {
	unwanted, _ := s.env("NO_COLOR")
	return look{unwanted == "" && s.obeys(s.out)}
}

func (l look) bold(text string) string  { return l.as("1", text) }
func (l look) dim(text string) string   { return l.as("2", text) }
func (l look) red(text string) string   { return l.as("31", text) }
func (l look) green(text string) string { return l.as("32", text) }
func (l look) amber(text string) string { return l.as("33", text) }

func (l look) as(code, text string) string {
	if !l.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// wrap breaks a text into lines of so many columns where it has spaces. With a
// width of 0 it stays one line.
func wrap(text, indent string, width int) string {
	if width <= len(indent) {
		return indent + text
	}
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		length := len([]rune(word))
		switch {
		case column == 0:
			b.WriteString(indent)
			column = len(indent)
		case column+1+length > width:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	return b.String()
}
