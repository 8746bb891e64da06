package main

import "hexmcp/tools"

// offer says which tools are offered, and how large their answers may be.
type offer struct {
	choice    tools.Choice
	maxResult int // bytes of text; 0 means any number
	maxRows   int // rows of workspace data
	lists     tools.ListFormat
}

// chosen is the operator's choice of tools.
func (c *config) chosen() tools.Choice {
	choice := c.choice
	choice.Confined = !c.bounds.IsZero()
	return choice
}

// toClients is the offer to MCP clients: the tools that the operator has chosen, with
// answers of limited size.
func toClients(c *config) offer {
	return offer{c.chosen(), c.maxResultBytes, c.maxRows, tools.ListFormat(c.listFormat)}
}

// toCommandLine is the offer of hexmcp call: all tools whatever the toolsets, because the
// caller names one, and answers of any size. The settings that protect the workspace,
// such as --read-only, still apply.
func toCommandLine(c *config) offer {
	return offer{maxRows: c.maxRows, choice: tools.Choice{
		Whole: true, Tools: c.choice.Tools, ReadOnly: c.choice.ReadOnly, NoDestructive: c.choice.NoDestructive, Confined: !c.bounds.IsZero(),
	}}
}

func (o offer) actions() []tools.Action {
	return tools.Listing(tools.Bounded(o.choice.Select(), o.maxResult, o.maxRows), o.lists)
}

// orDefault replaces an invalid choice of tools by the default one.
func (o offer) orDefault() offer {
	if o.choice.Check() != nil {
		o.choice = tools.Choice{}
	}
	return o
}
