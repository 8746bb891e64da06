// Package server is the MCP server without its transports: it carries requests
// out. Transports hand it each request as an [rpc.Request] and get an
// [rpc.Answer]; it knows none of them. cmd/hexmcp joins them.
//
// # The way of a call
//
// One verb a step:
//
//	read      stdio: connection.read, take       web: transport.post or message, read
//	          rpc.Parse
//	admit     stream: Client.Admit, AdmitAll     web: acquire
//	schedule  stream: Client.Schedule, await
//	dispatch  server: Server.Dispatch            with mcp-go: delegate
//	invoke    server: Server.invoke              tools: Action.Call, which calls Hex
//	encode    rpc: Answer.Encode                 server: toolResult.AppendResult
//
// Over standard input and output and over SSE a client sends many messages, and
// package stream admits and schedules them. At /mcp each HTTP request is a
// goroutine of its own, so admitting it is all.
//
// # Words
//
//	message       what JSON-RPC sends: a request, a notification or a response
//	request       a message that wants an answer; rpc.Request is one that is being answered
//	call          a request of the method tools/call; what reaches Hex besides is limited like one
//	answer        what comes of a request: a result or an error
//	failure       a call that went wrong: its answer is a result whose envelope says so
//	error         a request that is wrong as such: JSON-RPC's error object
//	envelope      the JSON of every tool's answer: data, error, errorDetail, notes, successful
//	transport     how messages travel: stdio, Streamable HTTP at /mcp, SSE at /sse and /message
//	client        of MCP: who sends messages; of Hex: hexapi.Client
//	stateless     said of protocol version 2026-07-28 and later, where each request carries its version
//	negotiated    said of the versions before it, which begin with initialize
//	slot          the right of one call to run
//	backlog       the requests of one client that were read and are not answered yet
//	in flight     said of requests that run or wait
//	late          said of a call with too little of its time left to be begun
//	refusal       what HTTP answers to what it does not let in or cannot understand
//	drain         to take nothing more and answer what was accepted
//	grace period  how long running calls may go on when the server is told to stop
//
// # Limits
//
//	one message                      4 MiB            stream.Options.MaxMessage      -32600; over HTTP 413
//	messages in a batch              100              rpc maxBatch                   -32600
//	calls of a stdio or SSE client   64 at once       stream.Options.CallsPerClient  more wait
//	backlog of the stdio client      4096, 64 MiB     stdio maxRequests, maxBytes    reading pauses, that of cancels too
//	backlog of an SSE client         256, 8 MiB       web sseRequests, sseBytes      503 after ten seconds
//	backlog of what is no call       64 a client      stream maxOthers               reading pauses; over SSE 503 likewise
//	calls of all HTTP clients        1024 at once     web.Options.Calls              at /mcp 503 after a second; over SSE they wait
//	time of a call, waits included   --timeout        stream.Options.CallTime        it is answered: kind timeout
//	time left when a call is begun   a tenth of it    rpc Request.IsLate             "nothing was sent", kind timeout
//	calls of one caller over HTTP    --caller-calls   limits.Local                   429
//	  and of those begun a minute    --caller-calls-per-minute                       429
//	event streams of one caller      --caller-streams limits.Local                   429
//	an answer of Redis               --redis-timeout  replicas.Options.Timeout       this replica keeps to its part of each limit
//	a call at a replica that died    15 s             replicas leaseTime             it counts no more
//	a task whose process died        15 s             tasks toldFor                  no other process knows it any more
//	callers that are told apart      10,000           limits maxCallers              further ones count as one
//	SSE clients                      128              web.Options.Sessions           503
//	memory of all calls together     --max-memory     memory.Budget                  see below
//	of it: calls that run            a quarter        memory Share                   they wait; kind busy, "nothing was sent"
//	of it: messages over 4 KiB, over an eighth        memory ShortMessage, web       reading pauses; over HTTP 503 after
//	  HTTP those over 64 KiB                          shortBody                      ten seconds
//	of it: arguments, answers        three eighths    memory.Reservation             they wait; kind busy
//	of it: a call without room there a quarter        memory.Reservation             they wait; kind busy
//	all that one call takes          a quarter        memory.ErrTooLarge             kind too_large; a job stops, with a cursor
//	  for its arguments, its answer,                                                 to go on from where there is one
//	  Go values and trees made of it,
//	  and what a job keeps
//	the argument fields              16 KiB, 50 deep  tools maxFieldsSize            kind invalid_input
//	hits in one cell                 10,000           jobs mostHits                  not counted; nothing is replaced in it
//	source of a cell that is edited  1 MiB            jobs mostSource                left out, with the reason
//	  by a search
//	shares of a project whose        2,000            jobs mostShares                kind too_large
//	  people are told
//	title that is compared           4,000 bytes      jobs longestTitle              the rest does not count
//	projects within --projects       20,000           hexapi mostWithin              the others lie outside
//	answers kept for a minute        32 MiB, 8 MiB    hexapi recentMost, recentRoom  not kept
//	                                 of one Hex token
//	answers of a batch together      an eighth        memory Reservation.Begin       the calls after them: kind busy
//	wait for a slot                  1 s              web slotWait                   503
//	wait for room for a body, and    10 s             web bodyWait                   503
//	  in the backlog of an SSE client
//	each MiB written, and a body     30 s             web stallLimit, stallBytes     the connection is closed
//	headers of a request             64 KiB, 10 s     web httpServer                 431; the connection is closed
//	a connection between requests    2 minutes        web httpServer                 it is closed
//	silence on an event stream       15 s             web.Options.KeepAlive          a comment is sent
//	grace period                     10 s             stream.Options.Grace           calls are canceled
//	grace period, client gone        3 s              stream.GoneGrace               calls are canceled
//	until it is noticed that the     1 s              cmd/hexmcp watchEvery          the grace period begins
//	  reader or the parent is gone
//	spans that wait for a collector  2048             the SDK, OTEL_BSP_*            dropped
//	a message to the collector       10 s             OTEL_EXPORTER_OTLP_TIMEOUT     lost, and the log says so once
//	what is left for it at the exit  2 s              telemetry endTime              likewise
//	state of a client's trace        512 bytes        telemetry maxTracestate        it is left out
//	lines of the log that wait       1024             cmd/hexmcp queuedLines         dropped, and counted in the log
//	the log at the exit              250 ms           cmd/hexmcp lastWords           it is lost
//	a token file                     64 KiB, 5 s      cmd/hexmcp maxTokenFile        each call says so
//	rows of workspace data           100 an answer    --max-rows                     left out, and a note says so
//	a picture                        700,000 bytes    tools MaxPicture               kind too_large; none for hexmcp call
//	files of a semantic project      500, 2 MiB       hexapi MaxSemanticFiles, Bytes   kind invalid_input
//	reads around a deletion          10 s, a quarter  tools briefly                  what goes with a section is not counted
//	  of what goes along             of the time left
//	completion of what is typed      8 s              server completionTime          what was found until then
//	a person's answer to a question  15 minutes      confirm answerTime              the client is asked anew
//	  that is sent while a call waits  10 minutes    rpc AnswerTime                  kind declined
//	  such questions                 32 a client, 1024 rpc partyMost, questionBytes  kind busy
//	a task                           2 hours          tasks lifetime                 it is forgotten
//	  and its work                   65 minutes       tasks workTime                 it ends with what is known
//	tasks                            64 that go on,   tasks maxRunning, maxOf,       the call is answered when it ends
//	                                 32 a caller, 256   maxKept
//	the answer of a task             128 KiB          tasks maxResult                failed: it is not kept
//	subscriptions to resources       16 a caller, 128 subscriptions maxOf, maxAll    an error says so
//	  and addresses of one           20, 1 KiB each   subscriptions MaxAddresses     the others are not acknowledged
//	  and what Hex is asked for all  10 a minute      subscriptions between          they are told later
//	asking whether Hex is there      10 s             ready patience                 not ready
//	a request for metrics            10 s             cmd/hexmcp metricsTime         the connection is closed
//	notice of a cancel               1 s              stream.LastWait                calls are answered for, or cut off
//	kept of a line that is too long  4 KiB each end   stdio keptOfLine               an id elsewhere is not found
//	a value from outside in the log  128 bytes        web short                      it is cut
//	notifications of mcp-go          4 a request      server maxNotifications        mcp-go drops them
//	a name from outside in an error  128 bytes        server quote                   it is cut
//	the list at a client             5 minutes        server listTTL                 the client asks again
//	a buffer that is used again      256 KiB          rpc keepBuffer                 the garbage collector gets it
//
// Package memory says how --max-memory is divided. What else the program takes is
// bounded by the numbers above: what is short is not counted.
//
// What is sent to Hex, and how much of its answers is taken, is bounded by
// package hexapi.
//
// # Who does it: we or mcp-go
//
// We own the transports and the plain call and leave the rest of the protocol to
// the HandleMessage of mcp-go (v1.2.1). An upgrade of it needs a look at each
// row, and the tests that watch it.
//
//	listening to resources           we      mcp-go keeps no subscription open, and knows nothing of what changes
//	                                         TestWhoListensToARunIsToldWhenItChanges, TestAClientOfAnEarlierVersionSubscribesToARun
//	initialize, ping, discover,      mcp-go  the protocol's rules, in each version of it
//	subscriptions, list and cursors          TestConversations, TestConversationsFollowTheSpecification
//	prompts, completion              mcp-go  their forms, in each version; the words and what is completed are ours
//	                                         TestAPromptIsOfferedWhereAllOfItsToolsAre, TestConversationsFollowTheSpecification
//	skills/list, skills/get          we      mcp-go has no extensions of its own
//	                                         TestASkillIsListedWithWhatProvesItsText, TestWrongRequestsForSkillsSaySo
//	confirmation before a call       we      mcp-go would decode the call and sign nothing; a question comes as an answer, in
//	                                         the versions that have such answers, and before them as a request of ours
//	                                         TestWhatCannotBeUndoneIsMadeAfterAYes, TestNothingGoesAroundTheQuestion,
//	                                         TestAClientOfAnEarlierVersionIsAskedWhileItsCallWaits
//	tasks of 2026-07-28              we      mcp-go has those of the version before, which nobody asks for
//	                                         TestARunIsATaskForClientsThatTakeTasks, TestATaskIsItsCallersOwn
//	plain tools/call                 we      mcp-go decodes the message six times more
//	                                         TestConversations, TestACallAllocatesLittle
//	tools/call with a task, with     mcp-go  what it allows differs between versions
//	responses, without capabilities          TestConversations
//	arguments checked by schema      tools   mcp-go answers before us, without envelope, and tidies nothing
//	                                         TestBadArgumentsAreExplained, TestSlightlyWrongArgumentsAreTidied
//	results and lists encoded,       we      encoding/json takes several passes over a large body
//	with _meta where wanted                  TestAnEnvelopeIsEncodedAsEncodingJSONWould, TestAToolIsEncodedOnceForAllLists
//	its errors put into words        we      its texts quote Go; we tell them by code and by type, with a hook
//	                                         TestErrorsOfMCPGoAreToldByTypeAndCode
//	panics and Go errors of tools    we      mcp-go tells them to the client word for word
//	                                         TestAPanicStaysInside
//	messages parsed, ids             we      mcp-go rounds ids beyond 2^53 and mixes up 1 and "1"
//	                                         TestMalformedMessagesAreRefusedInTheirOwnTerms, TestTheIDIsEchoedAsItCame,
//	                                         TestTheIDOfAMessageThatIsNoJSONIsFound
//	empty lists of prompts and       mcp-go  a second server of it, which says that it has some: where all of their
//	resources                                tools are off ours has none, and mcp-go would answer with an error
//	                                         TestAPromptIsOfferedWhereAllOfItsToolsAre, TestResourcesReachNoFurtherThanTools
//	addresses of resources           mcp-go  matching, and what may be kept; what is read is what a call of the tool answers
//	                                         TestResourcesReachNoFurtherThanTools, TestAnswersOfResourcesAreNobodyElses
//	time limit of a call             we      it runs from when the message came
//	                                         TestTheTimeOfACallContainsItsWait, TestACallThatGetsItsSlotTooLateIsNotBegun
//	batches                          we      mcp-go has none
//	                                         TestRequestsOverStreamableHTTP, TestConversations
//	versions nobody knows            we      mcp-go takes one of the past for a negotiated one
//	                                         TestRequestsOverStreamableHTTP
//	cancel                           we      mcp-go answers what was canceled, and lets a client end another's calls
//	                                         TestACanceledCallIsNotAnswered, TestOneClientsCancelNeverEndsAnothersCall
//	one session a request            we      mcp-go keys requests in flight by session and id
//	                                         TestTheSameIDMayRunManyTimes
//	progress                         we      mcp-go loses it or sends it after the answer
//	                                         TestNoProgressAfterTheResult, TestProgressTravelsBeforeTheAnswerOnTheSameResponse
//	when headers are checked         we      mcp-go would also check them over SSE, where clients send them by mistake
//	how headers are checked          mcp-go  its validators
//	                                         TestRequestsOverStreamableHTTP, TestSSEIgnoresHeadersOfLaterVersions
//	lines, limits, drain on stdio    we      mcp-go has no line limit, and drops calls at the end of input
//	                                         TestOversizedLines, TestEveryCallBeforeTheEndOfInputIsAnswered
//	Host, Origin, bodies, slots      we      mcp-go checks no Origin and bounds neither bodies nor calls
//	                                         TestHostAndOriginAreCheckedOnEveryRoute, TestBodiesAreBounded,
//	                                         TestWhatIsNoCallNeedsNoSlot
//	paths, refusals and their log    we      mcp-go knows its own paths only
//	                                         TestUnknownPathsAreAnsweredInJSON, TestARefusalIsOneLineOfTheLog
package server
