import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Language } from '../../../../src/merge/languages/language.ts'
import { languages } from '../../../../src/merge/languages/languages.ts'
import type { ParseOutcome } from '../../../../src/merge/syntax/text-parser.ts'
import { nodeFlag, type SyntaxTree } from '../../../../src/merge/syntax/syntax-tree.ts'
import { compileWasmQuickly } from '../../../../src/node/compile-quickly.ts'
import { parserOf, samples, treeOf } from './samples.ts'

const byName = (name: string): Language => languages.find((language) => language.name === name)!

/** Leaves and what is between them, put together again. */
function textFromLeaves(tree: SyntaxTree): string {
  let [text, at] = ['', 0]
  for (let node = 0; node < tree.size; node++) {
    if (!tree.isLeaf(node)) continue
    text += tree.text.slice(at, tree.start[node]) + tree.textOf(node)
    at = tree.end[node]!
  }
  return text + tree.text.slice(at)
}

/** Every rule that the arrays of a tree keep. */
function checkShape(tree: SyntaxTree): void {
  assert.deepEqual([tree.start[0], tree.end[0], tree.parent[0], tree.next[0]], [0, tree.text.length, -1, tree.size])
  for (let node = 0; node < tree.size; node++) {
    assert.ok(tree.start[node]! <= tree.end[node]!)
    let at = tree.start[node]!
    for (const child of tree.children(node)) {
      assert.equal(tree.parent[child], node)
      assert.ok(tree.start[child]! >= at && tree.next[child]! <= tree.next[node]!)
      at = tree.end[child]!
    }
    assert.ok(at <= tree.end[node]!)
    if (tree.is(node, nodeFlag.missing)) assert.equal(tree.textOf(node), '')
  }
  assert.equal(textFromLeaves(tree), tree.text)
}

describe('a syntax tree as arrays', () => {
  before(compileWasmQuickly)

  for (const { path, language, text } of samples)
    it(`holds all of ${path}, in order`, async () => checkShape(await treeOf(language, text)))

  it('names kinds and fields', async () => {
    const tree = await treeOf(byName('TypeScript'), '// c\nfunction f(a) { return a + 1 }\n')
    assert.deepEqual(
      [...tree.children(0)].map((child) => tree.kindName(child)),
      ['comment', 'function_declaration'],
    )
    const [comment, declaration] = tree.children(0)
    assert.ok(tree.is(comment!, nodeFlag.extra) && !tree.is(declaration!, nodeFlag.extra))
    assert.equal(tree.textOf(tree.child(declaration!, 'name')!), 'f')
    assert.equal(tree.child(declaration!, 'no such field'), undefined)
    assert.ok(tree.is(declaration!, nodeFlag.named) && !tree.is(declaration! + 1, nodeFlag.named))
    const { grammar } = tree
    assert.equal(grammar.kind('comment'), tree.kind[comment!])
    assert.equal(grammar.kindName(grammar.kind('function', false)!), 'function')
    assert.equal(grammar.kind('nothing of the kind'), undefined)
    assert.equal(grammar.fieldName(grammar.field('name')!), 'name')
  })

  it('counts errors and what is missing', async () => {
    const json = byName('JSON')
    assert.equal((await treeOf(json, '{"a": [1, 2]}')).errorCount(), 0)
    assert.ok((await treeOf(json, '{"a": [1, 2}')).errorCount() > 0)
    assert.ok((await treeOf(json, '{"a": 1} ]')).errorCount() > 0)
    const missing = await treeOf(byName('Java'), 'class A { int a }\n')
    assert.ok(missing.flags.some((flags) => flags & nodeFlag.missing))
  })

  it('takes any text: odd characters, lone surrogates, NUL, line ends, none at all', async () => {
    for (const language of languages) {
      const parser = await parserOf(language)
      for (const text of ['', '\0', '\ud800', 'a\udc00b', '\ufeffa', '\r\n\r\n', 'a\0b', '\u2028', '🙂'.repeat(1000)]) {
        const outcome = parser.parse(text)
        assert.equal(outcome.status, 'parsed', `${language.name} ${JSON.stringify(text.slice(0, 9))}`)
        checkShape((outcome as ParseOutcome & { status: 'parsed' }).tree)
      }
    }
  })

  it('of a damaged text holds all of it, and is the same each time', async () => {
    const sample = fc.constantFrom(...samples)
    const splice = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat(60),
      insert: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom('{', ')', '"', '`', '<', '/*', '\0', '\ud83d'),
      ),
    })
    await fc.assert(
      fc.asyncProperty(
        sample,
        fc.array(splice, { minLength: 1, maxLength: 6 }),
        async ({ language, text }, splices) => {
          for (const { at, remove, insert } of splices) {
            const place = Math.floor(at * text.length)
            text = text.slice(0, place) + insert + text.slice(place + remove)
          }
          const parser = await parserOf(language)
          const [first, second] = [parser.parse(text), parser.parse(text)]
          assert.equal(first.status, 'parsed')
          if (first.status !== 'parsed' || second.status !== 'parsed') return
          checkShape(first.tree)
          for (const array of ['kind', 'start', 'end', 'parent', 'next', 'field', 'flags'] as const)
            assert.deepEqual(first.tree[array], second.tree[array])
          assert.equal(first.weight, second.weight)
        },
      ),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 150) },
    )
  })
})
