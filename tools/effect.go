package tools

// Effect is what an action does to the workspace: the four hints of MCP.
type Effect struct {
	ReadOnly    bool
	Destructive bool // removes or overwrites something, or can lower access
	Idempotent  bool // a repeat changes nothing further
	OpenWorld   bool // other people, or the public, are reached
}

// String says the effect in the words of the documentation.
func (e Effect) String() string {
	switch {
	case e.ReadOnly:
		return "reads"
	case e.Destructive && e.Idempotent:
		return "destroys, idempotent"
	case e.Destructive:
		return "destroys"
	default:
		return "writes"
	}
}
