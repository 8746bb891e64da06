//go:build unix

package file

import (
	"os"
	"syscall"
)

// keepOwner gives a file the owner of the file that it replaces, if the program may do
// so. This matters if somebody runs the program as root for a file of another user.
func keepOwner(name string, before os.FileInfo) {
	if before == nil {
		return
	}
	if owner, ok := before.Sys().(*syscall.Stat_t); ok {
		_ = os.Chown(name, int(owner.Uid), int(owner.Gid))
	}
}
