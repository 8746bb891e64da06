package memory

import "context"

// ShortMessage is how many bytes a message may have that is not counted: what
// waits is bounded in number.
const ShortMessage = 4 << 10

// messageWeight is what a message counts for while it is held: some of it is
// kept twice, as it came and taken apart.
func (b *Budget) messageWeight(size int) int64 {
	if b == nil || size <= ShortMessage {
		return 0
	}
	return 2 * int64(size)
}

// AcquireMessage waits for room for a message of so many bytes, as long as ctx
// lasts. With nil, ReleaseMessage must follow.
func (b *Budget) AcquireMessage(ctx context.Context, size int) error {
	if n := b.messageWeight(size); n > 0 {
		return busy(b.messages.Acquire(ctx, n))
	}
	return nil
}

// TryAcquireMessage takes room for a message if there is some now. With true,
// ReleaseMessage must follow.
func (b *Budget) TryAcquireMessage(size int) bool {
	n := b.messageWeight(size)
	return n == 0 || b.messages.TryAcquire(n)
}

// ReleaseMessage gives back the room of a message of so many bytes.
func (b *Budget) ReleaseMessage(size int) {
	if n := b.messageWeight(size); n > 0 {
		b.messages.Release(n)
	}
}
