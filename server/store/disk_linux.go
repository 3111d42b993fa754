package store

import (
	"os"
	"syscall"
)

// syncData leaves out what reading does not need, such as when the file was changed.
func syncData(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
