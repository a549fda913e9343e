import assert from 'node:assert/strict'
import { SeededRandom } from '../../../../src/lib/seeded-random.ts'
import { danglingNames } from '../../../../src/merge/checks/bindings.ts'
import { areAlike, CommonParts } from '../../../../src/merge/checks/common-parts.ts'
import { duplicates } from '../../../../src/merge/checks/duplicates.ts'
import { revivedItems } from '../../../../src/merge/checks/revived-items.ts'
import { misfitCalls } from '../../../../src/merge/checks/signatures.ts'
import { strayChanges } from '../../../../src/merge/checks/stray-changes.ts'
import { languageOf } from '../../../../src/merge/languages/language-of.ts'
import { mergeByLines } from '../../../../src/merge/merge-by-lines.ts'
import { Identities } from '../../../../src/merge/structure/identities.ts'
import { Source } from '../../../../src/merge/structure/source.ts'
import { compileWasmQuickly } from '../../../../src/node/compile-quickly.ts'
import { parserOf } from '../syntax/samples.ts'

const count = Number(process.env['MERGE_COMMON'] ?? 200)

/** Blocks between empty lines, of which functions use each other, and some stand in others. */
const base = `import { read, write } from 'files'

export function first(path: string, times: number): string {
  if (times > 0) return first(path, times - 1)
  return read(path) + second(path)
}

function second(path: string): number {
  const length = read(path).length
  return length > 3 ? length : third(length, 3)
}

{
  second('a')

  write('b', first('b', 2) + third(1, 2))

  third(second('c'), 4)
}

function third(one: number, other: number): number {
  return one * other + limit
}

class Files {
  size = 1

  open(path: string): number {
    return this.size + second(path) + this.close(path)
  }

  close(path: string): number {
    this.size = third(this.size, 2)
    return path.length
  }
}

describe('files', () => {
  it('opens', () => second(first('x', 1)))

  it('closes', () => new Files().close(first('y', 2)))
})

const limit = 10

const most = limit + third(4, limit)
`

/** A block doubled, taken away, moved or put into another, a word with another name in one place or everywhere, or a call with one argument less. */
function changed(text: string, random: SeededRandom): string {
  const blocks = text.trimEnd().split('\n\n')
  const at = random.below(blocks.length)
  const block = blocks[at]!
  const words = text.match(/\b[a-z]{4,}\b/g) ?? ['none']
  const word = random.pick(words)
  const changes = [
    () => blocks.splice(at, 0, block),
    () => blocks.splice(at, 1),
    () => blocks.splice(random.below(blocks.length), 0, ...blocks.splice(at, 1)),
    () => (blocks[at] = `namespace Inner {\n${block}\n}`),
    () => (blocks[at] = block.replace(word, `${word}X`)),
    () => (blocks[at] = block.replaceAll(/\b[a-z]+\b/g, (found) => random.pick([found, found, found, word]))),
    () => (blocks[at] = block.replace(/(\(\w+), \w+/, '$1')),
  ]
  random.pick(changes)()
  const all = blocks.join('\n\n')
  return `${random.below(3) === 0 ? all.replaceAll(new RegExp(`\\b${word}\\b`, 'g'), `${word}Y`) : all}\n`
}

describe('parts that all versions of a merge share', () => {
  before(compileWasmQuickly)

  it('stand at other places where one has a note more or another one', () => {
    const notes = (...some: readonly (readonly [number, string])[]): readonly string[] => {
      const all: string[] = []
      for (const [part, note] of some) all[part] = note
      return all
    }
    assert.ok(areAlike([notes([1, 'a'], [3, 'b']), notes([3, 'b'], [1, 'a'])]))
    assert.ok(!areAlike([notes([1, 'a'], [3, 'b']), notes([3, 'b'])]))
    assert.ok(!areAlike([notes([3, 'b']), notes([1, 'a'], [3, 'b'])]))
    assert.ok(!areAlike([notes([1, 'a']), notes([1, 'a'], [3, 'b'])]))
  })

  it('leave what checks find as it is without them', async function () {
    this.timeout(20_000 + count * 100)
    const language = languageOf('files.ts')!
    const parser = await parserOf(language)
    const random = new SeededRandom(1)
    const [found, spared]: Record<string, number>[] = [{}, {}]
    for (let i = 0; i < count; i++) {
      using versions = parser.versions()
      const identities = new Identities()
      const known: Source[] = []
      const read = (version: string): Source => {
        const outcome = versions.parse(version)
        assert.equal(outcome.status, 'parsed')
        known.push(new Source(outcome.tree, language, language.merge!, identities, known))
        return known.at(-1)!
      }
      const [left, right] = [changed(base, random), changed(base, random)]
      const lines = mergeByLines({ path: 'files.ts', base, left, right })
      const result = random.below(2) === 0 && lines.status === 'clean' ? lines.text : changed(left, random)
      const sources = { base: read(base), left: read(left), right: read(right) }
      const merged = read(result)
      const common = CommonParts.of(sources, merged)
      const checks = (parts?: CommonParts) => ({
        stray: strayChanges(sources, merged, parts),
        revived: revivedItems(sources, merged, parts),
        doubled: duplicates(sources.left, sources.right, merged, parts),
        dangling: danglingNames(sources.left, sources.right, merged, parts),
        misfit: misfitCalls(sources.left, sources.right, merged, parts),
      })
      const whole = checks()
      assert.deepEqual(checks(common), whole, `${left}\n---\n${right}\n---\n${result}`)
      for (const [check, { length }] of Object.entries(whole)) {
        const counts = length > 0 ? found! : spared!
        if (common) counts[check] = (counts[check] ?? 0) + 1
      }
    }
    // What never finds anything, or always does, shows nothing.
    for (const counts of [found!, spared!]) assert.equal(Object.keys(counts).length, 5, JSON.stringify(counts))
  })
})
