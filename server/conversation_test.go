package server_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server/internal/servertest"
	"hexmcp/server/stream"
)

// A conversation is a section of a txtar file. Lines that begin with > go to
// the server, those with < must come from it, byte by byte and in this order.
// "open" lets one call of slow end, "end" ends the input. At the end of the
// section the input ends, and the server must have said no more.
//
// The server takes messages of 600 bytes. With -update its lines are written
// anew.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("../testdata/conversations/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		for i, section := range archive.Files {
			t.Run(filepath.Base(file)+"/"+section.Name, func(t *testing.T) {
				said := converse(t, string(section.Data))
				if *update {
					archive.Files[i].Data = []byte(said)
					return
				}
				assert.Equal(t, string(section.Data), said, "go test ./server -run Conversations -update writes it anew")
			})
		}
		if *update {
			require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
		}
	}
}

// converse plays the client's part of a conversation and returns the whole of
// it as it went.
func converse(t *testing.T, script string) (said string) {
	synctest.Test(t, func(t *testing.T) {
		f := servertest.New()
		c := startStdio(t, f.Server(), stream.Options{MaxMessage: 600})
		heard := c.Listen()
		var b strings.Builder
		for line := range strings.Lines(script) {
			if strings.HasPrefix(line, "<") {
				continue // said anew by the server
			}
			b.WriteString(line)
			play(f, c, strings.TrimSuffix(line, "\n"))
			synctest.Wait()
			hear(&b, heard)
		}
		c.In.Close()
		assert.NoError(t, <-c.Done)
		hear(&b, heard)
		said = b.String()
	})
	return said
}

func play(f *servertest.Fixture, c *servertest.LineClient, line string) {
	switch {
	case strings.HasPrefix(line, "> "):
		c.Send(line[2:])
	case line == "open":
		f.OpenGate(1)
	case line == "end":
		c.In.Close()
	}
}

func hear(b *strings.Builder, heard <-chan string) {
	for {
		select {
		case line := <-heard:
			b.WriteString("< " + line + "\n")
		default:
			return
		}
	}
}
