package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Where something that is linked looks a method up by a name that is known only
// when it runs, as the templates of the standard library do, the linker keeps all
// exported methods of all types. It then keeps this one, too, which nothing calls.
func TestNoPackageMakesTheLinkerKeepAllMethods(t *testing.T) {
	symbols, err := exec.CommandContext(t.Context(), "go", "tool", "nm", binary).Output()
	require.NoError(t, err)
	require.Contains(t, string(symbols), " main.main\n")
	assert.False(t, strings.Contains(string(symbols), " reflect.(*Value).MethodByName\n"),
		"a package makes the program a third larger, because it looks methods up by name: "+
			"go build -o /dev/null -ldflags=-dumpdep ./cmd/hexmcp 2>&1 | grep -m1 '<ReflectMethod>$' says where; is it a template?")
}
