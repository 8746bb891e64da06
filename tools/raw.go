package tools

import (
	"hexmcp/hexapi"
	"hexmcp/schema"
)

// raw is the row for what no other row reads.
func raw() Action {
	return reads("HEX_REQUEST", "Read from the API",
		"Read any path of the Hex API by GET, where no other tool does. Returns the body as Hex sent it; lists take limit and after.",
		checked(requestRules, job(hexapi.Read)), boundless, onlyByName, refused(NotFound, always(noPath)),
		insteadOf("nothing but GET is made, of a path with its query", "method", "body", "query", "params", "headers", "url"))
}

const noPath = "The API has no such path, an id in it is wrong, or the token may not see what it names."

func requestRules(in hexapi.ReadInput) []schema.Issue {
	if err := in.Check(); err != nil {
		return []schema.Issue{{Path: "path", Message: err.Error()}}
	}
	return nil
}
