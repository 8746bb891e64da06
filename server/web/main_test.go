package web

import (
	"io"
	"log"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http quotes answers that nobody asked for
	goleak.VerifyTestMain(m)
}
