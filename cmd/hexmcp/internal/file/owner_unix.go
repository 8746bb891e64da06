//go:build unix

package file

import (
	"os"
	"syscall"
)

// keepOwner gives a file to the owner of the one before, as far as it may:
// somebody may run the program as root for a file of their own.
func keepOwner(name string, before os.FileInfo) {
	if before == nil {
		return
	}
	if owner, ok := before.Sys().(*syscall.Stat_t); ok {
		_ = os.Chown(name, int(owner.Uid), int(owner.Gid))
	}
}
