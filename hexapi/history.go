package hexapi

import (
	"slices"
	"time"
)

// history holds when something was done with each key, oldest first.
type history[K comparable] map[K][]time.Time

// add notes what comes after all that is noted of the key.
func (h *history[K]) add(key K, at time.Time) {
	if *h == nil {
		*h = make(history[K])
	}
	(*h)[key] = append((*h)[key], at)
}

// remove takes one back that was not done after all.
func (h history[K]) remove(key K, at time.Time) {
	if i := slices.Index(h[key], at); i >= 0 {
		h[key] = slices.Delete(h[key], i, i+1)
	}
}

// forget drops what was done up to the time before, and keys of which nothing is left.
func (h history[K]) forget(before time.Time) {
	for key, times := range h {
		for len(times) > 0 && !times[0].After(before) {
			times = times[1:]
		}
		if len(times) == 0 {
			delete(h, key)
		} else {
			h[key] = times
		}
	}
}
