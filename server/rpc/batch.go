package rpc

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// maxBatch is how many messages a batch may hold.
const maxBatch = 100

// Unpack takes a batch apart, which protocol version 2025-03-26 lets clients
// send. It reports false for what is no batch, or none that is allowed.
func Unpack(raw []byte) (batch []json.RawMessage, ok bool) {
	ok = isBatch(raw) && json.Unmarshal(raw, &batch) == nil && len(batch) > 0 && len(batch) <= maxBatch
	return batch, ok
}

// Split returns what a batch holds, or else raw as the only message: [Parse]
// says what is wrong with one that is not allowed.
func Split(raw []byte) []json.RawMessage {
	if batch, ok := Unpack(raw); ok {
		return batch
	}
	return []json.RawMessage{raw}
}

// ParseAll parses several messages. One that is wrong refuses them all, with
// its id.
func ParseAll(raw []json.RawMessage) (all []*Message, id json.RawMessage, err *Error) {
	for _, one := range raw {
		m, err := Parse(one)
		if err != nil {
			return nil, m.ID, err
		}
		all = append(all, m)
	}
	return all, nil, nil
}

func isBatch(raw []byte) bool {
	b := bytes.TrimLeft(raw, " \t\r\n")
	return len(b) > 0 && b[0] == '['
}

// badBatch refuses a list where a message must be.
func badBatch() *Error {
	return Invalid(fmt.Sprintf("a batch must hold 1 to %d messages and no other batch, and needs protocol version 2025-03-26; send one message at a time", maxBatch))
}
