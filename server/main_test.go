package server

import (
	"flag"
	"io"
	"log"
	"testing"

	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write the server's lines of the conversations anew")

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http quotes answers that nobody asked for
	goleak.VerifyTestMain(m)
}
