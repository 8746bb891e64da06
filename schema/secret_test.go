package schema

import (
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type password string

func (password) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", WriteOnly: true}
}

type login struct {
	User     string   `json:"user,omitempty"`
	Port     int      `json:"port,omitempty"`
	Password password `json:"password,omitempty"`
}

type connects struct {
	Kind  string `json:"kind,omitempty" jsonschema:"enum=a,enum=b"`
	Login *login `json:"login,omitempty"`
}

func TestMessagesRepeatNoSecret(t *testing.T) {
	d := NewDecoder[connects]()
	require.NoError(t, d.Complete())
	for _, arguments := range []string{
		`{"login":{"password":["canary"]}}`, `{"login":{"port":"canary"}}`, `{"login":{"user":["canary"]}}`, `{"login":"canary"}`,
		`{"login":"{\"password\":\"canary\""}`, `{"login":{"password":"canary`, `"canary"`, `["canary"]`,
	} {
		_, err := d.Decode(t.Context(), []byte(arguments))
		require.Error(t, err, arguments)
		assert.NotContains(t, err.Error(), "canary", arguments)
	}
	_, err := d.Decode(t.Context(), []byte(`{"kind":"canary"}`))
	assert.ErrorContains(t, err, `"canary" was given`, "what is no secret is shown as ever")
}

func TestTheMarkOfASecretIsNotPublished(t *testing.T) {
	assert.NotContains(t, string(NewDecoder[connects]().Schema()), "writeOnly")
}
