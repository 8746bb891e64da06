package tools

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/schema"
	"hexmcp/tools/memory"
	"hexmcp/tools/visible"
)

// Question is what a person is asked before what cannot be undone.
type Question struct {
	Text string // what will happen, to what
	Name string // to be repeated exactly; "" where a yes is enough
}

// question is asked by an action; none where it does nothing of the kind.
type question func(ctx context.Context, c *hexapi.Client, in any) (q Question, asks bool)

// asking lets an action ask a person first. The question names the thing as people
// see it or, where that cannot be read, by its id.
func asking[In any](ask func(context.Context, *hexapi.Client, In) (Question, bool)) trait {
	return func(a *Action) {
		a.question = func(ctx context.Context, c *hexapi.Client, in any) (Question, bool) {
			given, ok := in.(In)
			if !ok {
				return Question{}, false
			}
			return ask(ctx, c, given)
		}
	}
}

// Asks reports whether the action may have a question.
func (a *Action) Asks() bool { return a.question != nil }

// Question is what to ask a person before the call is made; nil where the action
// does nothing that cannot be undone. Where that cannot be found out, the call has
// failed, and must not be made.
func (a *Action) Question(ctx context.Context, c *hexapi.Client, arguments json.RawMessage) (*Question, *Envelope) {
	if err := memory.Of(ctx).Arguments(ctx, schema.Weight(arguments)); err != nil {
		e := a.explainMemory(err)
		return nil, &e
	}
	r, err := a.prepare(ctx, c, arguments)
	if err != nil {
		e := a.explain(err)
		return nil, &e
	}
	q, asks := r.ask(ctx)
	if !asks {
		return nil, nil
	}
	return &Question{visible.Text(q.Text), visible.Text(q.Name)}, nil
}

// askAbout asks about one thing by its name, or by its id where it has no name.
func askAbout(text, name string, id hexapi.UUID) (Question, bool) {
	name = cmp.Or(name, string(id))
	return Question{fmt.Sprintf(text, inQuotes(name)), name}, true
}

func inQuotes(name string) string { return "“" + name + "”" }

func askToDeactivate(ctx context.Context, c *hexapi.Client, in hexapi.DeactivateUserInput) (Question, bool) {
	users, err := hexapi.Decoded(c.ListUsers(ctx, hexapi.ListUsersInput{UserIDs: []hexapi.UUID{in.UserID}}))
	email := ""
	if err == nil && len(users.Values) == 1 {
		email = users.Values[0].Email
	}
	return askAbout("Deactivate the user %s? Signing in and personal tokens stop working, and no API brings them back.", email, in.UserID)
}

func askToDeleteGroup(ctx context.Context, c *hexapi.Client, in hexapi.DeleteGroupInput) (Question, bool) {
	g, _ := hexapi.Decoded(c.GetGroup(ctx, hexapi.GetGroupInput(in)))
	return askAbout("Delete the group %s for good? Access that was shared through it goes too.", g.Name, in.GroupID)
}

func askToDeleteCell(ctx context.Context, c *hexapi.Client, in hexapi.DeleteCellInput) (Question, bool) {
	cell, _ := hexapi.Decoded(c.GetCell(ctx, hexapi.GetCellInput(in)))
	label := ""
	if cell.Label != nil {
		label = *cell.Label
	}
	return askAbout("Delete the cell %s from the draft for good, and of a section all cells within it?", label, in.CellID)
}

func askToDeleteGuide(_ context.Context, _ *hexapi.Client, in hexapi.DeleteGuideDraftInput) (Question, bool) {
	return askAbout("Delete the draft of the guide %s for good?", "", in.OrgGuideFileID)
}

// askToPrune names the source, because the version has no name and its guides are
// not listed.
func askToPrune(_ context.Context, _ *hexapi.Client, in contextPrune) (Question, bool) {
	from := in.ExternalSource
	source := cmp.Or(from.ID, strings.Trim(from.Owner+"/"+from.Repo, "/"), from.Source)
	return Question{fmt.Sprintf("Remove from a draft of the context all guides of the source %s but %d?", inQuotes(source), len(in.GuideFilePaths)), source}, true
}

// askToPublishContext asks where everybody gets the version, and not where it is
// only kept.
func askToPublishContext(_ context.Context, _ *hexapi.Client, in hexapi.PublishContextVersionInput) (Question, bool) {
	if !in.UpdateLatestVersion {
		return Question{}, false
	}
	name := cmp.Or(in.Title, string(in.ContextVersionID))
	return Question{fmt.Sprintf("Replace what Hex's agent reads for everybody in the workspace by the version %s? Guides that it lacks are removed.", inQuotes(name)), name}, true
}

// askToPublish asks where the web gets access, and not where it loses it.
func askToPublish(ctx context.Context, c *hexapi.Client, in hexapi.EditProjectSharingOrgAndPublicInput) (Question, bool) {
	if in.Sharing.PublicWeb == "" || in.Sharing.PublicWeb == "NONE" {
		return Question{}, false
	}
	p, _ := hexapi.Decoded(c.GetProject(ctx, hexapi.GetProjectInput{ProjectID: in.ProjectID}))
	return askAbout("Show the project %s to anybody on the internet ("+string(in.Sharing.PublicWeb)+")?", p.Title, in.ProjectID)
}
