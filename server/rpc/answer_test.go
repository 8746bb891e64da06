package rpc

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
)

// broken fails in the middle, as a result that a future dispatcher might return.
type broken struct{}

func (broken) AppendResult(dst []byte) ([]byte, error) {
	return append(dst, `{"half":`...), errors.New("secret")
}

func TestAResultThatCannotBeEncodedIsStillAnswered(t *testing.T) {
	got := Answer{Result: broken{}}.Encode([]byte("before "), []byte("1"))
	assert.Equal(t, `before {"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"`+internalMessage+`"}}`, string(got))
}

func TestAnErrorWithoutAnIDHasNone(t *testing.T) {
	got := Answer{Error: &Error{Code: -32700, Message: "no JSON"}}.Encode(nil, nil)
	assert.Equal(t, `{"jsonrpc":"2.0","error":{"code":-32700,"message":"no JSON"}}`, string(got))
}
