package hexsim

import (
	"fmt"
	"slices"

	"hexmcp/hexapi"
)

// notification asks to tell somebody; whether with a screenshot must be said.
type notification struct {
	hexapi.RunNotification
	IncludeSuccessScreenshot *boolean `json:"includeSuccessScreenshot"`
}

// notified says who is told about a run: one entry for each recipient.
func (h *Hex) notified(asked []notification) ([]hexapi.RunNotified, error) {
	var all []hexapi.RunNotified
	for i, n := range asked {
		at := fmt.Sprintf("notifications[%d]", i)
		if err := checkNotification(at, n); err != nil {
			return nil, err
		}
		told, err := h.recipients(at, n)
		if err != nil {
			return nil, err
		}
		all = append(all, told...)
	}
	return all, nil
}

func checkNotification(at string, n notification) error {
	types := []hexapi.NotificationType{hexapi.NotifySuccess, hexapi.NotifyFailure, hexapi.NotifyAll}
	if !slices.Contains(types, n.Type) {
		return badRequestf("%s.type must be one of %s", at, join(types))
	}
	if n.IncludeSuccessScreenshot == nil {
		return badRequestf("%s.includeSuccessScreenshot is required", at)
	}
	formats := []hexapi.ScreenshotFormat{hexapi.ScreenshotPNG, hexapi.ScreenshotPDF}
	if n.ScreenshotFormat != "" && !slices.Contains(formats, n.ScreenshotFormat) {
		return badRequestf("%s.screenshotFormat must be one of %s", at, join(formats))
	}
	return nil
}

// recipients looks up whom a notification names. Slack channels are not known
// here and are taken as they come.
func (h *Hex) recipients(at string, n notification) ([]hexapi.RunNotified, error) {
	var all []hexapi.RunNotified
	for _, id := range n.UserIDs {
		u := h.activeUser(hexapi.UUID(id))
		if u == nil {
			return nil, badRequestf("%s.userIds: user %s not found", at, id)
		}
		all = append(all, tell(n, "USER", id, u.displayName()))
	}
	for _, id := range n.GroupIDs {
		g := h.groups.get(hexapi.UUID(id))
		if g == nil {
			return nil, badRequestf("%s.groupIds: group %s not found", at, id)
		}
		all = append(all, tell(n, "GROUP", id, g.Name))
	}
	for _, id := range n.SlackChannelIDs {
		all = append(all, tell(n, "SLACK_CHANNEL", id, id))
	}
	return all, nil
}

func tell(n notification, kind, id, name string) hexapi.RunNotified {
	told := hexapi.RunNotified{
		Type:                     string(n.Type),
		RecipientType:            kind,
		IncludeSuccessScreenshot: bool(*n.IncludeSuccessScreenshot),
		Subject:                  n.Subject,
		Body:                     n.Body,
		Recipient:                hexapi.RunRecipient{ID: id, Name: name},
	}
	if n.ScreenshotFormat != "" {
		told.ScreenshotFormat = []string{string(n.ScreenshotFormat)}
	}
	return told
}
