package memory

import "context"

// ShortMessage is how many bytes a message may have that need not be counted: what
// waits is bounded in number.
const ShortMessage = 4 << 10

// perMessageByte is what a byte of a message counts for: it is kept as it came and
// taken apart.
const perMessageByte = 2

// AcquireMessage waits for room for so many bytes of a message, as long as ctx
// lasts. With nil, [Budget.ReleaseMessage] must follow.
func (b *Budget) AcquireMessage(ctx context.Context, bytes int) error {
	if b == nil {
		return nil
	}
	return busy(b.messages.Acquire(ctx, perMessageByte*int64(bytes)))
}

// TryAcquireMessage takes room for so many bytes of a message if there is some now.
// With true, [Budget.ReleaseMessage] must follow.
func (b *Budget) TryAcquireMessage(bytes int) bool {
	return b == nil || b.messages.TryAcquire(perMessageByte*int64(bytes))
}

// ReleaseMessage gives back the room of so many bytes.
func (b *Budget) ReleaseMessage(bytes int) {
	if b != nil {
		b.messages.Release(perMessageByte * int64(bytes))
	}
}
