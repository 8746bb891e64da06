package hexapi

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The deletion of a draft may have been carried out, and a second one was seen to
// mark the published guide for deletion.
func TestADraftIsNotDeletedTwice(t *testing.T) {
	for name, tc := range map[string]struct {
		replies  []reply
		requests int
		outcome  Outcome
	}{
		"gateway":                  {[]reply{answers(502, "")}, 1, Unknown},
		"connection broken":        {[]reply{cuts()}, 1, Unknown},
		"limit, which did nothing": {[]reply{answers(429, ""), answers(204, "")}, 2, NotSent},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := playing(tc.replies...)
			_, err := client(t, h).DeleteGuideDraft(t.Context(), DeleteGuideDraftInput{otherID})
			assert.Equal(t, tc.requests, h.requests(), name)
			if tc.outcome == NotSent {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, tc.outcome, asError[*Error](t, err).Outcome, name)
		})
	}
}
