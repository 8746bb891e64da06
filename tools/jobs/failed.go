package jobs

// FailedError is a failure that a job finds itself: what it has read from Hex does not
// let it go on.
type FailedError struct {
	Reason Reason
	Why    string // a sentence for whoever made the call
}

// Error says why.
func (f *FailedError) Error() string { return f.Why }

// Reason sorts the failures that jobs find.
type Reason string

// The reasons.
const (
	Conflict  Reason = "conflict"      // it is not as the caller has seen it
	TooLarge  Reason = "too_large"     // more than a job looks through
	NotUsable Reason = "unprocessable" // of another kind, or in no form that is known
)
