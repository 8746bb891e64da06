package confirm

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"hexmcp/tools"
)

func call(arguments string) Call {
	return Call{Caller: "ada", Tool: "HEX_DELETE_GROUP", Arguments: json.RawMessage(arguments), Question: tools.Question{Text: "Delete?", Name: "Finance"}}
}

func said(action, name string) json.RawMessage {
	b, _ := json.Marshal(map[string]any{"confirm": map[string]any{"action": action, "content": map[string]any{"name": name}}})
	return b
}

func TestAYesIsToOneCallAndItsName(t *testing.T) {
	a := New(nil)
	c := call(`{"groupId":"1","n":9007199254740993}`)
	state := a.Ask(c, nil).RequestState
	assert.Equal(t, Agreed, a.Heard(c, said("accept", "Finance"), state))
	assert.Equal(t, Agreed, a.Heard(call(` {"n": 9007199254740993, "groupId": "1"}`), said("accept", " Finance "), state), "written anew")
	assert.Equal(t, Different, a.Heard(c, said("accept", "finance"), state))
	assert.Equal(t, Different, a.Heard(c, json.RawMessage(`{"confirm":{"action":"accept"}}`), state))
	assert.Equal(t, Declined, a.Heard(c, said("decline", ""), state))
	assert.Equal(t, Declined, a.Heard(c, said("cancel", "Finance"), state))
	assert.Equal(t, Unasked, a.Heard(c, json.RawMessage(`{"other":{"action":"accept"}}`), state))
	assert.Equal(t, Unasked, a.Heard(c, nil, state))
}

func TestAYesToSomethingElseIsNone(t *testing.T) {
	a := New(nil)
	c := call(`{"groupId":"1"}`)
	state := a.Ask(c, nil).RequestState
	for name, change := range map[string]func(*Call){
		"caller":    func(c *Call) { c.Caller = "bob" },
		"tool":      func(c *Call) { c.Tool = "HEX_DEACTIVATE_USER" },
		"arguments": func(c *Call) { c.Arguments = json.RawMessage(`{"groupId":"2"}`) },
		"name":      func(c *Call) { c.Question.Name = "Other" },
		"question":  func(c *Call) { c.Question.Text = "Keep?" },
	} {
		other := c
		change(&other)
		assert.Equal(t, Unasked, a.Heard(other, said("accept", other.Question.Name), state), name)
	}
	assert.Equal(t, Unasked, New(nil).Heard(c, said("accept", "Finance"), state), "of another process")
	for i := range state {
		changed := []byte(state)
		changed[i] ^= 1
		assert.NotEqual(t, Agreed, a.Heard(c, said("accept", "Finance"), string(changed)), "changed at %d", i)
	}
	assert.Equal(t, Unasked, a.Heard(c, said("accept", "Finance"), ""))
}

func TestAYesHoldsForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, c := New(nil), call(`{}`)
		state := a.Ask(c, nil).RequestState
		time.Sleep(answerTime - time.Second)
		assert.Equal(t, Agreed, a.Heard(c, said("accept", "Finance"), state))
		time.Sleep(time.Second)
		assert.Equal(t, Unasked, a.Heard(c, said("accept", "Finance"), state))
	})
}

func TestWhatCannotBeReadIsNoYes(t *testing.T) {
	q := tools.Question{Text: "Delete?", Name: "Finance"}
	for answer, want := range map[string]Verdict{
		`{"action":"accept","content":{"name":"Finance "}}`: Agreed,
		`{"action":"accept","content":{"name":"finance"}}`:  Different,
		`{"action":"accept"}`:                               Different,
		`{"action":"decline","content":{"name":"Finance"}}`: Declined,
		`{"action":"cancel"}`:                               Declined,
		`{"action":"accept","content":{"name":7}}`:          Declined,
		`{"content":{"name":"Finance"}}`:                    Declined,
		`[]`:                                                Declined,
		``:                                                  Declined,
	} {
		assert.Equal(t, want, Said(q, json.RawMessage(answer)), answer)
	}
}

func TestAYesIsKnownToAllThatHaveTheKey(t *testing.T) {
	key := "of all"
	shared := func() []byte { return []byte(key) }
	c := call(`{"groupId":"1"}`)
	state := New(shared).Ask(c, nil).RequestState
	assert.Equal(t, Agreed, New(shared).Heard(c, said("accept", "Finance"), state))
	key = "another"
	assert.Equal(t, Unasked, New(shared).Heard(c, said("accept", "Finance"), state))
}
