import assert from 'node:assert/strict'
import { languages } from '../../../../src/merge/languages/languages.ts'
import { hashTree, type TreeHashes } from '../../../../src/merge/syntax/hash-tree.ts'
import { compileWasmQuickly } from '../../../../src/node/compile-wasm-quickly.ts'
import { hashRules } from '../../../../src/merge/languages/hash-rules.ts'
import { samples, treeOf } from './samples.ts'

async function hashesOf(name: string, text: string): Promise<TreeHashes> {
  const language = languages.find((each) => each.name === name)!
  const tree = await treeOf(language, text)
  assert.equal(tree.errorCount(), 0, text)
  return hashTree(tree, hashRules(language, tree.grammar))
}

describe('hashes of a tree', () => {
  before(compileWasmQuickly)

  it('are the same on every machine', async () => {
    const { exact, meaning } = await hashesOf('JSON', '{"a": [1, 2]} // c\n')
    assert.deepEqual([exact[0], meaning[0]], [1938912191773857, 2692819468894801])
  })

  const sameMeaning: readonly (readonly [string, string, string])[] = [
    ['TypeScript', 'let a = f(1,2) // c\n', 'let a =\n  f( 1, /* d */ 2)\n'],
    ['Python', 'if a:\n  b(1, 2)\n', 'if a: # c\n\n      b(1,\n  2)\n'],
    ['Go', 'package a\nvar x = f(1,2)\n', 'package a\n\n\nvar x = f( 1, 2 ) // c\n'],
    ['JSON', '{"a":[1,2]}', '{\n  "a": [ 1, 2 ]\n}\n'],
    ['YAML', 'a:\n  b: 1\n', 'a:\n    b:  1 # c\n'],
    ['TOML', 'a = [1,2]\n', 'a = [\n  1, # c\n  2\n]\n'],
    ['CSS', 'a{color:red;margin:0 1px}', 'a {\n  color: red; /* c */\n  margin: 0  1px\n}\n'],
    ['Rust', 'fn f() -> i32 { 1 + 2 }', 'fn f()\n-> i32 {\n    // c\n    1\n    + 2\n}\n'],
  ]
  for (const [name, left, right] of sameMeaning)
    it(`of ${name} leave white space and comments out of the meaning: ${JSON.stringify(left)}`, async () => {
      const [a, b] = [await hashesOf(name, left), await hashesOf(name, right)]
      assert.equal(a.meaning[0], b.meaning[0])
      assert.notEqual(a.exact[0], b.exact[0])
    })

  const otherMeaning: readonly (readonly [string, string, string])[] = [
    ['TypeScript', 'a = "x  y"', 'a = "x y"'],
    ['TypeScript', 'a = `${x}  ${y}`', 'a = `${x} ${y}`'],
    ['TypeScript', 'a = "\\n \\n"', 'a = "\\n\\n"'],
    ['TypeScript', 'a = b - c', 'a = b + c'],
    ['TypeScript', 'a = /x  y/', 'a = /x y/'],
    ['TypeScript', 'type A = `${B} ${C}`', 'type A = `${B}${C}`'],
    ['TSX', 'a = <p>{x} {y}</p>', 'a = <p>{x}{y}</p>'],
    ['TSX', 'a = <p>x  y</p>', 'a = <p>x y</p>'],
    ['JavaScript', 'return_\n(a)', 'return_\na'],
    ['Python', 'if a:\n  b\n  c\n', 'if a:\n  b\nc\n'],
    ['Python', 'a = "\\n \\n"', 'a = "\\n\\n"'],
    ['Python', 'a = f"{x} {y}"', 'a = f"{x}{y}"'],
    ['Ruby', 'a = "#{x} #{y}"', 'a = "#{x}#{y}"'],
    ['Ruby', 'a = <<~T\n  #{x} #{y}\nT\n', 'a = <<~T\n  #{x}#{y}\nT\n'],
    ['Bash', 'echo "$a $b"', 'echo "$a$b"'],
    ['Bash', 'echo $a $b', 'echo $a$b'],
    ['Bash', 'cat <<E\n$a  $b\nE\n', 'cat <<E\n$a $b\nE\n'],
    ['PHP', '<?php $a = "$b $c";', '<?php $a = "$b$c";'],
    ['Kotlin', 'val a = "$b $c"', 'val a = "$b$c"'],
    ['Swift', 'let a = "\\(b) \\(c)"', 'let a = "\\(b)\\(c)"'],
    ['Scala', 'val a = s"$b $c"', 'val a = s"$b$c"'],
    ['C#', 'var a = $"{b} {c}";', 'var a = $"{b}{c}";'],
    ['Java', 'class A { String a = "\\n \\n"; }', 'class A { String a = "\\n\\n"; }'],
    ['C', 'char *a = "\\n \\n";', 'char *a = "\\n\\n";'],
    ['C++', 'auto a = "\\n \\n";', 'auto a = "\\n\\n";'],
    ['Go', 'package a\nvar b = "\\n \\n"\n', 'package a\nvar b = "\\n\\n"\n'],
    ['Rust', 'fn f() { m!(a b) }', 'fn f() { m!(ab) }'],
    ['JSON', '["\\n \\n"]', '["\\n\\n"]'],
    ['TOML', 'a = "\\n \\n"\n', 'a = "\\n\\n"\n'],
    ['YAML', 'a: b  c\n', 'a: b c\n'],
    ['YAML', 'a: |\n  b\n   c\n', 'a: |\n  b\n  c\n'],
    ['HTML', '<p><b>x</b> <i>y</i></p>', '<p><b>x</b><i>y</i></p>'],
    ['CSS', '.a .b { color: red }', '.a.b { color: red }'],
    ['CSS', 'a { content: "\\a \\a" }', 'a { content: "\\a\\a" }'],
  ]
  for (const [name, left, right] of otherMeaning)
    it(`of ${name} tell ${JSON.stringify(left)} from ${JSON.stringify(right)}`, async () => {
      assert.notEqual((await hashesOf(name, left)).meaning[0], (await hashesOf(name, right)).meaning[0])
    })

  it('of equal parts are equal wherever they stand, and of others they differ', async () => {
    for (const { language, text } of samples) {
      const tree = await treeOf(language, text)
      const { exact, meaning } = hashTree(tree, hashRules(language, tree.grammar))
      const byHash = new Map<number, string>()
      for (let node = 0; node < tree.size; node++) {
        assert.ok(Number.isSafeInteger(exact[node]) && Number.isSafeInteger(meaning[node]))
        const content = `${tree.kind[node]} ${tree.flags[node]} ${tree.next[node]! - node} ${tree.textOf(node)}`
        const known = byHash.get(exact[node]!)
        if (known === undefined) byHash.set(exact[node]!, content)
        else assert.equal(known, content)
      }
    }
  })
})
