package rpc

import "sync"

// buffers holds what messages were encoded into. A buffer that grew beyond
// keepBuffer is left to the garbage collector.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

const keepBuffer = 256 << 10

// GetBuffer returns an empty buffer to encode a message into.
func GetBuffer() *[]byte { return buffers.Get().(*[]byte) }

// PutBuffer gives a buffer back, whose contents nobody uses any more.
func PutBuffer(b *[]byte) {
	if cap(*b) > keepBuffer {
		return
	}
	*b = (*b)[:0]
	buffers.Put(b)
}
