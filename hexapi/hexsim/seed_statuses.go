package hexsim

func (h *Hex) seedStatuses() {
	h.connections.get(ConnectionWarehouse).objects = []*statused{
		{"DATABASE", "ANALYTICS", nil},
		{"SCHEMA", "ANALYTICS.MARTS", new("Approved")},
		{"SCHEMA", "ANALYTICS.STAGING", nil},
		{"TABLE", "ANALYTICS.MARTS.FCT_ORDERS", new("Production")},
		{"TABLE", "ANALYTICS.MARTS.DIM_CUSTOMERS", nil},
		{"TABLE", "ANALYTICS.STAGING.STG_ORDERS", new("Deprecated")},
	}
	h.connections.get(ConnectionOrders).objects = []*statused{
		{"SCHEMA", "public", nil}, {"TABLE", "public.orders", nil}, {"TABLE", "public.refunds", nil},
	}
	h.semantics.add(SemanticShop, &semanticProject{id: SemanticShop, objects: []*statused{
		{"DATASET", "orders", new("Production")},
		{"DATASET", "customers", nil},
		{"DATASET", "products", nil},
		{"VIEW", "revenue_by_region", new("In review")},
		{"VIEW", "repeat_customers", nil},
	}})
}
