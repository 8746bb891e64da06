package tools

import "hexmcp/hexapi"

func connections() Toolset {
	return toolset("connections", "Find data connections.",
		reads("HEX_LIST_DATA_CONNECTIONS", "List data connections",
			"List data connections: id, name, type and, where the caller may see them, details; never secrets. Use an id as dataConnectionId of a SQL cell.",
			(*hexapi.Client).ListDataConnections, apart, mostUsed),
	)
}
