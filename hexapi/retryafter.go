package hexapi

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The longest waits that a header can sensibly ask for. A longer one comes from another
// unit or a wrong clock, so the header is ignored.
const (
	longestLimit = time.Hour // after a 429: the longest window of Hex's limits
	longestWait  = 24 * time.Hour
	// closePast is how long ago a date may be and still mean a wait of zero.
	closePast = time.Hour
)

// retryAfter is how long the headers of an answer with an error status ask to wait, and
// whether they do: Retry-After in seconds or as a date and, if a 429 has no usable one,
// X-RateLimit-Reset.
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

// rateLimitReset is the time until the window of the limit ends. The header gives it in
// seconds from now or, if that is more than an hour, in seconds since 1970.
func rateLimitReset(h http.Header, now time.Time) (time.Duration, bool) {
	v, ok := wholeSeconds(strings.TrimSpace(h.Get("X-Ratelimit-Reset")))
	if !ok || v <= longestLimit {
		return v, ok
	}
	return untilDate(time.Unix(int64(v/time.Second), 0), h, now, longestLimit)
}

// wholeSeconds parses a number of seconds that consists of digits only.
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

// untilDate is the time until a date. It is counted from the Date header of the answer,
// so that it is right even if a clock is wrong, or from now if that gives no sensible time.
func untilDate(at time.Time, h http.Header, now time.Time, longest time.Duration) (time.Duration, bool) {
	for _, clock := range []time.Time{date(h, now), now} {
		if wait := at.Sub(clock); wait > -closePast && wait <= longest {
			return max(wait, 0), true
		}
	}
	return 0, false
}

// date is the Date header of an answer, or now without one.
func date(h http.Header, now time.Time) time.Time {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		return at
	}
	return now
}
