package hexsim

import (
	"time"

	"hexmcp/hexapi"
)

// DemoToken is a workspace token that every simulated workspace accepts.
const DemoToken = "hxtw_demo_0123456789abcdef"

// The life of a run, on the workspace's clock.
const (
	PendingFor = time.Second     // from the request to the kernel
	RunFor     = 4 * time.Second // from the kernel to the end
	SlowRunFor = 2 * time.Hour   // the same for ProjectSlow
)

// MaxKernels is how many runs one user may have under way.
const MaxKernels = 25

// Workspace is the id of the demo organisation, as GET /v1/users/me tells it.
const Workspace hexapi.UUID = "019bfa79-534d-744a-ba86-2c7996bc20b1"

// The demo projects.
const (
	ProjectRevenue     hexapi.UUID = "01990762-af2f-7d34-9cb0-00fc4a11ffd3" // published, scheduled daily; has a run history and cells of many types
	ProjectForecast    hexapi.UUID = "01991665-ff69-7e15-a244-08d225d05d37" // published, scheduled weekly, with inputs region, horizon_days, start_date, include_promos and note
	ProjectFails       hexapi.UUID = "019926f5-37c0-7c7e-ab9b-ae9b77aef380" // published, scheduled daily; each run ends ERRORED, as all have for four days
	ProjectDraft       hexapi.UUID = "019935a6-4e89-7b6d-83b4-343a65c4d556" // never published, cannot be run
	ProjectArchived    hexapi.UUID = "019944b6-1fc4-7a6d-97a4-6451ec16b92d"
	ProjectTrashed     hexapi.UUID = "01995448-a58d-7e76-88c8-55f341059913"
	ProjectComponent   hexapi.UUID = "01996260-ac72-7f23-a760-cd88b5dc25f7" // a component, listed only on request
	ProjectSlow        hexapi.UUID = "019971cc-509e-72f6-9ce7-7e830ab98eec" // published; a run takes SlowRunFor
	ProjectUnlisted    hexapi.UUID = "0199c8a4-6d1f-7c52-9b3e-5f0a7be1d264" // published, listed only on request
	ProjectAttribution hexapi.UUID = "0199826c-5b1e-7ea3-8d0d-95fd53589fb6" // published, with inputs channels, a list, and period, a list of a first and a last day
	ProjectInventory   hexapi.UUID = "019990d4-c22c-7a38-a7ee-e0c6332216ec" // published, scheduled hourly
	ProjectExperiment  hexapi.UUID = "0199a37c-4129-7198-8019-6213dc14cbd4"
	ProjectSupport     hexapi.UUID = "0199ae89-f48f-76f5-b961-4542460039d3" // never published; no status, no cells
	ProjectRetention   hexapi.UUID = "0199c071-fc04-7b1e-b502-c13dec50a8a1" // published; public on the web, though not viewed for more than 90 days
)

// ViewForecastNorth is a saved view of [ProjectForecast].
const ViewForecastNorth hexapi.UUID = "019beb04-4900-76c9-85ce-567e4095396e"

// The demo runs that have known ids; there are others.
const (
	RunFinished  hexapi.UUID = "019baece-c75b-7217-ab3c-fdcc32edb70d" // of ProjectRevenue, COMPLETED, by the API
	RunScheduled hexapi.UUID = "019bddfc-45f9-7f73-a740-4ebf8747a10a" // of ProjectRevenue, COMPLETED, the last that its schedule had finished at the start
	RunErrored   hexapi.UUID = "019bbbb0-2de1-7bde-80cc-819c36d0eb32" // of ProjectFails, ERRORED, likewise; no other schedule failed in the day before
	RunRunning   hexapi.UUID = "019bcc2d-3c23-7d2e-bec5-7180be316a1f" // of ProjectSlow, RUNNING for SlowRunFor
)

// The demo cells that have known ids, of ProjectRevenue unless named otherwise.
const (
	CellRevenueIntro   hexapi.UUID = "019b05b5-7be9-7e8e-b1cb-5244b8497fab" // MARKDOWN, the first cell
	CellRevenueSection hexapi.UUID = "019b11de-7ad1-7eb9-9de0-70f548d9e952" // COLLAPSIBLE, a section with two cells in it
	CellRevenueSQL     hexapi.UUID = "019b2284-db34-76cd-8a28-02bb0564c5a6" // SQL on ConnectionWarehouse, in the section
	CellRevenueCode    hexapi.UUID = "019b3286-0bec-7d6f-a4d5-7efb2c94282c" // CODE, in the section
	CellRevenueChart   hexapi.UUID = "019b43de-3278-7174-9cbb-0a9ae7a8882f" // CHART, the last cell
	CellForecastInput  hexapi.UUID = "019b4f9e-6786-78af-b5f4-ffd6a27f0618" // INPUT, of ProjectForecast
)

// The demo users.
const (
	UserAda    hexapi.UUID = "0199cd48-a720-7c61-a7b7-a5f7ef01d411" // ADMIN; personal tokens act as her
	UserBruno  hexapi.UUID = "0199e0b6-08d7-79a0-9c35-4445cf6f4266" // MANAGER
	UserChiara hexapi.UUID = "0199f0be-425a-7e23-8946-05de52aa47da" // EDITOR
	UserDev    hexapi.UUID = "0199fcdb-d1c6-7132-a13f-de7519ba2198" // EDITOR
	UserElif   hexapi.UUID = "019a0ce9-f82d-7ba6-b09e-8c50223c7688" // EXPLORER
	UserFemi   hexapi.UUID = "019a1e25-9f93-76bd-9b74-141df694259f" // MEMBER
	UserGina   hexapi.UUID = "019a2d70-8072-7aa8-b5dd-b8a9ae6c3715" // GUEST
	UserPortal hexapi.UUID = "019a3c6e-b970-7665-ab2d-a306b8943f0d" // EMBEDDED_USER without name or login
)

// The demo groups.
const (
	GroupAnalytics  hexapi.UUID = "019a4d51-47ca-7467-92d3-65c42983f94c"
	GroupFinance    hexapi.UUID = "019a5bc8-2325-7c4f-95cc-122dcafd24c8"
	GroupMarketing  hexapi.UUID = "019a6b70-f730-7006-af23-8647a9224249"
	GroupLeadership hexapi.UUID = "019a7802-ad1c-7f6d-930a-f3c0cb81985d"
)

// The demo collections.
const (
	CollectionExecutive hexapi.UUID = "019a8b27-1288-7581-8bd4-0419eb8c74b1"
	CollectionGrowth    hexapi.UUID = "019a97c2-c07c-7593-bffe-f055b38a6e84"
	CollectionPlatform  hexapi.UUID = "019aa7c7-7c99-7d48-887d-c33e41716091"
	CollectionSupport   hexapi.UUID = "019aaf3e-52c1-7d90-a6b4-c81f2e7d0935" // empty
)

// The demo data connections.
const (
	ConnectionWarehouse hexapi.UUID = "019ab77b-90fe-7723-9d3e-6ea1423c3676" // snowflake
	ConnectionOrders    hexapi.UUID = "019ac69e-ae5c-7851-8e22-5a5448480081" // postgres
	ConnectionMarketing hexapi.UUID = "019ad501-4e78-7fb3-86aa-3894a4c2f6cf" // bigquery
	ConnectionFeatures  hexapi.UUID = "019ae5a0-d754-7e17-ac18-4cef643ce24f" // databricks
	ConnectionLegacy    hexapi.UUID = "019af6d7-2ace-734c-b4ac-5566f26d809f" // redshift, shown in the basic shape
)

// The demo guides.
const (
	GuideRevenue       hexapi.UUID = "019b6218-4aa3-7461-a536-7abb436efcd7" // published
	GuideGitHub        hexapi.UUID = "019ba02b-c77b-777e-abe1-420df6c54f30" // published, kept on GitHub
	GuideDraft         hexapi.UUID = "019b824c-e403-750e-8e99-281bc0da40d3" // a draft, never published
	GuideDraftRevision hexapi.UUID = "019b8fe9-844c-7b4f-b27e-aad81e00ea56" // published, with a newer draft
)

// SemanticShop is the demo semantic project: the datasets orders, customers and
// products, and the views revenue_by_region and repeat_customers.
const SemanticShop hexapi.UUID = "019c1f6a-08b5-7d41-9e72-6c0b3f5a2d18"
