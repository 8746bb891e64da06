package server

import "sync"

// buffers holds what answers were encoded into. A buffer that grew beyond
// keepBuffer is left to the garbage collector.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

const keepBuffer = 256 << 10

func getBuffer() *[]byte { return buffers.Get().(*[]byte) }

func putBuffer(b *[]byte) {
	if cap(*b) > keepBuffer {
		return
	}
	*b = (*b)[:0]
	buffers.Put(b)
}
