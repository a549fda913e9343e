import assert from 'node:assert/strict'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { mergeText } from '../../../src/merge-on-node.ts'
import { type EditedCode, editedCode } from '../../support/code-triples.ts'
import { parserOf, samples } from './syntax/samples.ts'

/** Triples of all languages together; `MERGE_TRIPLES=100000` for many. */
const triples = Number(process.env['MERGE_TRIPLES'] ?? 150)

const code = samples.filter(({ language }) => language.merge)

/** Words by line: what both sides add in one line may stand in either order there. */
const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => (line.match(/[\w$]+|[^\s,]/g) ?? []).sort().join(' '))
    .sort()

async function assertMerge(
  path: string,
  base: string,
  left: EditedCode,
  right: EditedCode,
): Promise<'clean' | 'conflict'> {
  const merged = await mergeText({ path, base, left: left.text, right: right.text })
  const other = await mergeText({ path, base, left: right.text, right: left.text })
  assert.equal(other.status, merged.status)
  for (const word of [...left.fresh, ...right.fresh]) assert.ok(merged.text.includes(word), word)
  if (merged.status === 'clean') {
    assert.deepEqual(linesOf(other.text), linesOf(merged.text))
    return 'clean'
  }
  const markers = ['<{7} left', '={7}', '>{7} right'].map(
    (sign) => merged.text.match(new RegExp(`^${sign}$`, 'gm'))?.length,
  )
  assert.deepEqual(
    markers,
    merged.conflicts
      .map(() => merged.conflicts.length)
      .slice(0, 1)
      .flatMap((n) => [n, n, n]),
  )
  for (const conflict of merged.conflicts)
    for (const [side, { text }] of [
      ['left', left],
      ['right', right],
    ] as const) {
      const { lines, text: shown } = conflict[side]
      const own = text.split('\n').slice(lines.from, lines.end).join('\n')
      assert.equal(shown.replace(/\n$/, ''), own)
    }
  return 'conflict'
}

describe('merges of generated edits', () => {
  it('lose nothing, parse, and give both sides the same', async function () {
    this.timeout(triples * 1000)
    const random = new SeededRandom(Number(process.env['MERGE_SEED'] ?? 3))
    const counts = { clean: 0, conflict: 0 }
    for (let i = 0; i < triples; i++) {
      const { path, language, text: base } = code[i % code.length]!
      const parser = await parserOf(language)
      const parse = (text: string) => {
        const outcome = parser.parse(text)
        return outcome.status === 'parsed' ? outcome.tree : undefined
      }
      const [left, right] = ['l', 'r'].map((side) => editedCode(base, language, parse, random, side)) as [
        EditedCode,
        EditedCode,
      ]
      const told = `${path}, triple ${i}\n`
      try {
        counts[await assertMerge(path, base, left, right)]++
        for (const [one, two, expected] of [
          [left, { text: base }, left],
          [{ text: base }, left, left],
          [left, left, left],
        ] as const)
          assert.equal((await mergeText({ path, base, left: one.text, right: two.text })).text, expected.text)
        const { status, text } = await mergeText({ path, base, left: left.text, right: right.text })
        if (status === 'clean') assert.equal(parse(text)?.errorCount(), 0)
      } catch (error) {
        throw new Error(`${told}${String(error)}`, { cause: error })
      }
    }
    assert.ok(counts.clean > triples / 5 && counts.conflict > triples / 25, JSON.stringify(counts))
  })
})
