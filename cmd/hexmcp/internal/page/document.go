package page

import (
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// document is the page for somebody who reached the server at url. Everything but our own
// style and script is inserted as text, so it is escaped.
func (f Facts) document(url string, clients []Client) g.Node {
	return h.Doctype(h.HTML(h.Lang("en"),
		h.Head(
			h.Meta(h.Charset("utf-8")),
			h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")),
			h.TitleEl(g.Text(f.Title)),
			h.StyleEl(g.Raw(style)),
		),
		h.Body(
			h.Main(f.header(), f.setUp(url, clients), f.tools()),
			h.Script(g.Raw(script)),
		),
	))
}

func (f Facts) header() g.Node {
	return h.Header(
		h.H1(g.Text(f.Title)),
		h.P(g.Text("An "), link("https://modelcontextprotocol.io", "MCP"), g.Text(" server for "), link("https://hex.tech", "Hex"),
			g.Text(", the data workspace. It is unofficial: not made, checked or supported by Hex.")),
		h.P(h.Class("state"), h.Span(g.Text("running")), g.Text(" version "+f.Version+" · "), h.A(h.Href("healthz"), g.Text("health"))),
	)
}

func link(url, text string) g.Node {
	return h.A(h.Href(url), h.Rel("noreferrer"), g.Text(text))
}

func (f Facts) setUp(url string, clients []Client) g.Node {
	return h.Section(
		h.H2(g.Text("Set a client up")),
		h.P(g.Text("This server is at")),
		toCopy(url),
		paragraph(f.Token),
		g.Map(clients, Client.node),
	)
}

func (c Client) node() g.Node {
	return h.Details(
		h.Summary(g.Text(c.Title)),
		g.If(c.File != "", h.P(g.Text("In "), code(c.File), g.Text(":"))),
		toCopy(c.Snippet),
		paragraph(c.Next),
	)
}

// toCopy is a box with text, to which the script adds a button that copies it.
func toCopy(text string) g.Node {
	return h.Div(h.Class("copy"), h.Pre(g.Text(text)))
}

// paragraph is a paragraph, or nothing if the text is empty.
func paragraph(text string) g.Node {
	return g.If(text != "", h.P(g.Text(text)))
}

func code(text string) g.Node {
	return h.Code(g.Text(text))
}

func (f Facts) tools() g.Node {
	count := 0
	for _, set := range f.Toolsets {
		count += len(set.Tools)
	}
	return h.Section(
		h.H2(g.Text(strconv.Itoa(count)+" tools")),
		g.Map(f.Toolsets, Toolset.node),
		h.P(h.Class("legend"), g.Text("* is required. A tool that "), effect("reads", "reads"), g.Text(" changes nothing; one that "),
			effect("writes", "writes"), g.Text(" adds something; one that "), effect("destroys", "destroys"),
			g.Text(" removes or overwrites something, or can lower somebody's access.")),
	)
}

func (s Toolset) node() g.Node {
	return g.Group{
		h.H3(g.Text(s.Name)),
		h.P(g.Text(s.Description)),
		g.Map(s.Tools, Tool.node),
	}
}

func (t Tool) node() g.Node {
	return h.Details(
		h.Summary(code(t.Name), g.Text(" "), effect(t.Kind, t.Effect)),
		h.P(g.Text(t.Description)),
		t.arguments(),
	)
}

func effect(kind, text string) g.Node {
	return h.Span(h.Class("effect "+kind), g.Text(text))
}

func (t Tool) arguments() g.Node {
	if len(t.Arguments) == 0 {
		return paragraph("It takes no arguments.")
	}
	return h.Table(
		h.Tr(h.Th(g.Text("Argument")), h.Th(g.Text("Type")), h.Th()),
		g.Map(t.Arguments, Argument.node),
	)
}

func (a Argument) node() g.Node {
	return h.Tr(
		h.Td(code(a.Name), g.If(a.Required, g.Group{g.Text(" "), h.B(h.Title("required"), g.Text("*"))})),
		h.Td(g.Text(a.Type)),
		h.Td(g.Text(a.Description)),
	)
}
