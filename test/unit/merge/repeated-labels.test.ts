import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'
import { compileWasmQuickly } from '../../../src/node/compile-quickly.ts'

/** By path: what stands around the list, two items of it, and what one side puts in front and the other one at the end. */
const lists: readonly (readonly [
  path: string,
  before: string,
  items: readonly string[],
  after: string,
  ends: readonly [string, string],
])[] = [
  [
    'x.ts',
    'switch (x) {',
    ['case 1:\n  a()\n  break', 'case 2:\n  b()\n  break'],
    '}',
    ['case 3:\n  c()\n  break', 'case 3:\n  d()\n  break'],
  ],
  ['x.ts', 'enum E {', ['A = 1,', 'B = 2,'], '}', ['C = 3,', 'D = 3,']],
  [
    'X.java',
    'class X { int f(int x) { return switch (x) {',
    ['case 1 -> 1;', 'case 2 -> 2;'],
    '}; } }',
    ['case 3 -> 3;', 'case 3 -> 4;'],
  ],
  [
    'x.c',
    'int f(int x) { switch (x) {',
    ['case 1: a(); break;', 'case 2: b(); break;'],
    '} return 0; }',
    ['case 3: c(); break;', 'case 3: d(); break;'],
  ],
  ['x.c', 'struct s x = {', ['.a = 1,', '.b = 2,'], '};', ['.c = 3,', '.c = 4,']],
  ['x.cs', 'var x = new X {', ['A = 1,', 'B = 2,'], '};', ['C = 3,', 'C = 4,']],
  ['x.go', 'func f(x int) { switch x {', ['case 1: a()', 'case 2: b()'], '} }', ['case 3: c()', 'case 3: d()']],
  ['x.rs', 'fn f(x: E) -> i32 { match x {', ['E::A => 1,', 'E::B => 2,'], '} }', ['E::C => 3,', 'E::C => 4,']],
  ['x.kt', 'val x = mapOf(', ['"a" to 1,', '"b" to 2,'], ')', ['"c" to 3,', '"c" to 4,']],
  ['x.swift', 'let x = [', ['"a": 1,', '"b": 2,'], ']', ['"c": 3,', '"c": 4,']],
  ['x.scala', 'val x = Map(', ['"a" -> 1,', '"b" -> 2,'], ')', ['"c" -> 3,', '"c" -> 4,']],
  ['x.php', '<?php\n$x = [', ["'a' => 1,", "'b' => 2,"], '];', ["'c' => 3,", "'c' => 4,"]],
  [
    'x.py',
    'match x:',
    ['    case 1:\n        a()', '    case 2:\n        b()'],
    '',
    ['    case 3:\n        c()', '    case 3:\n        d()'],
  ],
  ['x.rb', 'case x', ['when 1\n  a', 'when 2\n  b'], 'end', ['when 3\n  c', 'when 3\n  d']],
  ['x.go', 'func f(x int) { switch x {', ['case 1: a()', 'case 2: b()'], '} }', ['case 5, 3: c()', 'case 3: d()']],
  [
    'x.go',
    'func f(x any) { switch x.(type) {',
    ['case int: a()', 'case bool: b()'],
    '} }',
    ['case rune, c3: c()', 'case c3: d()'],
  ],
  [
    'X.java',
    'class X { int f(int x) { return switch (x) {',
    ['case 1 -> 1;', 'case 2 -> 2;'],
    '}; } }',
    ['case 5, 3 -> 3;', 'case 3, 6 -> 4;'],
  ],
  [
    'X.java',
    'class X { void f(int x) { switch (x) {',
    ['case 1: a();', 'case 2: b();'],
    '} } }',
    ['case 5, 3: c(); break;', 'case 3: d(); break;'],
  ],
  ['x.kt', 'val y = when (x) {', ['1 -> a()', '2 -> b()'], '}', ['5, 3 -> c()', '3 -> d()']],
  ['x.swift', 'switch x {', ['case 1: a()', 'case 2: b()'], '}', ['case 5, 3: c()', 'case 3: d()']],
  ['x.rs', 'fn f(x: i32) -> i32 { match x {', ['1 => 1,', '2 => 2,'], '} }', ['5 | 6 | 3 => 7,', '3 => 8,']],
  [
    'x.scala',
    'object A { x match {',
    ['case 1 => a()', 'case 2 => b()'],
    '} }',
    ['case 5 | 3 => c()', 'case 3 => d()'],
  ],
  ['x.cs', 'var y = x switch {', ['1 => 1,', '2 => 2,'], '};', ['5 or 3 => 7,', '3 => 8,']],
  ['x.php', '<?php\n$x = match ($y) {', ['1 => 1,', '2 => 2,'], '};', ['5, 3 => 7,', '3 => 8,']],
  [
    'x.py',
    'match x:',
    ['    case 1:\n        a()', '    case 2:\n        b()'],
    '',
    ['    case 5 | 3:\n        c()', '    case 3:\n        d()'],
  ],
  ['x.rb', 'case x', ['when 1\n  a', 'when 2\n  b'], 'end', ['when 5, 3\n  c', 'when 3\n  d']],
  ['x.sh', 'case "$1" in', ['a) x ;;', 'b) y ;;'], 'esac', ['e|c) z ;;', 'c) w ;;']],
  [
    'x.py',
    'try:\n    f()',
    ['except A:\n    a()', 'except B:\n    b()'],
    'finally:\n    z()',
    ['except C3:\n    c()', 'except C3:\n    d()'],
  ],
  [
    'x.py',
    'if x:\n    f()',
    ['elif a:\n    a()', 'elif b:\n    b()'],
    'else:\n    z()',
    ['elif c3:\n    c()', 'elif c3:\n    d()'],
  ],
  [
    'X.java',
    'class X { void f() { try { g(); }',
    ['catch (A e) { a(); }', 'catch (B e) { b(); }'],
    '} }',
    ['catch (D | C3 e) { c(); }', 'catch (C3 e) { d(); }'],
  ],
  [
    'x.cs',
    'class X { void F() { try { g(); }',
    ['catch (A) { a(); }', 'catch (B) { b(); }'],
    '} }',
    ['catch (C3) { c(); }', 'catch (C3) { d(); }'],
  ],
  [
    'x.kt',
    'fun f() { try {\n  g()',
    ['} catch (e: A) {\n  a()', '} catch (e: B) {\n  b()'],
    '} }',
    ['} catch (e: C3) {\n  c()', '} catch (e: C3) {\n  d()'],
  ],
  [
    'x.php',
    '<?php\ntry { g(); }',
    ['catch (A $e) { a(); }', 'catch (B $e) { b(); }'],
    '',
    ['catch (C3 $e) { c(); }', 'catch (C3 $e) { d(); }'],
  ],
  [
    'x.php',
    '<?php\nif ($x) { g(); }',
    ['elseif (a()) { a(); }', 'elseif (b()) { b(); }'],
    '',
    ['elseif (c3()) { c(); }', 'elseif (c3()) { d(); }'],
  ],
  [
    'x.cpp',
    'void f() { try { g(); }',
    ['catch (A e) { a(); }', 'catch (B e) { b(); }'],
    '}',
    ['catch (C3 e) { c(); }', 'catch (C3 e) { d(); }'],
  ],
  [
    'x.swift',
    'do { try g() }',
    ['catch E.a { a() }', 'catch E.b { b() }'],
    '',
    ['catch E.c3 { c() }', 'catch E.c3 { d() }'],
  ],
  [
    'x.rb',
    'begin\n  g',
    ['rescue A => e\n  a', 'rescue B => e\n  b'],
    'end',
    ['rescue D, C3 => e\n  c', 'rescue C3 => e\n  d'],
  ],
  ['x.rb', 'if x\n  g', ['elsif a\n  a1', 'elsif b\n  b1'], 'end', ['elsif c3\n  c1', 'elsif c3\n  d1']],
  [
    'x.sh',
    'if x; then\n  g',
    ['elif a; then\n  a1', 'elif b; then\n  b1'],
    'fi',
    ['elif c3; then\n  c1', 'elif c3; then\n  d1'],
  ],
  [
    'x.ts',
    'if (x) {\n  g()',
    ['} else if (a) {\n  a1()', '} else if (b) {\n  b1()'],
    '}',
    ['} else if (c3) {\n  c1()', '} else if (c3) {\n  d1()'],
  ],
  [
    'X.java',
    'class X { void f() { if (x) {\n  g();',
    ['} else if (a) {\n  a1();', '} else if (b) {\n  b1();'],
    '} } }',
    ['} else if (c3) {\n  c1();', '} else if (c3) {\n  d1();'],
  ],
  [
    'x.go',
    'func f() { if x {\n  g()',
    ['} else if a {\n  a1()', '} else if b {\n  b1()'],
    '} }',
    ['} else if c3 {\n  c1()', '} else if c3 {\n  d1()'],
  ],
  [
    'x.rs',
    'fn f() { if x {\n  g();',
    ['} else if a {\n  a1();', '} else if b {\n  b1();'],
    '} }',
    ['} else if c3 {\n  c1();', '} else if c3 {\n  d1();'],
  ],
  [
    'x.c',
    'void f() { if (x) {\n  g();',
    ['} else if (a) {\n  a1();', '} else if (b) {\n  b1();'],
    '} }',
    ['} else if (c3) {\n  c1();', '} else if (c3) {\n  d1();'],
  ],
  [
    'x.cs',
    'class X { void F() { if (x) {\n  g();',
    ['} else if (a) {\n  a1();', '} else if (b) {\n  b1();'],
    '} } }',
    ['} else if (c3) {\n  c1();', '} else if (c3) {\n  d1();'],
  ],
  [
    'x.kt',
    'fun f() { if (x) {\n  g()',
    ['} else if (a) {\n  a1()', '} else if (b) {\n  b1()'],
    '} }',
    ['} else if (c3) {\n  c1()', '} else if (c3) {\n  d1()'],
  ],
  [
    'x.swift',
    'func f() { if x {\n  g()',
    ['} else if a {\n  a1()', '} else if b {\n  b1()'],
    '} }',
    ['} else if c3 {\n  c1()', '} else if c3 {\n  d1()'],
  ],
  [
    'x.scala',
    'object X { def f() = if (x) {\n  g()',
    ['} else if (a) {\n  a1()', '} else if (b) {\n  b1()'],
    '} }',
    ['} else if (c3) {\n  c1()', '} else if (c3) {\n  d1()'],
  ],
  ['x.html', '<ul>', ['<li id="a">a</li>', '<li id="b">b</li>'], '</ul>', ['<li id="c">c</li>', "<li ID='c'>d</li>"]],
  ['x.sh', 'case "$1" in', ['a) x ;;', 'b) y ;;'], 'esac', ['c) z ;;', 'c) w ;;']],
]

describe('labels that each side has added once', () => {
  before(compileWasmQuickly)

  for (const [path, before, items, after, [first, last]] of lists) {
    const text = (...all: readonly string[]) => [before, ...all, after, ''].join('\n')
    const merge = (one: string, other: string) =>
      mergeText({ path, base: text(...items), left: text(one, ...items), right: text(...items, other) })

    it(`conflict in ${path}: ${first.trim().split('\n', 1)[0]}`, async () => {
      const merged = await merge(first, last)
      assert.equal(merged.status, 'conflict')
      const other = await merge(
        first,
        last.replace(
          /\b3\b(?!;)|c3|C3|E::C|(?<=['"])c(?=['"])|\.c\b|^C\b|^c\b(?=\))/,
          (label) => ({ 3: '4', c3: 'c4', C3: 'C4', c: 'q', C: 'Q', '.c': '.q', 'E::C': 'E::Q' })[label]!,
        ),
      )
      assert.equal(other.status, 'clean', 'with labels of their own they are a clean merge')
    })
  }

  it('that hold the same beside another condition, and ids that a template computes, are none', async () => {
    const guarded = (...arms: readonly string[]) => `fn f(x: i32) -> i32 { match x {\n${arms.join('\n')}\n} }\n`
    const arms = ['1 => 1,', '2 => 2,']
    const rust = await mergeText({
      path: 'x.rs',
      base: guarded(...arms),
      left: guarded('3 | 5 if a => 7,', ...arms),
      right: guarded(...arms, '3 | 5 if b => 8,'),
    })
    assert.equal(rust.status, 'clean')
    const list = (...items: readonly string[]) => `<ul>\n${items.join('\n')}\n</ul>\n`
    const [one, two] = ['<li id="{{ id }}">1</li>', '<li id="{{ id }}">2</li>']
    const items = ['<li>a</li>', '<li>b</li>']
    const html = await mergeText({
      path: 'x.html',
      base: list(...items),
      left: list(one, ...items),
      right: list(...items, two),
    })
    assert.equal(html.status, 'clean')
  })
})
