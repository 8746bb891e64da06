package hexsim

import "hexmcp/hexapi"

type notebook struct {
	project hexapi.UUID
	cells   []seedCell
}

func notebooks() []notebook {
	const code, markdown, sql = string(hexapi.CodeCell), string(hexapi.MarkdownCell), string(hexapi.SQLCell)
	return []notebook{
		{ProjectRevenue, []seedCell{
			{id: CellRevenueIntro, kind: markdown, label: "Introduction", source: "# Weekly revenue review\n\nNet revenue, that is **after** refunds and vouchers."},
			{id: CellRevenueSection, kind: sectionCell, label: "Data", within: []seedCell{
				{
					id: CellRevenueSQL, kind: sql, label: "Revenue by week", connection: ConnectionWarehouse, dataframe: "revenue",
					source: "select date_trunc('week', ordered_at) as week, region, sum(net_revenue) as net_revenue\nfrom marts.fct_orders\nwhere ordered_at >= dateadd('week', -26, current_date)\ngroup by 1, 2\norder by 1",
				},
				{id: CellRevenueCode, kind: code, label: "Against plan", source: "plan = revenue.groupby('week')['net_revenue'].sum().rolling(4).mean()\nrevenue['gap'] = revenue['net_revenue'] - revenue['week'].map(plan)"},
			}},
			{kind: "METRIC", label: "Net revenue, last week"},
			{kind: "TEXT"},
			{kind: "PIVOT", label: "Revenue by region"},
			{id: CellRevenueChart, kind: chartCell, label: "Revenue by week"},
		}},
		{ProjectForecast, []seedCell{
			{id: CellForecastInput, kind: inputCell, label: "Region"},
			{kind: inputCell, label: "Horizon in days"},
			{kind: inputCell, label: "Start"},
			{kind: inputCell, label: "Include promotions"},
			{kind: inputCell, label: "Note"},
			{kind: sql, label: "History", connection: ConnectionFeatures, dataframe: "history", source: "select * from features.daily_units where region = {{ region }}"},
			{kind: code, label: "Fit and forecast", source: "model = fit(history, promos=include_promos)\nforecast = model.predict(start_date, horizon_days)"},
			{kind: "DISPLAY_TABLE", label: "Forecast"},
			{kind: "VEGA_CHART", label: "Forecast with interval"},
		}},
		{ProjectFails, []seedCell{
			{kind: sql, label: "Invoices", connection: ConnectionOrders, dataframe: "invoices", source: "select * from supplier_invoices where received_at > now() - interval '30 days'"},
			{kind: code, label: "Match", source: "invoices['delivered_on'] = pd.to_datetime(invoices['delivered_on'], format='%Y-%m-%d')"},
		}},
		{ProjectDraft, []seedCell{
			{kind: markdown, source: "Baskets that reach payment, by screen width."},
			{kind: sql, label: "Events", connection: ConnectionMarketing, dataframe: "events", source: "select session_id, step, screen_width from web.checkout_events"},
			{kind: sql, label: "Funnel", dataframe: "funnel", source: "select step, count(distinct session_id) as sessions from events group by step"},
		}},
		{ProjectComponent, []seedCell{
			{kind: sql, label: "Customers", connection: ConnectionWarehouse, dataframe: "customers", source: "select * from marts.dim_customers where not is_test"},
		}},
		{ProjectInventory, []seedCell{
			{kind: "COMPONENT_IMPORT", label: "Customer base query"},
			{kind: "FILTER", label: "Warehouse"},
			{kind: "MAP", label: "Stock cover"},
			{
				kind: sql, label: "Days of cover", connection: ConnectionWarehouse, dataframe: "cover",
				source: "select s.warehouse, s.product_id, s.on_hand / nullif(avg(o.units), 0) as days_of_cover\nfrom marts.fct_stock s\njoin marts.fct_orders o using (warehouse, product_id)\nwhere o.ordered_at >= current_date - 28\ngroup by 1, 2, s.on_hand",
			},
			{kind: "METRIC", label: "Products that run out this week"},
		}},
		{ProjectSlow, []seedCell{
			{kind: markdown, label: "What this trains", source: "A customer has churned who has not ordered for **60 days**. See the guide `metrics/retention.md`."},
			{
				kind: sql, label: "Two years of orders", connection: ConnectionWarehouse, dataframe: "orders",
				source: "select customer_id, ordered_at, net_revenue, slot_minutes_late\nfrom marts.fct_orders\nwhere ordered_at >= dateadd('year', -2, current_date)",
			},
			{kind: sql, label: "Features", connection: ConnectionFeatures, dataframe: "features", source: "select * from features.customer_daily where day = (select max(day) from features.customer_daily)"},
			{kind: code, label: "Train", source: "labels = orders.groupby('customer_id')['ordered_at'].max() < today - pd.Timedelta(days=60)\nmodel = GradientBoostingClassifier(n_estimators=800).fit(features.set_index('customer_id'), labels)"},
			{kind: chartCell, label: "Lift by decile"},
		}},
		{ProjectAttribution, []seedCell{
			{kind: inputCell, label: "Channels"},
			{kind: inputCell, label: "Period"},
			{
				kind: sql, label: "Orders with their touches", connection: ConnectionWarehouse, dataframe: "touches",
				source: "select o.order_id, o.net_revenue, t.channel, t.touched_at\nfrom marts.fct_orders o\njoin marts.fct_touches t using (customer_id)\nwhere t.channel in ({{ channels | array }})\n  and o.ordered_at between {{ period[0] }} and {{ period[1] }}",
			},
			{kind: sql, label: "Spend", connection: ConnectionMarketing, dataframe: "spend", source: "select channel, sum(cost) as cost from exports.ad_spend group by channel"},
			{kind: code, label: "Last touch and Shapley", source: "last = touches.sort_values('touched_at').groupby('order_id').last()\nshares = shapley(touches, value='net_revenue')"},
			{kind: chartCell, label: "Revenue and cost by channel"},
		}},
		{ProjectRetention, []seedCell{
			{kind: markdown, source: "# Retention by cohort\n\nReplaced by the churn model; kept for the numbers of last year."},
			{
				kind: sql, label: "Cohorts", connection: ConnectionWarehouse, dataframe: "cohorts",
				source: "select date_trunc('month', c.first_ordered_at) as cohort, datediff('month', c.first_ordered_at, o.ordered_at) as month, count(distinct o.customer_id) as customers\nfrom marts.fct_orders o\njoin marts.dim_customers c using (customer_id)\ngroup by 1, 2",
			},
			{kind: "PIVOT", label: "Cohort by month"},
		}},
		{ProjectExperiment, []seedCell{
			{kind: markdown, label: "Question", source: "Do baskets grow when delivery is free above **€ 40**?"},
			{
				kind: sql, label: "Baskets", connection: ConnectionOrders, dataframe: "baskets",
				source: "select o.id, o.total, a.variant\nfrom orders o\njoin experiment_assignments a on a.customer_id = o.customer_id\nwhere a.experiment = 'free_delivery_40'",
			},
			{kind: code, label: "Difference", source: "a, b = (baskets.loc[baskets['variant'] == v, 'total'] for v in ('control', 'free'))\nresult = stats.ttest_ind(a, b, equal_var=False)"},
			{kind: chartCell, label: "Basket by variant"},
		}},
		{ProjectArchived, []seedCell{
			{kind: sql, label: "Orders by the minute", connection: ConnectionLegacy, dataframe: "minutes", source: "select date_trunc('minute', created_at) as minute, count(*) as orders from shop.orders group by 1"},
			{kind: chartCell, label: "Orders by the minute"},
		}},
		{ProjectUnlisted, []seedCell{
			{kind: sql, label: "Quarter", connection: ConnectionWarehouse, dataframe: "quarter", source: "select date_trunc('quarter', ordered_at) as quarter, sum(net_revenue) as net_revenue, count(distinct customer_id) as customers\nfrom marts.fct_orders\ngroup by 1"},
			{kind: "METRIC", label: "Net revenue of the quarter"},
		}},
	}
}
