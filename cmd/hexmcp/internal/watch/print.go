package watch

import (
	"context"
	"fmt"
	"io"
)

// Print writes each event as a line of JSON.
func Print(out io.Writer) Deliver {
	return func(_ context.Context, e Event) error {
		line, err := e.encode()
		if err == nil {
			_, err = out.Write(append(line, '\n'))
		}
		if err != nil {
			return &EndError{fmt.Sprintf("the events cannot be written any more: %v", err)}
		}
		return nil
	}
}
