import assert from 'node:assert/strict'
import { languages } from '../../../../src/merge/languages/languages.ts'
import { mergeRules } from '../../../../src/merge/languages/rules/defaults.ts'
import { Identities } from '../../../../src/merge/structure/identities.ts'
import { Source } from '../../../../src/merge/structure/source.ts'
import { compileWasmQuickly } from '../../../../src/node/compile-quickly.ts'
import { samples, treeOf } from '../syntax/samples.ts'

/** The identities of two texts as a whole. */
async function identitiesOf(name: string, texts: readonly [string, string]): Promise<readonly number[]> {
  const language = languages.find((each) => each.name === name)!
  const identities = new Identities()
  const roots: number[] = []
  for (const text of texts) {
    const tree = await treeOf(language, text)
    assert.equal(tree.errorCount(), 0, text)
    roots.push(new Source(tree, language, language.merge ?? mergeRules({ lists: {} }), identities).ids[0]!)
  }
  return roots
}

describe('identities of the parts of texts', () => {
  before(compileWasmQuickly)

  const sameMeaning: readonly (readonly [string, string, string])[] = [
    ['TypeScript', 'let a = f(1,2)\n', 'let a =\n  f( 1, 2)\n'],
    ['Python', 'if a:\n  b(1, 2)\n', 'if a:\n\n      b(1,\n  2)\n'],
    ['Go', 'package a\nvar x = f(1,2)\n', 'package a\n\n\nvar x = f( 1, 2 )\n'],
    ['JSON', '{"a":[1,2]}', '{\n  "a": [ 1, 2 ]\n}\n'],
    ['YAML', 'a:\n  b: 1\n', 'a:\n    b:  1\n'],
    ['TOML', 'a = [1,2]\n', 'a = [\n  1,\n  2\n]\n'],
    ['CSS', 'a{color:red;margin:0 1px}', 'a {\n  color: red;\n  margin: 0  1px\n}\n'],
    ['Rust', 'fn f() -> i32 { 1 + 2 }', 'fn f()\n-> i32 {\n    1\n    + 2\n}\n'],
  ]
  for (const [name, left, right] of sameMeaning)
    it(`of ${name} leave white space out: ${JSON.stringify(left)}`, async () => {
      const [a, b] = await identitiesOf(name, [left, right])
      assert.equal(a, b)
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
      const [a, b] = await identitiesOf(name, [left, right])
      assert.notEqual(a, b)
    })

  it('tell comments from each other', async () => {
    const [a, b] = await identitiesOf('TypeScript', ['open() // a\n', 'open() // b\n'])
    assert.notEqual(a, b)
  })

  it('are equal only for parts that say the same but for white space', async () => {
    for (const { language, text } of samples) {
      const tree = await treeOf(language, text)
      const source = new Source(tree, language, language.merge ?? mergeRules({ lists: {} }), new Identities())
      const contents = new Map<number, string>()
      for (let node = 0; node < tree.size; node++) {
        const content = `${tree.kind[node]} ${tree.textOf(node).replaceAll(/\s+/g, '')}`
        assert.equal(contents.get(source.ids[node]!) ?? content, content)
        contents.set(source.ids[node]!, content)
      }
    }
  })
})
