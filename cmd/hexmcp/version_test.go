package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAReleaseSaysWhatItWasBuiltFrom(t *testing.T) {
	defer func(r, c, d string) { release, commit, date = r, c, d }(release, commit, date)
	release, commit, date = "1.2.3", "0a1b2c3d", "2026-11-26T15:00:00Z"
	assert.Equal(t, "1.2.3 (commit 0a1b2c3d, 2026-11-26T15:00:00Z)", versionAndOrigin())
	assert.Equal(t, "1.2.3", version(), "MCP clients compare it")
}
