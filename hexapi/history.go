package hexapi

import (
	"slices"
	"time"
)

// history holds for each key the times at which something was done, oldest first.
type history[K comparable] map[K][]time.Time

// add notes a time, which must not be before the other times of the key.
func (h *history[K]) add(key K, at time.Time) {
	if *h == nil {
		*h = make(history[K])
	}
	(*h)[key] = append((*h)[key], at)
}

// remove deletes the time of something that was not done after all.
func (h history[K]) remove(key K, at time.Time) {
	if i := slices.Index(h[key], at); i >= 0 {
		h[key] = slices.Delete(h[key], i, i+1)
	}
}

// forget drops the times up to before, and keys that have none left.
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
