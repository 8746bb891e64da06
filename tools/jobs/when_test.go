package jobs

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema"
)

func TestTimesAreReadAsPeopleSayThem(t *testing.T) {
	berlin, err := zoneOf("Europe/Berlin")
	require.NoError(t, err)
	now := time.Date(2026, 10, 25, 12, 0, 0, 0, berlin) // the day on which clocks go back
	for when, want := range map[When]string{
		"now":                       "2026-10-25T11:00:00Z",
		"-24h":                      "2026-10-24T11:00:00Z",
		"24 hours ago":              "2026-10-24T11:00:00Z",
		"-1d":                       "2026-10-24T10:00:00Z",
		"-2w":                       "2026-10-11T10:00:00Z",
		"-30m":                      "2026-10-25T10:30:00Z",
		"today":                     "2026-10-24T22:00:00Z",
		"Yesterday":                 "2026-10-23T22:00:00Z",
		"2026-10-01":                "2026-09-30T22:00:00Z",
		"2026-10-01 08:00":          "2026-10-01T06:00:00Z",
		"2026-10-01T08:00:00Z":      "2026-10-01T08:00:00Z",
		"2026-10-01T08:00:00+05:30": "2026-10-01T02:30:00Z",
	} {
		got, err := when.at("since", now, berlin)
		require.NoError(t, err, when)
		assert.Equal(t, want, got.UTC().Format(time.RFC3339), "%q", when)
	}
}

func TestATimeThatIsNoneIsExplained(t *testing.T) {
	for _, when := range []When{"soon", "2026-13-01", "-99999999h", "24", "tomorrow"} {
		_, err := when.at("since", time.Now(), time.UTC)
		var invalid *schema.InvalidError
		require.ErrorAs(t, err, &invalid, when)
		assert.Contains(t, invalid.Issues[0].Message, `since must be a time such as`)
	}
	_, err := zoneOf("Mars/Olympus")
	assert.ErrorContains(t, err, "timeZone must be the name of a time zone")
}
