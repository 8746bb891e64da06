// Hello prints one line. What it takes to start is the least that a Go program
// takes on a machine.
package main

import (
	"fmt"
	"os"
)

func main() { fmt.Fprintln(os.Stdout, "hello") }
