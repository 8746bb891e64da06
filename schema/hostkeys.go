package schema

import "github.com/invopop/jsonschema"

// hostKeys are the names that hosts add to the arguments of every tool for
// purposes of their own, with the host that does it. They say nothing to us.
// Some hosts tell the model of them in the schema, so it cannot be blamed.
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

// dropHostKeys takes out of the arguments what a host has added, unless the
// tool has an argument of that name.
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
