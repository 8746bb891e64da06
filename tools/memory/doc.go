// Package memory bounds what all calls of a process hold in memory together.
//
// A [Budget] is said once, for the whole process. It has four parts:
//
//	calls     a quarter      each call that runs has a fixed share, in which the usual
//	                         arguments and the usual answer fit, read and encoded
//	messages  an eighth      long messages, from when they are read until they are
//	                         answered
//	answers   three eighths  what arguments and answers take beyond the share of
//	                         their call, and encoded answers until they are written
//	last      a quarter      one call at a time that finds no room among the answers
//
// A call takes what it needs in this order: room for its message, its share of
// calls, then answers or, where these have no room, the last part. What does not
// fit waits, as long as the call has time.
//
// No two calls can wait for each other. A call that waits for room for its
// message or for its share holds nothing that another call waits for: nobody who
// has a share waits for a message. A call that waits for more than its share may
// hold some of the answers, but the call that has the last part waits for no
// memory, since one call never gets more than a quarter of the budget. So it
// ends, and the next one has the last part.
//
// That is why a call never waits for as much as there may be: it grows with what
// comes, and one golang.org/x/sync/semaphore a part is all that it needs.
package memory
