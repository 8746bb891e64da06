package tools

import (
	"fmt"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

func threads() Toolset {
	return toolset("threads", "Ask Hex's own agent, and read what it was asked.",
		writes("HEX_CREATE_THREAD", "Ask Hex's agent",
			"Ask Hex's own agent a question in a new thread. It queries data and works for minutes, which costs credits. Returns threadId and no answer: poll HEX_GET_THREAD every 5 seconds or more. With projectId it may change that project's draft. Each call starts another thread: after a lost answer check HEX_LIST_THREADS first. Counts as a run in Hex's limits. Some workspaces only.",
			checked(threadRules, (*hexapi.Client).CreateThread), boundless, optional, verified("HEX_LIST_THREADS", "with source PUBLIC_API, newest first"),
			refused(Forbidden, always(noAgent)), refused(NotFound, always(noProject)), asksBy),
		writes("HEX_CONTINUE_THREAD", "Ask Hex's agent further",
			"Ask Hex's own agent a further question in a thread, which must be IDLE. Returns no answer: poll HEX_GET_THREAD every 5 seconds or more. Each call asks again and costs credits: after a lost answer check HEX_GET_THREAD_MESSAGES first. Counts as a run in Hex's limits. Some workspaces only.",
			checked(attachmentRules, (*hexapi.Client).ContinueThread), boundless, optional, verified("HEX_GET_THREAD_MESSAGES", "whether the prompt is the last one"),
			refused(Forbidden, always(noAgent)), refused(NotFound, always(noThread)), refused(InvalidInput, always(notIdle)), asksBy),
		reads("HEX_GET_THREAD", "Get thread",
			"Read a thread with Hex's agent: status, the latest answer (text, cells, projects), what it used, credits. RUNNING: ask again after 5 seconds or more (30 calls a minute). IDLE: answered. ERROR: failed, as error says.",
			(*hexapi.Client).GetThread, boundless, optional, refused(NotFound, always(noThread)), noting(threadNotes),
			insteadOf("this tool does not wait: call it every 5 seconds or more until the status is not RUNNING", waits...)),
		reads("HEX_GET_THREAD_MESSAGES", "Get thread messages",
			"Read what was said in a thread with Hex's agent, the newest page, oldest first in it; before leads to older ones. Texts begin with who wrote them.",
			(*hexapi.Client).GetThreadMessages, boundless, optional, refused(NotFound, always(noThread)), refused(Forbidden, always(privateThread)),
			insteadOf("for older messages give before, which is pagination.before of the last answer", "page", "cursor", "offset", "pageToken", "nextPage")),
		reads("HEX_LIST_THREADS", "List threads",
			"List threads with Hex's agent, newest first, with topics, warnings, feedback and credits. Needs role Manager: admins see all but private ones, managers their own and those on projects they can open.",
			(*hexapi.Client).ListThreads, boundless, optional, notingCall(noThreads),
			insteadOf("there is no text search: filter by topicIds, userId or numDays, and compare titles", "search", "query", "title", "text", "q"),
			insteadOf("give numDays, how many days back", "since", "days", "createdAfter", "from", "startDate")),
		reads("HEX_LIST_TOPICS", "List topics",
			"List the topics of the workspace's threads with Hex's agent, by name. Their ids filter HEX_LIST_THREADS.",
			(*hexapi.Client).ListTopics, apart, optional),
	)
}

// What to do when Hex refuses.
const (
	noThread      = "The threadId is wrong, or the token may not see the thread: take ids from HEX_LIST_THREADS or from the answer that started it."
	noAgent       = "The workspace has no access to threads by the API, which Hex turns on by request, or the token may not use its agent: tell the user; repeating will not help."
	privateThread = "The thread is private, or the token lacks the role: only its author sees what is in it."
	notIdle       = "The thread takes a further question only when it is IDLE: see its status with HEX_GET_THREAD, wait while it is RUNNING, and start another one where it is ERROR."
)

// asksBy says how to ask.
func asksBy(a *Action) { insteadOf("give prompt", "question", "message", "text", "query", "input")(a) }

// threadRules wants one place to work in.
func threadRules(in hexapi.CreateThreadInput) []schema.Issue {
	if in.ProjectID != "" && in.NewProject {
		return []schema.Issue{{Path: "newProject", Message: "projectId and newProject exclude each other: give projectId to work in that project, or newProject true for a new one, or neither for an answer alone"}}
	}
	if in.Muted && (in.ProjectID != "" || in.NewProject) {
		return []schema.Issue{{Path: "muted", Message: "muted has no effect on a thread that works in a project: leave it out, or projectId and newProject"}}
	}
	return attachmentRulesOf(in.ThreadPrompt)
}

func attachmentRules(in hexapi.ContinueThreadInput) []schema.Issue {
	return attachmentRulesOf(in.ThreadPrompt)
}

// attachmentRulesOf refuses attachments of nothing, which a model takes for some.
func attachmentRulesOf(in hexapi.ThreadPrompt) []schema.Issue {
	return attachmentIssues(in.Attachments)
}

func attachmentIssues(a *hexapi.PromptAttachments) []schema.Issue {
	if a == nil || a.DataConnectionID != "" || len(a.TableIDs)+len(a.SemanticDatasetIDs)+len(a.SemanticViewIDs)+len(a.ProjectIDs) > 0 {
		return nil
	}
	return []schema.Issue{{Path: "attachments", Message: "attachments is empty: give dataConnectionId or projectIds in it, or leave it out"}}
}

// threadNotes says of a thread what its status means where that is not plain.
func threadNotes(out hexapi.ThreadAnswer) []string {
	switch {
	case out.Status == hexapi.ThreadRunning:
		return []string{"The agent still works: call again after 5 seconds or more, and do not ask the question again."}
	case out.Status == hexapi.ThreadError:
		return []string{agentFailed(out.Error)}
	case out.Status == hexapi.ThreadIdle && out.Response == nil && out.Sensitive:
		return []string{"The thread is private: only its author sees what is in it."}
	}
	return nil
}

// agentFailed says that the agent has failed, and why if Hex tells.
func agentFailed(why *hexapi.AgentError) string {
	reason := "Hex does not say why"
	if why != nil && why.Type != "" {
		reason = named(why.Type)
	}
	return fmt.Sprintf("The agent has failed (%s): tell the user, or ask anew in another thread.", reason)
}

// noThreads says what may have kept threads out of an empty list.
func noThreads(in hexapi.ListThreadsInput, out hexapi.Threads) []string {
	if len(out.Threads) > 0 || in.After != "" || in.Before != "" {
		return nil
	}
	if isFilteredThreadList(in) {
		return []string{"No thread that the token may see fits all of the filters; call without to see whether there are threads at all. " + threadsForManagers}
	}
	return []string{"There is no thread that the token may see. " + threadsForManagers}
}

const threadsForManagers = "Only admins see the threads of others."

func isFilteredThreadList(in hexapi.ListThreadsInput) bool {
	filters := len(in.Roles) + len(in.Warnings) + len(in.TopicIDs) + len(in.ResourceIDs) + in.NumDays
	return filters > 0 || in.Source != "" || in.UserID != "" || in.Type != "" || in.HasFeedback != nil
}
