import assert from 'node:assert/strict'
import { SeededRandom } from '../../../../src/lib/seeded-random.ts'
import { isOwnGrammar } from '../../../../src/merge/syntax/own-grammars.ts'
import type { SyntaxTree } from '../../../../src/merge/syntax/syntax-tree.ts'
import type { ParseOutcome } from '../../../../src/merge/syntax/text-parser.ts'
import { compileWasmQuickly } from '../../../../src/node/compile-quickly.ts'
import { parserOf, samples } from './samples.ts'

/** Versions of each sample. */
const count = Number(process.env['MERGE_VERSIONS'] ?? 12)

function treeOf(outcome: ParseOutcome): SyntaxTree {
  assert.equal(outcome.status, 'parsed')
  return (outcome as { tree: SyntaxTree }).tree
}

/** All that a tree says. */
function contentOf({ size, kind, start, end, parent, next, field, flags }: SyntaxTree): string {
  return [size, kind, start, end, parent, next, field, flags].join('\n')
}

/** A text with lines doubled, taken away, moved, and words of other places in them. */
function changed(text: string, random: SeededRandom): string {
  const lines = text.split(/(?<=\n)/)
  const words = text.match(/\w+/g) ?? ['x']
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = random.below(lines.length)
    const line = lines[at] ?? ''
    const way = random.below(6)
    if (way === 0) lines.splice(at, 1)
    else if (way === 1) lines.splice(random.below(lines.length + 1), 0, line)
    else if (way === 2) lines.splice(random.below(lines.length), 0, ...lines.splice(at, 1))
    else if (way === 3) lines.splice(at, 0, ...lines.slice(random.below(lines.length)).slice(0, 1 + random.below(8)))
    else {
      const found = line.match(/\w+/g) ?? []
      const old = found[random.below(Math.max(1, found.length))]
      if (old !== undefined) lines[at] = line.replace(old, words[random.below(words.length)]!)
    }
  }
  const all = lines.join('')
  return random.below(8) === 0 ? all.trimEnd() : all
}

describe('versions of a text', () => {
  before(compileWasmQuickly)

  for (const { path, language, text } of samples)
    it(`have the trees that they have alone: ${path}`, async function () {
      this.timeout(20_000 + count * 500)
      const parser = await parserOf(language)
      const random = new SeededRandom(path.length)
      let shared = 0
      for (let i = 0; i < count; i++) {
        const base = random.below(3) === 0 ? changed(text, random) : text
        const [left, right] = [changed(base, random), changed(base, random)]
        using versions = parser.versions()
        for (const version of [base, left, right, base]) {
          const tree = treeOf(versions.parse(version))
          shared += tree.shared.length
          assert.equal(contentOf(tree), contentOf(treeOf(parser.parse(version))), `${base}\n---\n${version}`)
        }
      }
      // Of Swift the parser takes hardly anything over: it is in doubt nearly everywhere.
      if (!isOwnGrammar(language.grammar) && language.name !== 'Swift') assert.ok(shared > 0)
    })

  it('share what is below nodes that say the same', async () => {
    const { language } = samples.find(({ path }) => path.endsWith('.ts'))!
    const base = '\n\nfunction a(b: number) {\n  return b + 1\n}\nfunction c() {\n  return a(2) + a(3)\n}\n'
    using versions = (await parserOf(language)).versions()
    const first = treeOf(versions.parse(base))
    const tree = treeOf(versions.parse(base.replace('b + 1', 'b + 22')))
    assert.equal(tree.origin, first)
    for (const { node, origin } of tree.shared) assert.equal(tree.textOf(node), first.textOf(origin))
    assert.ok(tree.shared.some(({ node }) => tree.textOf(node).startsWith('function c')))
  })

  it('are parsed whole behind one that made the runtime fail', async () => {
    const { language, text } = samples.find(({ path }) => path.endsWith('.cs'))!
    const parser = await parserOf(language)
    using versions = parser.versions()
    versions.parse(text)
    assert.equal(versions.parse('a<'.repeat(15_000)).status, 'gave-up')
    const after = text.replace(/\w+/, 'x')
    assert.equal(contentOf(treeOf(versions.parse(after))), contentOf(treeOf(parser.parse(after))))
  })

  it('with errors share nothing', async () => {
    const { language, text } = samples.find(({ path }) => path.endsWith('.ts'))!
    using versions = (await parserOf(language)).versions()
    versions.parse(text)
    const tree = treeOf(versions.parse(`${text}\nfunction {`))
    assert.ok(tree.errorCount() > 0)
    assert.equal(tree.origin, undefined)
  })
})
