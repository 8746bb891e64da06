package schema

import "github.com/invopop/jsonschema"

// hostKeys are names that hosts add to the arguments of every tool for purposes of
// their own, each with the name of the host. They mean nothing to the server. They are
// dropped without an error, since the model cannot avoid them: some hosts even add them
// to the schema.
var hostKeys = map[string]string{
	"wait_for_previous":    "Gemini CLI",
	"waitForPreviousTools": "Antigravity",
	"toolAction":           "Antigravity",
	"toolSummary":          "Antigravity",
	"task_progress":        "Cline",
	"security_risk":        "OpenHands",
	"toolCallId":           "n8n before 2.2.5, like the four below",
	"sessionId":            "n8n",
	"action":               "n8n",
	"chatInput":            "n8n",
	"tool":                 "n8n",
}

// dropHostKeys removes from the arguments what a host has added, unless the tool itself
// has an argument of that name.
func (t *tidier) dropHostKeys(s *jsonschema.Schema, v any) {
	arguments, ok := v.(map[string]any)
	if !ok {
		return
	}
	for name := range hostKeys {
		if _, given := arguments[name]; !given {
			continue
		}
		if child, _ := property(s, name); child == nil {
			delete(arguments, name)
			t.changed = true
		}
	}
}
