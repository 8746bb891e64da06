package hexsim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi/hexcontract"
)

// The facts say of each operation where it is, how it succeeds, which generation
// it is and in which rate group it counts.
func TestOperationsAreThoseOfTheContract(t *testing.T) {
	stated := map[string]operation{}
	for _, o := range hexcontract.Open(t).Operations() {
		stated[o.Route()] = operation{
			route: o.Route(), status: o.Success[0], generation: generationOf(o.Generation), group: rateGroup(o.RateGroup),
		}
	}
	for _, op := range operations() {
		op.serve = nil
		assert.Equal(t, stated[op.route], op, "mend hexsim/operations.go, or testdata/hex where Hex is otherwise")
	}
}

func generationOf(g hexcontract.Generation) generation {
	if g == hexcontract.New {
		return newer
	}
	return older
}

func TestRateGroupsAllowWhatTheContractStates(t *testing.T) {
	contract := hexcontract.Open(t)
	groups := map[rateGroup]string{everything: "account"}
	for _, op := range operations() {
		if op.group != ungrouped {
			groups[op.group] = string(op.group)
		}
	}
	for group, name := range groups {
		var want []allowance
		for _, a := range contract.RateGroup(name).Allows {
			want = append(want, allowance{a.Requests, time.Duration(a.Seconds) * time.Second})
		}
		assert.Equal(t, want, group.allowances(), "%s: mend hexsim/limits.go, or testdata/hex/api.json where Hex is otherwise", name)
	}
}
