package main

import "golang.org/x/sys/windows"

// enableSequences makes the console understand escape sequences, and reports whether it can.
func enableSequences(stream any) bool {
	f, _ := fileOf(stream)
	console := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
