package hexsim

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

// lists holds the path of each list that is read by cursors.
var lists = map[string]string{
	"projects":    "/v1/projects?includeArchived=true&includeTrashed=true&includeComponents=true",
	"cells":       "/v1/cells?projectId=" + string(ProjectForecast),
	"users":       "/v1/users?sortBy=EMAIL&sortDirection=DESC",
	"groups":      "/v1/groups?sortBy=CREATED_AT",
	"collections": "/v1/collections?sortBy=NAME",
	"connections": "/v1/data-connections?sortBy=CREATED_AT&sortDirection=DESC",
}

// listed reads a page and returns its ids.
func listed(a answered) ([]hexapi.UUID, hexapi.Pagination) {
	a.t.Helper()
	a.want(200)
	assert.Contains(a.t, a.body, `"after":`)
	assert.Contains(a.t, a.body, `"before":`)
	page := as[hexapi.Page[map[string]any]](a)
	ids := []hexapi.UUID{}
	for _, v := range page.Values {
		ids = append(ids, hexapi.UUID(v["id"].(string)))
	}
	return ids, page.Pagination
}

func with(path string, key, value string) string {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + key + "=" + url.QueryEscape(value)
}

func TestWalkingAListMeetsEachItemOnceInBothDirections(t *testing.T) {
	for name, path := range lists {
		for _, limit := range []int{1, 2, 3, 100} {
			t.Run(fmt.Sprintf("%s by %d", name, limit), func(t *testing.T) {
				c := open(t)
				all, ends := listed(c.get(with(path, "limit", "100")))
				require.Greater(t, len(all), 2)
				require.Equal(t, hexapi.Pagination{}, ends, "one page has no neighbours")

				path := with(path, "limit", strconv.Itoa(limit))
				forth, at := listed(c.get(path))
				assert.Nil(t, at.Before, "nothing comes before the first page")
				for at.After != nil && len(forth) <= len(all) {
					var ids []hexapi.UUID
					ids, at = listed(c.get(with(path, "after", *at.After)))
					forth = append(forth, ids...)
				}
				assert.Equal(t, all, forth)

				last := (len(all) - 1) / limit * limit
				back := slices.Clone(all[last:])
				for at.Before != nil && len(back) <= len(all) {
					var ids []hexapi.UUID
					ids, at = listed(c.get(with(path, "before", *at.Before)))
					back = append(ids, back...)
				}
				assert.Equal(t, all, back)
			})
		}
	}
}

func TestACursorSurvivesTheEndOfItsItem(t *testing.T) {
	c := open(t)
	path := "/v1/groups?limit=2"
	first, at := listed(c.get(path))
	c.send("DELETE", "/v1/groups/"+string(first[1]), nil).want(204)
	rest, _ := listed(c.get(with(path, "after", *at.After)))
	assert.Len(t, rest, 2, "no group is left out")
}

func TestUnknownCursorsAreRefused(t *testing.T) {
	c := open(t)
	_, groups := listed(c.get("/v1/groups?limit=1"))
	for name, path := range lists {
		for _, cursor := range []string{"nonsense", "!", *groups.After} {
			if name == "groups" && cursor == *groups.After {
				continue
			}
			c.get(with(path, "after", cursor)).want(400)
			c.get(with(path, "before", cursor)).want(400)
		}
	}
	both := with(with("/v1/groups", "after", *groups.After), "before", *groups.After)
	c.get(both).want(400)
}

func TestALimitHasARange(t *testing.T) {
	most := map[string]int{"projects": 100, "cells": 100, "users": 500, "groups": 500, "collections": 100, "connections": 100}
	c := open(t)
	for name, path := range lists {
		c.get(with(path, "limit", "1")).want(200)
		c.get(with(path, "limit", strconv.Itoa(most[name]))).want(200)
		for _, bad := range []string{"0", "-1", "", "ten", "1.5", strconv.Itoa(most[name] + 1)} {
			c.get(with(path, "limit", bad)).want(400)
		}
	}
}

func TestAPageHas25ItemsUnlessAskedOtherwise(t *testing.T) {
	c := open(t)
	for i := range 30 {
		c.send("POST", "/v1/groups", map[string]string{"name": fmt.Sprintf("Shift %02d", i)}).want(201)
	}
	ids, at := listed(c.get("/v1/groups"))
	assert.Len(t, ids, 25)
	assert.NotNil(t, at.After)
}

func TestAnEmptyListIsAnEmptyArray(t *testing.T) {
	a := open(t).get("/v1/projects?statuses=Nonsense").want(200)
	assert.JSONEq(t, `{"values":[],"pagination":{"after":null,"before":null}}`, a.body)
}
