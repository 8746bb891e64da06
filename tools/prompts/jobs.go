package prompts

import "hexmcp/tools"

// Arguments of several prompts.
var (
	project = Argument{Name: "project", Description: "title, address or id of the project", Completes: tools.ThingProject}
	user    = Argument{Name: "user", Description: "email, name or id of the user", Completes: tools.ThingUser}
	group   = Argument{Name: "group", Description: "name of the group", Completes: tools.ThingGroup}
)

// all are the jobs that people do most, each with what a model tends to miss.
var all = []Prompt{
	{
		Name: "failed_runs", Title: "What failed", Description: "Find the runs that failed, and where.",
		Arguments: []Argument{{Name: "since", Description: "a time, a date, yesterday or -24h", Default: "-24h"}},
		Text:      "Which runs failed since {since}? Use HEX_FIND_RUNS with the statuses ERRORED, KILLED and UNABLE_TO_ALLOCATE_KERNEL. Per project: how often, when first and last, and a runUrl, where the reason stands.",
	},
	{
		Name: "running_now", Title: "What runs now", Description: "List the runs that hold kernels, and cancel those that need not.",
		Text: "What runs now? Use HEX_FIND_RUNS with the statuses PENDING and RUNNING. Show me project, trigger, start and address of each. Cancel with HEX_CANCEL_RUN only those that I then name.",
	},
	{
		Name: "run_project", Title: "Run a project", Description: "Run a project once, with other inputs if you like, and say when it is done.",
		Arguments: []Argument{project, {Name: "inputs", Description: "values of inputs in your words", Default: "as published"}},
		Text:      "Run the project {project} with these inputs: {inputs}. Find it with HEX_FIND_PROJECTS, look for the exact names of its inputs in HEX_LIST_CELLS if it needs any, and start it once with HEX_RUN_AND_WAIT. If it goes on, follow it with HEX_WAIT_FOR_RUN. Tell me how it ended and give me runUrl.",
	},
	{
		Name: "who_has_access", Title: "Who has access", Description: "Say who can reach a project, and through what.",
		Arguments: []Argument{project},
		Text:      "Who can reach the project {project}? Find it with HEX_FIND_PROJECTS and use HEX_GET_ACCESS. Name people, groups, collections, the workspace and the public web, the widest access first.",
	},
	{
		Name: "share_with_group", Title: "Share with a group", Description: "Give a group access to a project.",
		Arguments: []Argument{project, group, {Name: "access", Description: "how much", Default: "Can View"}},
		Text:      "Give the group {group} this access to the project {project}: {access}. Find both with HEX_FIND_PROJECTS and HEX_FIND_PEOPLE, look at what it has with HEX_GET_ACCESS, do not lower that, and use HEX_EDIT_PROJECT_SHARING_GROUPS.",
	},
	{
		Name: "public_projects", Title: "What is public", Description: "Find what anybody on the web can open, and take that away.",
		Text: "Which projects can anybody on the web open? Use HEX_GET_ACCESS with public. Show me title, owner and last view of each. For those that I then name, set publicWeb to NONE with HEX_EDIT_PROJECT_SHARING_ORG_AND_PUBLIC.",
	},
	{
		Name: "projects_without_status", Title: "Projects without a status", Description: "Propose a status for each project that has none.",
		Text: "Which projects have no status? Use HEX_FIND_PROJECTS with status none, and propose for each one of the statuses that HEX_LIST_PROJECTS shows in use, with the reason. Set with HEX_UPDATE_PROJECT only what I agree to.",
	},
	{
		Name: "stale_projects", Title: "Stale projects", Description: "Find projects that nobody has viewed for long.",
		Arguments: []Argument{{Name: "days", Description: "how many days", Default: "90"}},
		Text:      "Which projects has nobody viewed for {days} days? Use HEX_FIND_PROJECTS with notViewedSince. Show me title, owner, last view and schedules, scheduled ones first: they cost something. Archiving is for me to do in Hex.",
	},
	{
		Name: "schedules", Title: "Schedules at a glance", Description: "Show which projects run by themselves, and when.",
		Text: "Which projects run on a schedule? Use HEX_FIND_PROJECTS with scheduled. Make a table of title, schedule and owner, by time of day, and point out what runs at the same time.",
	},
	{
		Name: "find_in_cells", Title: "Find in cells", Description: "Find the cells that use a table, a column or a function.",
		Arguments: []Argument{{Name: "text", Description: "what the cells hold, such as a table's name"}},
		Text:      "Which cells use {text}? Use HEX_SEARCH_CELLS, to its end. Show me project, cell and the lines around each, and leave out hits that mean something else.",
	},
	{
		Name: "replace_in_cells", Title: "Replace in cells", Description: "Change a name in the cells of many projects, after you have seen each edit.",
		Arguments: []Argument{{Name: "text", Description: "what stands there now"}, {Name: "replacement", Description: "what to write in its place"}},
		Text:      "Replace {text} by {replacement} in cells. Use HEX_REPLACE_IN_CELLS without apply first and show me the edits. Apply only those that I agree to.",
	},
	{
		Name: "offboard", Title: "Offboard a user", Description: "Show what a user owns and reaches before the account goes.",
		Arguments: []Argument{user},
		Text:      "The user {user} leaves. Find them with HEX_FIND_PEOPLE; show me their groups, what they own and reach, archived and in the trash included (HEX_GET_ACCESS with user), and what of it runs on a schedule (HEX_FIND_PROJECTS with owner). Owners are changed in Hex. Ask me before HEX_DEACTIVATE_USER: it cannot be undone.",
	},
	{
		Name: "onboard", Title: "Onboard a user", Description: "Give a user the groups that a colleague has.",
		Arguments: []Argument{user, {Name: "like", Description: "email or name of a colleague", Completes: tools.ThingUser}},
		Text:      "Give the user {user} the groups that {like} has. Find both with HEX_FIND_PEOPLE and show me the groups that are missing. After I agree, add the user with HEX_EDIT_GROUP, and show with HEX_GET_ACCESS what they reach now.",
	},
	{
		Name: "explain_failure", Title: "Explain a failed run", Description: "Say where a project's last run broke, as far as its cells tell.",
		Arguments: []Argument{project},
		Text:      "Why did the project {project} fail? Find it with HEX_FIND_PROJECTS and its last failed runs with HEX_FIND_RUNS. No tool has the message: read the cells with HEX_LIST_CELLS, say what may have broken and how to check it, and give me runUrl, where the reason stands.",
	},
	{
		Name: "what_changed", Title: "What has changed", Description: "Compare a project's draft with what is published.",
		Arguments: []Argument{project},
		Text:      "What has changed in the project {project} since it was published? Find it with HEX_FIND_PROJECTS and use HEX_COMPARE_PROJECT. Say in a sentence per cell what is different and what it does to the results, the riskiest first. To publish is for me to do in Hex.",
	},
	{
		Name: "connections_in_use", Title: "Connections in use", Description: "Show which projects use which data connections.",
		Text: "Which data connections are there, and which projects use them? List them with HEX_LIST_DATA_CONNECTIONS, and find SQL cells with HEX_SEARCH_CELLS, pattern (?i)from\\s and context 0, to its end. Make a table of connection, type and projects, and point out connections that no cell uses.",
	},
	{
		Name: "switch_connection", Title: "Switch the connection", Description: "Let the queries of a project use another data connection.",
		Arguments: []Argument{project, {Name: "connection", Description: "name of the data connection to use"}},
		Text:      "Let the SQL cells of the project {project} use the data connection {connection}. Find both with HEX_FIND_PROJECTS and HEX_LIST_DATA_CONNECTIONS, and the cells with HEX_LIST_CELLS. Show me which would change from what. After I agree, set dataConnectionId with HEX_UPDATE_CELL. The published app changes when I publish.",
	},
	{
		Name: "empty_collections", Title: "Empty collections", Description: "Find the collections that hold no project.",
		Text: "Which collections are empty? List them with HEX_LIST_COLLECTIONS, and ask for each with HEX_FIND_PROJECTS, collection and limit 1, and again with archived where there is none. Show me name and creator of those without a project. Removing them is for me to do in Hex.",
	},
}
