package hexsim

import (
	"time"

	"hexmcp/hexapi"
)

// seedThread is a demo thread in few words.
type seedThread struct {
	thread
	begun   time.Duration // before the start
	prompts []prompt      // an hour apart
}

func (h *Hex) seedThreads() {
	h.topics = []hexapi.Topic{
		{ID: TopicRevenue, Name: "Revenue"}, {ID: TopicInvoices, Name: "Supplier invoices"}, {ID: TopicDelivery, Name: "Free delivery"},
	}
	for _, s := range h.demoThreads() {
		t := s.thread
		for i, in := range s.prompts {
			h.ask(&t, in, h.start.Add(time.Duration(i)*time.Hour-s.begun))
		}
		h.threads.add(t.id, &t)
	}
}

// demoThreads are the threads at the start, oldest first.
func (h *Hex) demoThreads() []seedThread {
	return []seedThread{
		{
			thread: thread{
				id: ThreadSensitive, author: UserBruno, source: hexapi.FromHex, kind: hexapi.ThreadsThread, private: true,
				title: "Bonus pool by team", topics: h.topics[:1],
			},
			begun: 9 * day, prompts: []prompt{{Prompt: "How large is the bonus pool of each team?"}},
		},
		{
			thread: thread{
				id: ThreadFailed, author: UserFemi, source: hexapi.FromSlack, kind: hexapi.ThreadsThread,
				title: "Orders of the old shop",
			},
			begun: 6 * day, prompts: []prompt{{
				Prompt:      "How many orders did the old shop have in its last year?",
				Attachments: hexapi.PromptAttachments{DataConnectionID: ConnectionLegacy},
			}},
		},
		{
			thread: thread{
				id: ThreadInvoices, author: UserBruno, source: hexapi.FromHex, kind: hexapi.NotebookThread, project: ProjectFails,
				title: "Why do supplier invoices not match?", topics: h.topics[1:2],
				summary:  "Asked why the reconciliation fails since the supplier API changed its dates.",
				warnings: []hexapi.ThreadWarning{{ID: "019bf441-0001-7000-8000-000000000001", Type: string(hexapi.MissingContext), Summary: "No guide says which date of an invoice counts."}},
				feedback: []hexapi.ThreadFeedback{{ID: "019bf441-0002-7000-8000-000000000002", Type: "THUMBS", UserFeedback: "It did not know our fiscal calendar."}},
			},
			begun: 2 * day, prompts: []prompt{
				{Prompt: "Why does the supplier invoice reconciliation fail?"},
				{Prompt: "Which date of an invoice does it use?"},
			},
		},
		{
			thread: thread{
				id: ThreadRevenue, author: UserElif, source: hexapi.FromMCP, kind: hexapi.ThreadsThread,
				title: "Revenue of last week by region", topics: h.topics[:1],
				feedback: []hexapi.ThreadFeedback{{ID: "019bf441-0003-7000-8000-000000000003", Type: "THUMBS", UserFeedback: "", UserLiked: true}},
			},
			begun: 5 * time.Hour, prompts: []prompt{{Prompt: "What was the weekly revenue by region, against plan?"}},
		},
	}
}
