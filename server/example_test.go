package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/server"
	"hexmcp/server/stdio"
	"hexmcp/server/stream"
	"hexmcp/tools"
)

// A server of all tools, here on a simulated workspace, serves one client over
// standard input and output.
func Example() {
	hex, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexsim.New()})
	if err != nil {
		panic(err)
	}
	s := server.New(server.HexInfo("1.0"), server.Tools(tools.All(), server.OneClient(hex)), server.Options{})

	in := strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"ping"}`)
	if err := stdio.Serve(context.Background(), s, in, os.Stdout, stream.Options{}); err != nil {
		panic(err)
	}
	// Output: {"jsonrpc":"2.0","id":1,"result":{}}
}

// A call can also be made without a client.
func ExampleServer_CallTool() {
	hex, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexsim.New()})
	if err != nil {
		panic(err)
	}
	s := server.New(server.HexInfo("1.0"), server.Tools(tools.All(), server.OneClient(hex)), server.Options{})

	e, err := s.CallTool(context.Background(), "HEX_LIST_GROUPS", json.RawMessage(`{"limit":"many"}`))
	fmt.Println(e.Successful(), err)
	fmt.Println(e.Detail.Kind, e.Detail.Issues[0].Path)
	// Output:
	// false <nil>
	// invalid_input limit
}
