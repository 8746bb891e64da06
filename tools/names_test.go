package tools

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// ask makes a call of a workspace that answers some of its requests otherwise,
// and returns the requests.
func ask(t *testing.T, tool, arguments string, turn func(http.ResponseWriter, *http.Request) bool) (Envelope, []string) {
	t.Helper()
	var made []string
	hex := hexsim.New()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		made = append(made, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/api"))
		if turn == nil || !turn(w, r) {
			hex.ServeHTTP(w, r)
		}
	}))
	defer srv.Close()
	c, err := hexapi.New(hexapi.Config{BaseURL: srv.URL, Token: hexsim.DemoToken})
	require.NoError(t, err)
	a, ok := Find(tool)
	require.True(t, ok)
	return a.Call(t.Context(), c, json.RawMessage(demoIDs.Replace(arguments))), made
}

func TestEditsTakeEmailsAndNamesForIDs(t *testing.T) {
	for tool, arguments := range map[string]string{
		"HEX_EDIT_PROJECT_SHARING_USERS":       `{"projectId":"{project}","sharing":{"upsert":{"users":[{"user":{"id":"Femi.Adeyemi@tidewater.example"},"access":"CAN_VIEW"}]}}}`,
		"HEX_EDIT_PROJECT_SHARING_GROUPS":      `{"projectId":"{project}","sharing":{"upsert":{"groups":[{"group":{"id":"marketing"},"access":"CAN_VIEW"}]}}}`,
		"HEX_EDIT_PROJECT_SHARING_COLLECTIONS": `{"projectId":"{project}","sharing":{"upsert":{"collections":[{"collection":{"id":"Growth"},"access":"CAN_VIEW"}]}}}`,
		"HEX_CREATE_GROUP":                     `{"name":"New","members":{"users":[{"id":"Femi Adeyemi"},{"id":"{ada}"}]}}`,
		"HEX_EDIT_GROUP":                       `{"groupId":"Analytics","members":{"add":{"users":[{"id":"femi.adeyemi@tidewater.example"}]}}}`,
		"HEX_CREATE_COLLECTION":                `{"name":"New","sharing":{"users":[{"id":"Femi Adeyemi","access":"MEMBER"}],"groups":[{"id":"Finance","access":"MEMBER"}]}}`,
		"HEX_EDIT_COLLECTION":                  `{"collectionId":"Growth","sharing":{"upsert":{"users":[{"id":"Femi Adeyemi","access":"MEMBER"}]}}}`,
	} {
		t.Run(tool, func(t *testing.T) {
			e, _ := ask(t, tool, arguments, nil)
			assert.True(t, e.Successful(), e.Error)
			assert.Empty(t, e.Notes)
		})
	}
}

func TestANameIsLookedUpOnceACall(t *testing.T) {
	e, made := ask(t, "HEX_EDIT_PROJECT_SHARING_USERS",
		`{"projectId":"{project}","sharing":{"upsert":{"users":[{"user":{"id":"femi"},"access":"NONE"},{"user":{"id":"Gina Moreau"},"access":"NONE"}]}}}`, nil)
	assert.Equal(t, InvalidInput, e.Detail.Kind)
	assert.Equal(t, []string{"GET /v1/users"}, made, "and nothing is written")
}

// Two of one name are told apart by nobody but the user.
func TestANameThatSeveralHaveIsRefusedWithTheirIDs(t *testing.T) {
	e, made := ask(t, "HEX_EDIT_PROJECT_SHARING_GROUPS", `{"projectId":"{project}","sharing":{"upsert":{"groups":[{"group":{"id":"Ops"},"access":"CAN_VIEW"}]}}}`,
		func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/v1/groups") {
				return false
			}
			_, _ = w.Write([]byte(`{"values":[{"id":"019a0000-0000-7000-8000-000000000001","name":"Ops"},{"id":"019a0000-0000-7000-8000-000000000002","name":"ops"}],"pagination":{"after":null,"before":null}}`))
			return true
		})
	assert.Contains(t, e.Error, "2 are called so: Ops (019a0000-0000-7000-8000-000000000001); ops (019a0000-0000-7000-8000-000000000002)")
	assert.Equal(t, []string{"GET /v1/groups"}, made)
}

func TestALookUpThatHexRefusesFailsAsHexSays(t *testing.T) {
	e, made := ask(t, "HEX_EDIT_GROUP", `{"groupId":"{group}","members":{"add":{"users":[{"id":"Femi Adeyemi"}]}}}`,
		func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/v1/users") {
				w.WriteHeader(http.StatusForbidden)
				_, _ = w.Write([]byte(`{"code":"FORBIDDEN","message":"no"}`))
				return true
			}
			return false
		})
	assert.Equal(t, Forbidden, e.Detail.Kind)
	assert.Equal(t, []string{"GET /v1/users"}, made)
}

// A read that takes ids has no business looking names up.
func TestIDsOfOtherToolsAreNotLookedUp(t *testing.T) {
	for _, call := range []string{"HEX_DEACTIVATE_USER", "HEX_DELETE_GROUP"} {
		e, made := ask(t, call, `{"userId":"Femi Adeyemi","groupId":"Finance"}`, nil)
		assert.Equal(t, InvalidInput, e.Detail.Kind)
		assert.Empty(t, made)
	}
}
