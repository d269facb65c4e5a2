package screening

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/checker"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// Conditions are CEL, type-checked against the facts below. The usual shapes (and, or,
// not, comparisons, in) are then compiled into closures, which cost tens of nanoseconds
// and allocate nothing; anything else runs in the CEL interpreter with a cost limit.

// costLimit bounds one evaluation in the interpreter, in CEL's units of cost.
const costLimit = 20000

type factKind uint8

const (
	boolFact factKind = iota
	intFact
	stringFact
	doubleFact
	listFact
	mapFact
)

func (k factKind) cel() *cel.Type {
	switch k {
	case boolFact:
		return cel.BoolType
	case intFact:
		return cel.IntType
	case stringFact:
		return cel.StringType
	case doubleFact:
		return cel.DoubleType
	case listFact:
		return cel.ListType(cel.StringType)
	}
	return cel.MapType(cel.StringType, cel.DynType)
}

// fact is a variable of conditions; one of the getters is set.
type fact struct {
	kind factKind
	b    func(c *evalContext) bool
	i    func(c *evalContext) int64
	s    func(c *evalContext) string
	d    func(c *evalContext) float64
	l    func(c *evalContext) []string
	m    func(c *evalContext) map[string]any
}

// condition is a compiled condition of one rule.
type condition struct {
	eval  func(c *evalContext) bool
	atoms []int // atoms that speak for the rule: their matches are its hits
	// needs is false where the condition may hold though none of the rule's atoms fired.
	needs  bool
	native bool // false: the interpreter evaluates it
	uses   map[string]bool
	root   ast.Expr
}

type condCompiler struct {
	env   *cel.Env
	facts map[string]fact
}

func newCondCompiler(facts map[string]fact) (*condCompiler, error) {
	names := make([]string, 0, len(facts))
	for n := range facts {
		names = append(names, n)
	}
	sort.Strings(names)
	opts := []cel.EnvOption{cel.CrossTypeNumericComparisons(true)}
	for _, n := range names {
		opts = append(opts, cel.Variable(n, facts[n].kind.cel()))
	}
	env, err := cel.NewEnv(opts...)
	return &condCompiler{env: env, facts: facts}, err
}

// factNames lists what conditions may use, for error messages and the editor.
func (cc *condCompiler) factNames() []string {
	names := make([]string, 0, len(cc.facts))
	for n := range cc.facts {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

type badCondition struct{ code, zh, en string }

func (b *badCondition) Error() string { return b.en }

// compile checks a condition. atoms are the names of the rule's terms and patterns; each
// is true where it was found, and has .count, .distinct and .evaded.
func (cc *condCompiler) compile(text string, atoms []string, gated []bool, price []int) (*condition, error) {
	if strings.TrimSpace(text) == "" {
		text = strings.Join(atoms, " || ")
	}
	var opts []cel.EnvOption
	index := map[string]int{}
	for i, a := range atoms {
		index[a] = i
		opts = append(opts, cel.Variable(a, cel.BoolType), cel.Variable(a+".count", cel.IntType), cel.Variable(a+".distinct", cel.IntType), cel.Variable(a+".evaded", cel.IntType))
	}
	env, err := cc.env.Extend(opts...)
	if err != nil {
		return nil, &badCondition{"condition", "词组或模式的名称不能用作变量：" + err.Error(), "a name of terms or patterns can't be a variable: " + err.Error()}
	}
	checked, issues := env.Compile(text)
	if issues != nil && issues.Err() != nil {
		msg := strings.TrimSpace(issues.Err().Error())
		return nil, &badCondition{
			"condition",
			"条件写法有误：" + msg + "；可用的事实：" + strings.Join(cc.factNames(), "、") + "；本规则的词组和模式：" + strings.Join(atoms, "、"),
			"the condition is wrong: " + msg + "; facts: " + strings.Join(cc.factNames(), ", ") + "; terms and patterns of this rule: " + strings.Join(atoms, ", "),
		}
	}
	if checked.OutputType() != cel.BoolType {
		return nil, &badCondition{"condition_type", "条件的结果必须是真或假", "the condition must be true or false"}
	}
	if est, err := env.EstimateCost(checked, sizes{}); err == nil && est.Max > costLimit {
		return nil, &badCondition{
			"too_costly", fmt.Sprintf("条件太耗时（估计 %d，上限 %d）；请去掉嵌套的 exists/all", est.Max, costLimit),
			fmt.Sprintf("the condition is too costly (estimate %d, limit %d); remove nested exists/all", est.Max, costLimit),
		}
	}
	root := checked.NativeRep().Expr()
	w := &walker{cc: cc, index: index, gated: gated, price: price, uses: map[string]bool{}, positive: map[int]bool{}}
	w.collect(root, true)
	cond := &condition{root: root, uses: w.uses, needs: w.possible(root)&canBeTrue == 0}
	for i := range atoms {
		if w.positive[i] {
			cond.atoms = append(cond.atoms, i)
		}
	}
	if f, ok := w.boolean(root); ok {
		cond.eval, cond.native = f, true
		return cond, nil
	}
	prg, err := env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(costLimit))
	if err != nil {
		return nil, &badCondition{"condition", "条件无法编译：" + err.Error(), "the condition can't be compiled: " + err.Error()}
	}
	facts := cc.facts
	cond.eval = func(c *evalContext) bool {
		v, _, err := prg.Eval(&activation{c, index, facts})
		// An error (a key that is not there) means that the condition doesn't hold.
		return err == nil && v == types.True
	}
	return cond, nil
}

// sizes bounds lists and texts for the estimate of cost.
type sizes struct{}

func (sizes) EstimateSize(checker.AstNode) *checker.SizeEstimate {
	return &checker.SizeEstimate{Min: 0, Max: 200}
}

func (sizes) EstimateCallCost(string, string, *checker.AstNode, []checker.AstNode) *checker.CallEstimate {
	return nil
}

// walker turns a checked expression into closures.
type walker struct {
	cc       *condCompiler
	index    map[string]int
	gated    []bool          // atoms that only words the matcher knows can make true
	price    []int           // of asking for an atom
	uses     map[string]bool // atoms and facts by name
	positive map[int]bool
	known    *assumption // of facts, or nil
}

// name is the variable an expression stands for, or "".
func (w *walker) name(e ast.Expr) string {
	switch e.Kind() {
	case ast.IdentKind:
		return e.AsIdent()
	case ast.SelectKind:
		if s := e.AsSelect(); !s.IsTestOnly() && s.Operand().Kind() == ast.IdentKind {
			full := s.Operand().AsIdent() + "." + s.FieldName()
			if _, ok := w.index[s.Operand().AsIdent()]; ok && (s.FieldName() == "count" || s.FieldName() == "distinct" || s.FieldName() == "evaded") {
				return full
			}
		}
	}
	return ""
}

func (w *walker) atom(name string) (i int, part string, ok bool) {
	base, part, _ := strings.Cut(name, ".")
	i, ok = w.index[base]
	return i, part, ok
}

// collect notes which variables are used and which atoms stand for, not against, the rule.
func (w *walker) collect(e ast.Expr, positive bool) {
	if n := w.name(e); n != "" {
		if i, _, ok := w.atom(n); ok {
			w.uses[strings.Split(n, ".")[0]] = true
			if positive {
				w.positive[i] = true
			}
			return
		}
		w.uses[n] = true
		return
	}
	switch e.Kind() {
	case ast.CallKind:
		c := e.AsCall()
		args := c.Args()
		if c.IsMemberFunction() {
			w.collect(c.Target(), positive)
		}
		switch c.FunctionName() {
		case operators.LogicalNot:
			positive = !positive
		case operators.Less, operators.LessEquals:
			// few of something speaks neither for nor against; its places are not shown
			positive = false
		}
		for _, a := range args {
			w.collect(a, positive)
		}
	case ast.SelectKind:
		w.collect(e.AsSelect().Operand(), positive)
	case ast.ListKind:
		for _, x := range e.AsList().Elements() {
			w.collect(x, positive)
		}
	case ast.MapKind:
		for _, x := range e.AsMap().Entries() {
			w.collect(x.AsMapEntry().Key(), positive)
			w.collect(x.AsMapEntry().Value(), positive)
		}
	case ast.ComprehensionKind:
		c := e.AsComprehension()
		for _, x := range []ast.Expr{c.IterRange(), c.AccuInit(), c.LoopCondition(), c.LoopStep(), c.Result()} {
			w.collect(x, positive)
		}
	}
}

// maxGates bounds the sets of atoms to choose from.
const maxGates = 64

// gates lists sets of atoms, and of gates behind them in number: of each set at least one must
// be found or open for the expression to hold. There is none where it may hold otherwise.
func (w *walker) gates(e ast.Expr) [][]int {
	if w.possible(e)&canBeTrue != 0 {
		return nil
	}
	if e.Kind() == ast.CallKind {
		switch op := e.AsCall().FunctionName(); op {
		case operators.LogicalAnd:
			var out [][]int
			for _, part := range w.flatten(op, e, nil) {
				out = append(out, w.gates(part)...)
			}
			if len(out) > 0 {
				return out[:min(len(out), maxGates)]
			}
		case operators.LogicalOr:
			// one set of each branch, in all combinations
			out := [][]int{nil}
			for _, part := range w.flatten(op, e, nil) {
				branch := w.gates(part)
				if len(out)*len(branch) > maxGates {
					branch = branch[:1]
				}
				var next [][]int
				for _, a := range out {
					for _, b := range branch {
						next = append(next, append(append([]int(nil), a...), b...))
					}
				}
				if len(branch) > 0 {
					out = next
				}
			}
			return out
		}
	}
	sub := &walker{cc: w.cc, index: w.index, gated: w.gated, price: w.price, uses: map[string]bool{}, positive: map[int]bool{}}
	sub.collect(e, true)
	var set []int
	for name := range sub.uses {
		if i, ok := w.index[name]; ok {
			set = append(set, i)
		} else if g, ok := gateOfFact[name]; ok && w.known != nil {
			set = append(set, len(w.index)+int(g))
		}
	}
	sort.Ints(set)
	return [][]int{slices.Compact(set)}
}

const (
	canBeFalse = 1
	canBeTrue  = 2
)

// possible tells which outcomes a boolean expression may have where no atom was found.
func (w *walker) possible(e ast.Expr) int {
	const both = canBeFalse | canBeTrue
	if n := w.name(e); n != "" {
		if i, part, ok := w.atom(n); ok && part == "" && w.gated[i] {
			return canBeFalse
		}
		switch {
		case w.known == nil:
		case w.known.zero[n]:
			return canBeFalse
		case w.known.set[n]:
			return canBeTrue
		}
		return both
	}
	switch e.Kind() {
	case ast.LiteralKind:
		switch e.AsLiteral() {
		case types.True:
			return canBeTrue
		case types.False:
			return canBeFalse
		}
	case ast.CallKind:
		c := e.AsCall()
		args := c.Args()
		switch c.FunctionName() {
		case operators.LogicalAnd:
			r := 0
			if w.possible(args[0])&canBeFalse|w.possible(args[1])&canBeFalse != 0 {
				r |= canBeFalse
			}
			return r | w.possible(args[0])&w.possible(args[1])&canBeTrue
		case operators.LogicalOr:
			r := w.possible(args[0]) & w.possible(args[1]) & canBeFalse
			return r | (w.possible(args[0])|w.possible(args[1]))&canBeTrue
		case operators.LogicalNot:
			p := w.possible(args[0])
			return p&canBeFalse<<1 | p&canBeTrue>>1
		case operators.Equals, operators.NotEquals, operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
			a, b, okA := w.bounds(args[0])
			x, y, okB := w.bounds(args[1])
			if okA && okB {
				return compareBounds(c.FunctionName(), a, b, x, y)
			}
			if w.filled(args[0]) && isEmptyText(args[1]) || w.filled(args[1]) && isEmptyText(args[0]) {
				switch c.FunctionName() {
				case operators.Equals:
					return canBeFalse
				case operators.NotEquals:
					return canBeTrue
				}
			}
		}
	}
	return both
}

// filled tells whether an expression is a text known not to be empty.
func (w *walker) filled(e ast.Expr) bool {
	n := w.name(e)
	return n != "" && w.known != nil && w.known.set[n]
}

func isEmptyText(e ast.Expr) bool {
	return e.Kind() == ast.LiteralKind && e.AsLiteral() == types.String("")
}

// compareBounds tells which outcomes a comparison of numbers from a to b with numbers from
// x to y may have.
func compareBounds(op string, a, b, x, y float64) int {
	var yes, no bool
	switch op {
	case operators.Equals:
		yes, no = a <= y && x <= b, a != b || x != y || a != x
	case operators.NotEquals:
		no, yes = a <= y && x <= b, a != b || x != y || a != x
	case operators.Less:
		yes, no = a < y, b >= x
	case operators.LessEquals:
		yes, no = a <= y, b > x
	case operators.Greater:
		yes, no = b > x, a <= y
	default:
		yes, no = b >= x, a < y
	}
	out := 0
	if yes {
		out |= canBeTrue
	}
	if no {
		out |= canBeFalse
	}
	return out
}

func compareInt(op string, a, b int64) bool {
	switch op {
	case operators.Equals:
		return a == b
	case operators.NotEquals:
		return a != b
	case operators.Less:
		return a < b
	case operators.LessEquals:
		return a <= b
	case operators.Greater:
		return a > b
	}
	return a >= b
}

func compareFloat(op string, a, b float64) bool {
	switch op {
	case operators.Equals:
		return a == b
	case operators.NotEquals:
		return a != b
	case operators.Less:
		return a < b
	case operators.LessEquals:
		return a <= b
	case operators.Greater:
		return a > b
	}
	return a >= b
}

func (w *walker) boolean(e ast.Expr) (func(*evalContext) bool, bool) {
	if n := w.name(e); n != "" {
		if i, part, ok := w.atom(n); ok {
			return func(c *evalContext) bool { return c.fired(i) }, part == ""
		}
		f := w.cc.facts[n].b
		return f, f != nil
	}
	switch e.Kind() {
	case ast.LiteralKind:
		v, ok := e.AsLiteral().(types.Bool)
		return func(*evalContext) bool { return bool(v) }, ok
	case ast.CallKind:
		c := e.AsCall()
		args, op := c.Args(), c.FunctionName()
		switch op {
		case operators.LogicalAnd, operators.LogicalOr:
			// Both are commutative in CEL, so the cheapest question is asked first.
			parts := w.flatten(op, e, nil)
			sort.SliceStable(parts, func(i, j int) bool { return w.cost(parts[i]) < w.cost(parts[j]) })
			fs := make([]func(*evalContext) bool, len(parts))
			for i, p := range parts {
				f, ok := w.boolean(p)
				if !ok {
					return nil, false
				}
				fs[i] = f
			}
			return chain(op == operators.LogicalAnd, fs), true
		case operators.LogicalNot:
			a, ok := w.boolean(args[0])
			return func(c *evalContext) bool { return !a(c) }, ok
		case operators.Equals, operators.NotEquals, operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
			return w.comparison(op, args[0], args[1])
		case operators.In:
			a, ok := w.str(args[0])
			if !ok {
				return nil, false
			}
			if n := w.name(args[1]); n != "" {
				if l := w.cc.facts[n].l; l != nil {
					return func(c *evalContext) bool { return contains(l(c), a(c)) }, true
				}
				return nil, false
			}
			if args[1].Kind() != ast.ListKind {
				return nil, false
			}
			var list []string
			for _, x := range args[1].AsList().Elements() {
				s, ok := x.AsLiteral().(types.String)
				if !ok {
					return nil, false
				}
				list = append(list, string(s))
			}
			return func(c *evalContext) bool { return contains(list, a(c)) }, true
		}
	}
	return nil, false
}

// flatten lists the operands of a row of && or ||.
func (w *walker) flatten(op string, e ast.Expr, to []ast.Expr) []ast.Expr {
	if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == op {
		for _, a := range e.AsCall().Args() {
			to = w.flatten(op, a, to)
		}
		return to
	}
	return append(to, e)
}

// cost orders questions: terms are known before, expressions have to be run.
func (w *walker) cost(e ast.Expr) int {
	if n := w.name(e); n != "" {
		if i, part, ok := w.atom(n); ok {
			if part != "" {
				return w.price[i] + 2
			}
			return w.price[i]
		}
		return factPrice(n)
	}
	total := 0
	switch e.Kind() {
	case ast.CallKind:
		for _, a := range e.AsCall().Args() {
			total += w.cost(a)
		}
		if e.AsCall().IsMemberFunction() {
			total += w.cost(e.AsCall().Target())
		}
	case ast.ListKind, ast.LiteralKind:
	default:
		total = 100
	}
	return total
}

func factPrice(name string) int {
	switch name {
	case "category", "recipient", "hour", "minute":
		return 1
	case "radicals", "rare_characters", "variant_characters", "lookalikes", "isolated_characters":
		return 200 // a walk over the text, after whatever else the rule asks
	case "urls", "hosts", "url_count", "unfiled_urls", "phones", "phone_count", "unfiled_phones":
		return 12
	case "length", "body_length", "segments", "invisible", "signature", "signature_filed", "unresolved":
		return 8
	}
	return 4
}

// chain joins questions without recursion for the usual lengths.
func chain(and bool, fs []func(*evalContext) bool) func(*evalContext) bool {
	if len(fs) == 2 {
		a, b := fs[0], fs[1]
		if and {
			return func(c *evalContext) bool { return a(c) && b(c) }
		}
		return func(c *evalContext) bool { return a(c) || b(c) }
	}
	return func(c *evalContext) bool {
		for _, f := range fs {
			if f(c) != and {
				return !and
			}
		}
		return and
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (w *walker) comparison(op string, x, y ast.Expr) (func(*evalContext) bool, bool) {
	if a, ok := w.integer(x); ok {
		if b, ok := w.integer(y); ok {
			return func(c *evalContext) bool { return compareInt(op, a(c), b(c)) }, true
		}
	}
	if a, ok := w.double(x); ok {
		if b, ok := w.double(y); ok {
			return func(c *evalContext) bool { return compareFloat(op, a(c), b(c)) }, true
		}
	}
	if op == operators.Equals || op == operators.NotEquals {
		if a, ok := w.str(x); ok {
			if b, ok := w.str(y); ok {
				same := op == operators.Equals
				return func(c *evalContext) bool { return (a(c) == b(c)) == same }, true
			}
		}
		if a, ok := w.boolean(x); ok {
			if b, ok := w.boolean(y); ok {
				same := op == operators.Equals
				return func(c *evalContext) bool { return (a(c) == b(c)) == same }, true
			}
		}
	}
	return nil, false
}

func (w *walker) integer(e ast.Expr) (func(*evalContext) int64, bool) {
	if n := w.name(e); n != "" {
		if i, part, ok := w.atom(n); ok {
			switch part {
			case "count":
				return func(c *evalContext) int64 { return c.count(i) }, true
			case "distinct":
				return func(c *evalContext) int64 { return c.distinct(i) }, true
			case "evaded":
				return func(c *evalContext) int64 { return c.evaded(i) }, true
			}
			return nil, false
		}
		f := w.cc.facts[n].i
		return f, f != nil
	}
	switch e.Kind() {
	case ast.LiteralKind:
		v, ok := e.AsLiteral().(types.Int)
		return func(*evalContext) int64 { return int64(v) }, ok
	case ast.CallKind:
		c := e.AsCall()
		args := c.Args()
		if c.FunctionName() == "size" {
			n := ""
			switch {
			case c.IsMemberFunction():
				n = w.name(c.Target())
			case len(args) == 1:
				n = w.name(args[0])
			}
			if l := w.cc.facts[n].l; l != nil {
				return func(c *evalContext) int64 { return int64(len(l(c))) }, true
			}
			return nil, false
		}
		if len(args) != 2 {
			return nil, false
		}
		a, okA := w.integer(args[0])
		b, okB := w.integer(args[1])
		if !okA || !okB {
			return nil, false
		}
		switch c.FunctionName() {
		case operators.Add:
			return func(c *evalContext) int64 { return a(c) + b(c) }, true
		case operators.Subtract:
			return func(c *evalContext) int64 { return a(c) - b(c) }, true
		case operators.Multiply:
			return func(c *evalContext) int64 { return a(c) * b(c) }, true
		}
	}
	return nil, false
}

func (w *walker) double(e ast.Expr) (func(*evalContext) float64, bool) {
	if n := w.name(e); n != "" {
		if f := w.cc.facts[n].d; f != nil {
			return f, true
		}
	}
	if e.Kind() == ast.LiteralKind {
		if v, ok := e.AsLiteral().(types.Double); ok {
			return func(*evalContext) float64 { return float64(v) }, true
		}
	}
	if f, ok := w.integer(e); ok { // numbers compare across types
		return func(c *evalContext) float64 { return float64(f(c)) }, true
	}
	return nil, false
}

func (w *walker) str(e ast.Expr) (func(*evalContext) string, bool) {
	if n := w.name(e); n != "" {
		f := w.cc.facts[n].s
		return f, f != nil
	}
	if e.Kind() == ast.LiteralKind {
		v, ok := e.AsLiteral().(types.String)
		return func(*evalContext) string { return string(v) }, ok
	}
	return nil, false
}

// activation gives the interpreter the same variables.
type activation struct {
	c     *evalContext
	index map[string]int
	facts map[string]fact
}

func (a *activation) Parent() cel.Activation { return nil }

func (a *activation) ResolveName(name string) (any, bool) {
	base, part, dotted := strings.Cut(name, ".")
	if i, ok := a.index[base]; ok {
		switch {
		case !dotted:
			return a.c.fired(i), true
		case part == "count":
			return a.c.count(i), true
		case part == "distinct":
			return a.c.distinct(i), true
		case part == "evaded":
			return a.c.evaded(i), true
		}
		return nil, false
	}
	f, ok := a.facts[name]
	if !ok {
		return nil, false
	}
	switch f.kind {
	case boolFact:
		return f.b(a.c), true
	case intFact:
		return f.i(a.c), true
	case stringFact:
		return f.s(a.c), true
	case doubleFact:
		return f.d(a.c), true
	case listFact:
		return f.l(a.c), true
	}
	return f.m(a.c), true
}
