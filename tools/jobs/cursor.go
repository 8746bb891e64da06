package jobs

import (
	"encoding/base64"
	"encoding/json"
	"time"
)

// place is where a job stopped in a list: a page of Hex and how many entries of
// it are done; and how many that makes in all calls, of how many there are.
type place struct {
	After string `json:"a,omitempty"` // Hex's cursor of the page; "" for the first one
	Done  int    `json:"d,omitempty"`
	SoFar int    `json:"s,omitempty"`
	Total int    `json:"t,omitempty"` // 0: nobody has counted
	Part  string `json:"p,omitempty"` // of the next entry, up to which it is done; "" for none
	Began int64  `json:"b,omitempty"` // when the job began, in Unix milliseconds; 0: nobody asked
}

// now is when the job began. What an argument counts from now on, such as -24h, is
// the same in all calls of a job: it would find too little otherwise.
func (p *place) now() time.Time {
	if p.Began == 0 {
		p.Began = time.Now().UnixMilli()
	}
	return time.UnixMilli(p.Began)
}

// isStart reports whether nothing has been looked at.
func (p place) isStart() bool { return p == place{Began: p.Began} }

// String is the cursor that stands for the place.
func (p place) String() string {
	b, _ := json.Marshal(p) // strings and numbers cannot fail
	return base64.RawURLEncoding.EncodeToString(b)
}

// page is the beginning of another page.
func (p place) page(after string) place {
	return place{After: after, SoFar: p.SoFar, Total: p.Total, Began: p.Began}
}

// placeOf reads a cursor; "" is the beginning.
func placeOf(cursor string) (place, error) {
	var p place
	if cursor == "" {
		return p, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || json.Unmarshal(b, &p) != nil || min(p.Done, p.SoFar, p.Total, int(p.Began)) < 0 {
		return p, refuse("cursor", "cursor must be next of the last answer, unchanged, with the same arguments; leave it out to begin anew")
	}
	return p, nil
}
