// Conformance serves the fixture tools of the conformance suite through the
// same doors as hexmcp, at the address that is its argument. Only the judges
// run it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server"
	"hexmcp/tools"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		log.Fatal(err) //nolint:gocritic // a process that ends needs no stop
	}
}

// run serves over HTTP at an address, or without one over standard input and
// output.
func run(ctx context.Context, args []string) error {
	s := server.New(server.Info{Name: "conformance", Title: "Conformance", Version: "1.0"}, fixtures(), server.Options{})
	if len(args) == 0 {
		return s.ServeStdio(ctx, os.Stdin, os.Stdout)
	}
	ln, err := server.Listen(args[0], false)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "mcp=http://%s/mcp\n", ln.Addr())
	return s.Serve(ctx, ln, server.HTTPOptions{})
}

// noArguments is the schema of most fixtures.
const noArguments = `{"type":"object","additionalProperties":false}`

// mirrored has an argument that also travels in a header.
const mirrored = `{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}},"required":["region"]}`

// vocabulary is the schema that the suite wants back unchanged.
const vocabulary = `{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"type": "object",
	"$defs": {"address": {
		"$anchor": "addressDef",
		"type": "object",
		"properties": {"street": {"type": "string"}, "city": {"type": "string"}}
	}},
	"properties": {
		"name": {"type": "string"},
		"address": {"$ref": "#/$defs/address"},
		"contactMethod": {"type": "string", "enum": ["phone", "email"]},
		"phone": {"type": "string"},
		"email": {"type": "string"}
	},
	"allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
	"if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
	"then": {"required": ["phone"]},
	"else": {"required": ["email"]},
	"additionalProperties": false
}`

// fixtures are the tools that a server without prompts, resources and requests
// of its own can have. Their names are the suite's.
func fixtures() []server.Tool {
	return []server.Tool{
		fixture("test_simple_text", "Answers with text.", noArguments, succeed),
		fixture("test_error_handling", "Fails.", noArguments, fail),
		fixture("test_tool_with_progress", "Reports its progress.", noArguments, progress),
		fixture("test_logging_tool", "Logs nothing, for no client asked it to.", noArguments, succeed),
		fixture("test_streaming_elicitation", "Streams nothing but its answer.", noArguments, progress),
		fixture("test_wait", "Waits until it is canceled.", noArguments, wait),
		fixture("test_custom_headers", "Takes an argument that also travels in a header.", mirrored, succeed),
		fixture("json_schema_2020_12_tool", "Has a schema of many keywords.", vocabulary, succeed),
	}
}

type action func(context.Context, json.RawMessage) tools.Envelope

func fixture(name, description, input string, call action) server.Tool {
	yes, no := true, false
	return server.Tool{Call: call, Tool: mcp.Tool{
		Name:           name,
		Description:    description,
		RawInputSchema: json.RawMessage(input),
		Annotations:    mcp.ToolAnnotation{ReadOnlyHint: &yes, DestructiveHint: &no, IdempotentHint: &yes, OpenWorldHint: &no},
	}}
}

func succeed(context.Context, json.RawMessage) tools.Envelope {
	return tools.Envelope{Data: json.RawMessage(`"This is a simple text response for testing."`)}
}

func fail(context.Context, json.RawMessage) tools.Envelope {
	return tools.Envelope{
		Error:  "This tool intentionally returns an error for testing",
		Detail: &tools.ErrorDetail{Kind: tools.Upstream},
	}
}

func progress(ctx context.Context, arguments json.RawMessage) tools.Envelope {
	report := server.Progress(ctx)
	for _, done := range []float64{0, 50, 100} {
		report(done, 100, "")
		time.Sleep(50 * time.Millisecond)
	}
	return succeed(ctx, arguments)
}

// wait says on standard error when it begins and why it ends, so that a judge
// sees that a cancellation arrived.
func wait(ctx context.Context, _ json.RawMessage) tools.Envelope {
	fmt.Fprintln(os.Stderr, "test_wait began")
	<-ctx.Done()
	fmt.Fprintln(os.Stderr, "test_wait ended:", context.Cause(ctx))
	return tools.Envelope{Error: "canceled", Detail: &tools.ErrorDetail{Kind: tools.Canceled}}
}
