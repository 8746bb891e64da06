package hexsim

import "hexmcp/hexapi"

func (h *Hex) seedConnections() {
	for _, c := range []*connection{
		{
			basicConnection: basicConnection{ConnectionWarehouse, "Analytics warehouse", "snowflake", "dbt models, refreshed every hour"},
			createdAt:       h.ago(720 * day),
			details: map[string]any{
				"accountName": "tidewater-eu1", "warehouse": "ANALYTICS_M", "database": "ANALYTICS",
				"schema": "MARTS", "username": "HEX_READER", "role": "REPORTING",
			},
			ai: true, writeback: true, refresh: "USERS_WITH_QUERY_ACCESS",
			filters: &hexapi.SchemaFilters{Schemas: &hexapi.SchemaFilter{
				Include: &hexapi.SchemaMatch{MatchType: hexapi.MatchPrefix, Values: []string{"MARTS", "STAGING"}},
				Exclude: &hexapi.SchemaMatch{MatchType: hexapi.MatchSuffix, Values: []string{"_TMP"}},
			}},
			schedule: &hexapi.RefreshSchedule{Cadence: hexapi.Daily, Enabled: true, Daily: &hexapi.DailyRefresh{Hour: 5, Minute: 30, Timezone: "Europe/Copenhagen"}},
			sharing: connectionSharing{
				Groups:    grantsTo("QUERY", GroupAnalytics, GroupFinance),
				Workspace: connectionWorkspace{Members: "VIEW_RESULTS", Guests: "NONE", Public: "NONE"},
			},
		},
		{
			basicConnection: basicConnection{ConnectionOrders, "Orders replica", "postgres", "Read replica of the shop, ten seconds behind"},
			createdAt:       h.ago(510 * day),
			details:         map[string]any{"hostname": "orders-replica.internal.tidewater.example", "port": 5432, "database": "orders", "username": "hex_ro"},
			ssh:             true, refresh: "ADMINS", sensitivity: &sensitivity{"PERSONAL_DATA"},
			sharing: connectionSharing{
				Groups:    grantsTo("QUERY", GroupAnalytics),
				Workspace: connectionWorkspace{Members: "NONE", Guests: "NONE", Public: "NONE"},
			},
		},
		{
			basicConnection: basicConnection{ConnectionMarketing, "Marketing exports", "bigquery", ""},
			createdAt:       h.ago(300 * day),
			details:         map[string]any{"projectId": "tidewater-marketing", "enableDriveAccess": false, "enableStorageApi": true},
			ai:              true, refresh: "ADMINS",
			sharing: connectionSharing{
				Groups:    grantsTo("QUERY", GroupAnalytics, GroupMarketing),
				Workspace: connectionWorkspace{Members: "VIEW_RESULTS", Guests: "VIEW_RESULTS", Public: "NONE"},
			},
		},
		{
			basicConnection: basicConnection{ConnectionFeatures, "Feature store", "databricks", "Features of the churn and demand models"},
			createdAt:       h.ago(120 * day),
			details:         map[string]any{"jdbcUrl": "jdbc:databricks://tidewater.cloud.databricks.com:443/default;httpPath=/sql/1.0/warehouses/5f2a"},
			refresh:         "ADMINS",
			sharing:         connectionSharing{Workspace: connectionWorkspace{Members: "QUERY", Guests: "NONE", Public: "NONE"}},
		},
		{
			basicConnection: basicConnection{ConnectionLegacy, "Warehouse before 2024", "redshift", "Read only; ask the platform team"},
			createdAt:       h.ago(900 * day),
			basic:           true,
		},
	} {
		h.connections.add(c.ID, c)
	}
}

func grantsTo(access string, groups ...hexapi.UUID) []connectionGroup {
	var all []connectionGroup
	for _, id := range groups {
		all = append(all, connectionGroup{namedRef{ID: id}, access})
	}
	return all
}

func (h *Hex) seedGuides() {
	dbt := hexapi.ExternalSource{Source: "github", Owner: "tidewater", Repo: "analytics", Branch: "main", CommitHash: "4f1d0c7", Path: "docs/conventions.md"}
	for _, g := range []*guide{
		{
			Guide:     hexapi.Guide{ID: GuideRevenue, FilePath: "metrics/revenue.md"},
			published: new("# Revenue\n\nNet revenue is gross revenue less refunds and vouchers. Use `marts.fct_orders.net_revenue`.\n"),
		},
		{
			Guide:     hexapi.Guide{ID: GuideGitHub, FilePath: "dbt/conventions.md"},
			source:    dbt,
			published: new("# Conventions\n\n`stg_` models are views, `fct_` and `dim_` models are tables.\n"),
		},
		{
			Guide: hexapi.Guide{ID: GuideDraft, FilePath: "metrics/retention.md"},
			draft: new("# Retention\n\nA customer is retained when they order again within 60 days.\n"),
		},
		{
			Guide:     hexapi.Guide{ID: GuideDraftRevision, FilePath: "glossary.md"},
			published: new("# Glossary\n\n- **Basket**: what one order holds.\n"),
			draft:     new("# Glossary\n\n- **Basket**: what one order holds.\n- **Slot**: a delivery window of two hours.\n"),
		},
	} {
		if g.published != nil {
			g.publishedSource = g.source
		}
		h.guides.add(g.ID, g)
	}
}
