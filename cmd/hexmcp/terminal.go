package main

import (
	"os"
	"strings"

	"golang.org/x/term"
)

// isTerminal reports whether a stream is a terminal, where a person reads and types.
func isTerminal(stream any) bool {
	f, ok := fileOf(stream)
	return ok && term.IsTerminal(int(f.Fd()))
}

// fileOf is the file behind a stream, directly or through a queue, and whether there is one.
func fileOf(stream any) (*os.File, bool) {
	if q, ok := stream.(*queue); ok {
		stream = q.w
	}
	f, ok := stream.(*os.File)
	return f, ok
}

// usualWidth is the number of columns that is assumed if a terminal does not say it.
const usualWidth = 80

// widthOf is how many columns the terminal has; 0 if the stream is no terminal.
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

// obeys reports whether a stream is a terminal that understands escape sequences for
// colours and for moving the cursor.
func (s streams) obeys(stream any) bool {
	kind, _ := s.env("TERM")
	return kind != "dumb" && isTerminal(stream) && enableSequences(stream)
}

// look adds bold type and colours to standard output. The zero value adds nothing.
type look struct{ on bool }

// look adds colours on a terminal only, and not if NO_COLOR is set (no-color.org).
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

// wrap breaks a text at its spaces into indented lines of at most width columns. With a
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
