package stdio

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLinesAreReadWhateverTheChunks(t *testing.T) {
	long := strings.Repeat("y", 2*chunk)
	in := "one\n\r\n two \r\n" + long + "\nlast"
	for name, r := range map[string]io.Reader{
		"at once":       strings.NewReader(in),
		"byte by byte":  iotest.OneByteReader(strings.NewReader(in)),
		"end with data": iotest.DataErrReader(strings.NewReader(in)),
	} {
		t.Run(name, func(t *testing.T) {
			lines := newLineReader(r, 1<<20)
			for _, want := range []string{"one", "", "two", long, "last"} {
				got, err := lines.next()
				require.NoError(t, err)
				assert.Equal(t, want, string(got))
			}
			_, err := lines.next()
			assert.ErrorIs(t, err, io.EOF)
		})
	}
}

func TestAByteOrderMarkBeforeTheFirstLineIsSkipped(t *testing.T) {
	lines := newLineReader(strings.NewReader("\ufeff one\n\ufefftwo\n"), 100)
	for _, want := range []string{"one", "\ufefftwo"} {
		got, err := lines.next()
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
}

func TestALineMayHaveExactlyTheLimit(t *testing.T) {
	lines := newLineReader(strings.NewReader("1234567\n12345678\nok"), 8)
	got, err := lines.next()
	require.NoError(t, err)
	assert.Equal(t, "1234567", string(got))

	_, err = lines.next()
	var long *lineTooLongError
	require.ErrorAs(t, err, &long)
	assert.Equal(t, "12345678\n", string(long.head))

	got, err = lines.next()
	require.NoError(t, err)
	assert.Equal(t, "ok", string(got))
}

func TestALongLastLineEndsTheInput(t *testing.T) {
	lines := newLineReader(strings.NewReader(strings.Repeat("x", 3*chunk)), 8)
	_, err := lines.next()
	var long *lineTooLongError
	require.ErrorAs(t, err, &long)
	_, err = lines.next()
	assert.ErrorIs(t, err, io.EOF)
}
