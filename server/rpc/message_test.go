package rpc

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMalformedMessagesAreRefusedInTheirOwnTerms(t *testing.T) {
	tests := map[string]struct {
		raw  string
		code int
		id   string
		says string
	}{
		"no JSON":                {`{"jsonrpc":"2.0",`, -32700, "", "not valid JSON"},
		"no UTF-8":               {"{\"id\":\"\xff\"}", -32700, "", "UTF-8"},
		"a list":                 {` [{"jsonrpc":"2.0","id":1,"method":"ping"}]`, -32600, "", "a batch must hold"},
		"no object":              {`"ping"`, -32600, "", "JSON object"},
		"another version":        {`{"jsonrpc":"1.0","id":1,"method":"ping"}`, -32600, "1", "jsonrpc"},
		"no version":             {`{"id":1,"method":"ping"}`, -32600, "1", "jsonrpc"},
		"no method":              {`{"jsonrpc":"2.0","id":1}`, -32600, "1", "method is missing"},
		"a method of a number":   {`{"jsonrpc":"2.0","id":1,"method":5}`, -32600, "1", "method cannot be of type number"},
		"an id of null":          {`{"jsonrpc":"2.0","id":null,"method":"ping"}`, -32600, "", "id must be"},
		"an id of an object":     {`{"jsonrpc":"2.0","id":{},"method":"ping"}`, -32600, "", "id must be"},
		"params of a list":       {`{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}`, -32602, "1", "params cannot be of type array"},
		"a name of a number":     {`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":31337}}`, -32602, "1", "params.name cannot be of type number"},
		"a token of an object":   {`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":{}}}}`, -32602, "1", "progressToken"},
		"a request and a result": {`{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}`, -32600, "1", "cannot carry"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m, e := Parse([]byte(tt.raw))
			require.NotNil(t, e)
			assert.Equal(t, tt.code, e.Code)
			assert.Equal(t, tt.id, string(m.ID))
			assert.Contains(t, e.Message, tt.says)
			assert.NotContains(t, e.Message, "Go ", "no words of encoding/json")
			assert.NotContains(t, e.Message, "31337", "no values of the client")
		})
	}
}

func TestKindsOfMessages(t *testing.T) {
	tests := map[string]struct {
		raw                     string
		request, call, isCancel bool
	}{
		"call":               {`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}`, true, true, false},
		"request":            {`{"jsonrpc":"2.0","id":"a","method":"ping","params":{}}`, true, false, false},
		"cancel":             {`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`, false, false, true},
		"notification":       {`{"jsonrpc":"2.0","method":"notifications/initialized"}`, false, false, false},
		"call without an id": {`{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo"}}`, false, false, false},
		"response":           {`{"jsonrpc":"2.0","id":1,"result":{}}`, false, false, false},
		"error response":     {`{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}`, false, false, false},
		"cancel with an id":  {`{"jsonrpc":"2.0","id":1,"method":"notifications/cancelled","params":{}}`, true, false, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m, e := Parse([]byte(tt.raw))
			require.Nil(t, e)
			assert.Equal(t, tt.request, m.IsRequest())
			assert.Equal(t, tt.call, m.IsCall())
			assert.Equal(t, tt.isCancel, m.IsCancel())
		})
	}
}

func TestWhatMayAskHexIsKnown(t *testing.T) {
	for method, reaches := range map[string]bool{
		"tools/call": true, "resources/read": true, "completion/complete": true,
		"ping": false, "tools/list": false, "prompts/get": false, "resources/templates/list": false,
	} {
		assert.Equal(t, reaches, (&Message{ID: []byte("1"), Method: method}).ReachesHex(), method)
		assert.False(t, (&Message{Method: method}).ReachesHex(), "%s as a notification", method)
	}
}
