package main

import "hexmcp/tools"

// offer is which tools there are for somebody, and how large answers may be.
type offer struct {
	choice    tools.Choice
	maxResult int // bytes of text; 0: any number
	maxRows   int // of workspace data
	lists     tools.ListFormat
}

// chosen is what the operator has chosen.
func (c *config) chosen() tools.Choice {
	choice := c.choice
	choice.Confined = !c.bounds.IsZero()
	return choice
}

// toClients offers what the operator has chosen, with answers that fit a host.
func toClients(c *config) offer {
	return offer{c.chosen(), c.maxResultBytes, c.maxRows, tools.ListFormat(c.listFormat)}
}

// toCommandLine offers all tools: who names one needs no set of them. What may
// happen to the workspace is bounded all the same.
func toCommandLine(c *config) offer {
	return offer{maxRows: c.maxRows, choice: tools.Choice{
		Whole: true, Tools: c.choice.Tools, ReadOnly: c.choice.ReadOnly, NoDestructive: c.choice.NoDestructive, Confined: !c.bounds.IsZero(),
	}}
}

func (o offer) actions() []tools.Action {
	return tools.Listing(tools.Bounded(o.choice.Select(), o.maxResult, o.maxRows), o.lists)
}

// orDefault offers what is on by default where the choice itself is wrong.
func (o offer) orDefault() offer {
	if o.choice.Check() != nil {
		o.choice = tools.Choice{}
	}
	return o
}
