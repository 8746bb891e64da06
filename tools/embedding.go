package tools

import "hexmcp/hexapi"

func embedding() Toolset {
	return toolset("embedding", "Embed apps in other pages.",
		writes("HEX_CREATE_PRESIGNED_URL", "Create presigned URL",
			"Create a URL that shows a project's published app embedded in another page. It is a credential: whoever opens it first sees the app as hexUserAttributes say, without signing in; once, within expiresIn (15 seconds unless given, 5 minutes at most). Opening it runs the app. Give it to nobody but the user. Returns url. Needs embedding in the plan. Each call makes another.",
			(*hexapi.Client).CreatePresignedUrl, inProject, optional, reachesPeople, idsFrom("projectId", "UUID from HEX_LIST_PROJECTS; must be published"),
			refused(Unprocessable, always("It has no published version, or an input does not fit: ask the user to publish it in Hex, and compare inputParams with the inputs of the app.")),
			insteadOf("give expiresIn, in milliseconds", "expires", "expiry", "ttl", "expiresInSeconds"),
			insteadOf("give hexUserAttributes, a list of {name, value}", "userAttributes", "attributes", "user")),
	)
}
