package tools

import "hexmcp/hexapi"

func connections() Toolset {
	return toolset("connections", "Find and keep data connections.",
		reads("HEX_LIST_DATA_CONNECTIONS", "List data connections",
			"List data connections: id, name, type and, where the caller may see them, details; never secrets. Use an id as dataConnectionId of a SQL cell.",
			(*hexapi.Client).ListDataConnections, apart, mostUsed),
		reads("HEX_GET_DATA_CONNECTION", "Get data connection",
			"Read one data connection: type, details, schema filters, refresh schedule and who may use it. Credentials are never told.",
			(*hexapi.Client).GetDataConnection, apart, optional, listedBy("HEX_LIST_DATA_CONNECTIONS")),
		writes("HEX_CREATE_DATA_CONNECTION", "Create data connection",
			"Create a data connection. "+writeCredentials+" Returns the connection without credentials. Needs an admin, as a rule. Each call creates another.",
			checked(newConnectionRules, (*hexapi.Client).CreateDataConnection), apart, optional, reachesPeople, verified("HEX_LIST_DATA_CONNECTIONS", "look for its name"), googleProject),
		destroys("HEX_EDIT_DATA_CONNECTION", "Edit data connection",
			"Change a data connection: what is given is overwritten at once for every project that uses it. "+writeCredentials+" Returns the connection without credentials. Needs an admin, as a rule.",
			checked(connectionEditRules, (*hexapi.Client).EditDataConnection), apart, optional, idempotent, reachesPeople, verified("HEX_GET_DATA_CONNECTION", "credentials do not show"), googleProject,
			listedBy("HEX_LIST_DATA_CONNECTIONS"), insteadOf("it cannot be changed: create another connection", "type")),
		destroys("HEX_UPDATE_DATA_CONNECTION_SCHEMA", "Update data connection schema",
			"Set or remove the status or endorsement of databases, schemas and tables of a data connection; the old status is overwritten. One wrong entry keeps all from being made. Returns what has another status now. Needs Data connections: Write.",
			checked(schemaChangeRules, prepared(schemaChange.meant, (*hexapi.Client).UpdateDataConnectionSchema)), apart, optional, idempotent,
			idsFrom("updates.name", "Of a schema or table qualified, such as ANALYTICS.MARTS.ORDERS"),
			refused(InvalidInput, refusedStatuses("Correct the arguments and call again.")), refused(NotFound, refusedStatuses(noConnection))),
	)
}

const noConnection = "The dataConnectionId is wrong, or the token may not see the connection: take ids from HEX_LIST_DATA_CONNECTIONS."

const writeCredentials = "A credential is never told again, but you see what you are given: do not ask the user for it; give ${env:NAME}, which the server fills in if its operator allowed NAME for this type and host."

// googleProject says that BigQuery's projectId is no id of Hex.
func googleProject(a *Action) {
	idsFrom("bigquery.projectId", "Google Cloud project, such as acme-data (no UUID)")(a)
}
