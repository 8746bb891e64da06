package stdio

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"sync"

	"hexmcp/server/rpc"
)

// lineReader reads lines of at most max bytes, the line's end included.
type lineReader struct {
	r     *bufio.Reader
	max   int
	begun bool // a line was read
}

// chunk is how much of a line is read at once.
const chunk = 64 << 10

func newLineReader(r io.Reader, most int) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, chunk), max: most}
}

// lineTooLongError is the error for a line beyond the limit, which was skipped
// but for its beginning and its end.
type lineTooLongError struct{ head, tail []byte }

// keptOfLine is how many bytes of each are kept.
const keptOfLine = 4 << 10

func (*lineTooLongError) Error() string { return "line too long" }

// next returns the next line without the white space around it. The last line
// needs no end; after it comes io.EOF.
func (l *lineReader) next() ([]byte, error) {
	line, err := l.read()
	if !l.begun {
		l.begun, line = true, bytes.TrimSpace(rpc.TrimBOM(line))
	}
	return line, err
}

func (l *lineReader) read() ([]byte, error) {
	var line []byte
	for {
		part, err := l.r.ReadSlice('\n')
		if len(line)+len(part) > l.max {
			return nil, l.skip(append(line, part...), err)
		}
		line = append(line, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) > 0:
			err = nil
		}
		return bytes.TrimSpace(line), err
	}
}

// skip drops the rest of a line that is too long.
func (l *lineReader) skip(line []byte, err error) error {
	long := &lineTooLongError{
		head: bytes.Clone(line[:min(len(line), keptOfLine)]),
		tail: bytes.Clone(line[max(0, len(line)-keptOfLine):]),
	}
	for errors.Is(err, bufio.ErrBufferFull) {
		var part []byte
		part, err = l.r.ReadSlice('\n')
		long.tail = append(long.tail, part...)
		long.tail = append(long.tail[:0], long.tail[max(0, len(long.tail)-keptOfLine):]...)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return long
}

// lineWriter writes each message as one line in one Write.
type lineWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lineWriter) Send(message []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := l.w.Write(append(message, '\n'))
	return err
}
