package hexsim

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The index of the contract says of each operation how it succeeds and which
// generation it is, a second table which rate group it counts in.
func TestOperationsAreThoseOfTheContract(t *testing.T) {
	raw, err := os.ReadFile("../../../shared/hex-api/contract.md")
	if os.IsNotExist(err) {
		t.Skip("the contract of the Hex API is not beside the project")
	}
	require.NoError(t, err)
	contract := string(raw)
	row := regexp.MustCompile(`(?m)^\| (\w+) \|[^|]*\| (\w+ /v1/\S+) \| \**(\d+)\** \| (old|new) \|`)
	stated := map[string]operation{}
	for _, m := range row.FindAllStringSubmatch(contract, -1) {
		status, err := strconv.Atoi(m[3])
		require.NoError(t, err)
		stated[m[2]] = operation{route: m[2], status: status, generation: generationOf(m[4]), group: groupOf(contract, m[1])}
	}
	require.Len(t, stated, 52)
	for _, op := range operations() {
		op.serve = nil
		assert.Equal(t, stated[op.route], op)
	}
}

func generationOf(word string) generation {
	if word == "new" {
		return newer
	}
	return older
}

// groupOf looks an operation up in the rows of the rate groups.
func groupOf(contract, name string) rateGroup {
	for _, g := range []rateGroup{hexAPI, hexAPI30, runKernel} {
		_, row, _ := strings.Cut(contract, "\n| `"+string(g)+"` |")
		row, _, _ = strings.Cut(row, "\n")
		if regexp.MustCompile(`\b` + name + `\b`).MatchString(row) {
			return g
		}
	}
	return ungrouped
}
