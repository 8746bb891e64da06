package hexapi

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// What a header can mean that says when to come back. More is a number in other
// units, or a clock that is off: it is left out, not obeyed.
const (
	longestLimit = time.Hour // of a 429: Hex's longest window
	longestWait  = 24 * time.Hour
	// closePast is how far in the past a date may lie to have just gone by.
	closePast = time.Hour
)

// retryAfter is when to come back after an answer with an error status, as its
// headers say: Retry-After, in seconds or as a date, and after a 429 without it
// x-ratelimit-reset.
func retryAfter(status int, h http.Header, now time.Time) (time.Duration, bool) {
	longest := longestWait
	if status == http.StatusTooManyRequests {
		longest = longestLimit
	}
	v := strings.TrimSpace(h.Get("Retry-After"))
	if wait, ok := wholeSeconds(v); ok && wait <= longest {
		return wait, true
	}
	if at, err := http.ParseTime(v); err == nil {
		return untilDate(at, h, now, longest)
	}
	if status == http.StatusTooManyRequests {
		return rateLimitReset(h, now)
	}
	return 0, false
}

// rateLimitReset reads when the window ends, in seconds from now or since 1970.
func rateLimitReset(h http.Header, now time.Time) (time.Duration, bool) {
	v, ok := wholeSeconds(strings.TrimSpace(h.Get("X-Ratelimit-Reset")))
	if !ok || v <= longestLimit {
		return v, ok
	}
	return untilDate(time.Unix(int64(v/time.Second), 0), h, now, longestLimit)
}

// wholeSeconds reads a number of digits alone.
func wholeSeconds(digits string) (time.Duration, bool) {
	if strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil {
		return 0, false
	}
	return time.Duration(n) * time.Second, true
}

// untilDate is how long a date lies ahead: of the server's own Date where that
// makes sense, so that no clock need be right, else of now.
func untilDate(at time.Time, h http.Header, now time.Time, longest time.Duration) (time.Duration, bool) {
	for _, clock := range []time.Time{date(h, now), now} {
		if wait := at.Sub(clock); wait > -closePast && wait <= longest {
			return max(wait, 0), true
		}
	}
	return 0, false
}

// date is when the server says that it answered.
func date(h http.Header, now time.Time) time.Time {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		return at
	}
	return now
}
