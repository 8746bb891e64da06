package hexsim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi"
)

func TestAPublishedProjectCanBeRun(t *testing.T) {
	c := open(t)
	c.send("POST", runsOf(ProjectDraft), nil).want(422)
	c.clock.advance(time.Minute)
	c.hex.Publish(ProjectDraft)
	p := as[hexapi.Project](c.get("/v1/projects/" + string(ProjectDraft)).want(200))
	assert.Equal(t, stamp(c.clock.Now()), *p.LastPublished)
	c.send("POST", runsOf(ProjectDraft), nil).want(201)
}
