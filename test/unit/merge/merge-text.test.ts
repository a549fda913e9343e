import assert from 'node:assert/strict'
import fc from 'fast-check'
import { GitMergeFile } from '../../../bench/git-merge-file.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { mergeText, type ConflictStyle, type MergeTextResult } from '../../../src/merge-on-node.ts'
import { mergeVersion } from '../../../src/merge/merge-version.ts'
import { LineTable, textOf } from '../../../src/merge/lines.ts'
import { lineTriple, type Triple, type TripleShape } from '../../support/line-triples.ts'
import { needsProgram } from '../../support/needs.ts'

const styles: readonly ConflictStyle[] = ['merge', 'diff3', 'zdiff3']

function merge(base: string, left: string, right: string, style?: ConflictStyle) {
  return mergeText({ path: 'file', base, left, right, style })
}

const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd'), { maxLength: 12 }).map((lines) => lines.join(''))

/** The merged text with one side's lines in place of each conflict. */
function resolved(merged: MergeTextResult, side: 'left' | 'right'): string {
  const lines = new LineTable().lines(merged.text)
  let at = 0
  let result = ''
  for (const conflict of merged.conflicts) {
    result += textOf(lines, at, conflict.lines.from) + conflict[side].text
    at = conflict.lines.end
  }
  return result + textOf(lines, at, lines.ids.length)
}

/** What the markers of a merged text say, read without knowing what the merge says of itself. */
function markedConflicts(merged: string): readonly { base: string; left: string; right: string }[] {
  const found: Record<'base' | 'left' | 'right', string>[] = []
  let part: 'base' | 'left' | 'right' | undefined
  for (const line of merged.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (line === '<<<<<<< left\n') found.push({ base: '', left: '', right: '' })
    if (line === '>>>>>>> right\n') part = undefined
    else if (line === '<<<<<<< left\n') part = 'left'
    else if (line === '||||||| base\n') part = 'base'
    else if (line === '=======\n') part = 'right'
    else if (part) found.at(-1)![part] += line
  }
  return found
}

describe('the merge of a text', () => {
  it('says what a clean result rests on', async () => {
    assert.deepEqual(await merge('1\n', '1\n', '2\n'), {
      status: 'clean',
      text: '2\n',
      conflicts: [],
      certificate: { version: mergeVersion, checks: ['identity'] },
    })
    assert.deepEqual(await merge('1\n2\n3\n', 'one\n2\n3\n', '1\n2\nthree\n'), {
      status: 'clean',
      text: 'one\n2\nthree\n',
      conflicts: [],
      certificate: { version: mergeVersion, checks: ['lines'] },
    })
  })

  it('says what conflicts where and why, besides marking it', async () => {
    assert.deepEqual(await merge('1\n2\n3\n', '1\nleft\n3\n', '1\nright\n3\n'), {
      status: 'conflict',
      text: '1\n<<<<<<< left\nleft\n=======\nright\n>>>>>>> right\n3\n',
      conflicts: [
        {
          lines: { from: 1, end: 6 },
          reason: 'both-changed',
          base: { lines: { from: 1, end: 2 }, text: '2\n' },
          left: { lines: { from: 1, end: 2 }, text: 'left\n' },
          right: { lines: { from: 1, end: 2 }, text: 'right\n' },
        },
      ],
    })
    const reasons = async (left: string, right: string) =>
      (await merge('1\n2\n3\n', left, right)).conflicts.map(({ reason }) => reason)
    assert.deepEqual(await reasons('1\n3\n', '1\ntwo\n3\n'), ['left-deleted'])
    assert.deepEqual(await reasons('1\ntwo\n3\n', '1\n3\n'), ['right-deleted'])
    assert.deepEqual(await reasons('1\n2\nl\n3\n', '1\n2\nr\n3\n'), ['both-added'])
  })

  it('parts a conflict at lines that both sides made alike, and joins what is near', async () => {
    const side = (name: string, between: string) => `top\n${name} 1\n${between}${name} 2\nend\n`
    const count = async (between: string) =>
      (await merge('top\nold\nend\n', side('left', between), side('right', between))).conflicts.length
    assert.equal(await count('a\nb\nc\nd\n'), 2)
    assert.equal(await count('a\nb\nc\n'), 1)
    assert.equal(await count('}\n\n}\n\n)\n'), 1)
  })

  it('writes labels and markers as it is told', async () => {
    const { text } = await mergeText({
      path: 'file',
      base: 'b\n',
      left: 'l\n',
      right: 'r\n',
      style: 'diff3',
      labels: { left: 'ours', base: '' },
      markerSize: 9,
    })
    assert.equal(text, '<<<<<<<<< ours\nl\n|||||||||\nb\n=========\nr\n>>>>>>>>> right\n')
  })

  it('rejects with the reason of its signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await assert.rejects(mergeText({ path: 'file', base: 'b', left: 'l', right: 'r', signal }), /enough/)
  })

  it('takes the side that changed, and what both made alike once', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (base, side) => {
        for (const texts of [[base, side, base] as const, [base, base, side] as const, [base, side, side] as const]) {
          const merged = await merge(...texts)
          assert.equal(merged.status, 'clean')
          assert.equal(merged.text, side)
        }
      }),
    )
  })

  it('does not depend on which side is which', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, async (base, left, right) => {
        for (const style of styles) {
          const [one, other] = [await merge(base, left, right, style), await merge(base, right, left, style)]
          assert.equal(one.status, other.status)
          if (one.status === 'clean') assert.equal(one.text, other.text)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('loses no line that one side added, and brings back none that one side deleted', async () => {
    const random = new SeededRandom(8)
    let cleanOnes = 0
    for (let i = 0; i < 4000; i++) {
      const texts = lineTriple(random, { lines: 40, kinds: 30, changes: 8 })
      const { status, text: merged } = await mergeText({ path: 'file', ...texts })
      if (status === 'conflict') continue
      cleanOnes++
      // A break that comes or goes at the end makes another line of it.
      const [base, left, right, lines] = [texts.base, texts.left, texts.right, merged].map(
        (whole) => new Set(whole.split(/\r?\n/)),
      ) as [Set<string>, Set<string>, Set<string>, Set<string>]
      for (const line of [...left, ...right])
        assert.ok(base.has(line) || lines.has(line), JSON.stringify({ line, texts }))
      for (const line of lines) assert.ok(left.has(line) || right.has(line), JSON.stringify({ line, texts }))
    }
    assert.ok(cleanOnes > 1000, `${cleanOnes} of 4000`)
  })

  it('says the same by markers and as data', async () => {
    // Lines that look like markers are told apart by nobody, and a last line without a break is given one.
    const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n'), { maxLength: 12 }).map((all) => all.join(''))
    await fc.assert(
      fc.asyncProperty(lines, lines, lines, fc.constantFrom(...styles), async (base, left, right, style) => {
        const merged = await merge(base, left, right, style)
        const told = merged.conflicts.map((conflict) => ({
          base: style === 'merge' ? '' : conflict.base.text,
          left: conflict.left.text,
          right: conflict.right.text,
        }))
        assert.deepEqual(markedConflicts(merged.text), told)
        for (const side of ['base', 'left', 'right'] as const) {
          const whole = new LineTable().lines({ base, left, right }[side])
          for (const { [side]: part } of merged.conflicts)
            assert.equal(textOf(whole, part.lines.from, part.lines.end), part.text)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('conflicts whole where the texts differ too much to be compared', async () => {
    const random = new SeededRandom(3)
    const side = () => Array.from({ length: 80_000 }, () => `${random.below(50)}\n`).join('')
    const [base, left, right] = [side(), side(), side()]
    const merged = await merge(base, left, right)
    assert.deepEqual(
      merged.conflicts.map(({ reason }) => reason),
      ['too-large'],
    )
    assert.equal(merged.text, `<<<<<<< left\n${left}=======\n${right}>>>>>>> right\n`)
  }).timeout(20_000)
})

describe('the merge of texts that are too large', () => {
  it('conflicts whole, and still says which lines', async () => {
    const long = `${'x'.repeat(1 << 24)}\n`
    const { text, conflicts } = await merge(`b\n${long}`, `l\nl\n${long}`, `r\n${long}`)
    assert.equal(text, `<<<<<<< left\nl\nl\n${long}=======\nr\n${long}>>>>>>> right\n`)
    assert.deepEqual(
      conflicts.map(({ lines, reason, left }) => ({ lines, reason, left: left.lines })),
      [{ lines: { from: 0, end: 8 }, reason: 'too-large', left: { from: 0, end: 3 } }],
    )
  })
})

describe('the merge of a text and git merge-file', function () {
  this.timeout(60_000)
  let git: GitMergeFile

  before(needsProgram('git'))
  before(() => (git = new GitMergeFile()))
  after(() => git?.[Symbol.dispose]())

  async function isEqual(texts: Triple, style: ConflictStyle): Promise<'clean' | 'conflict'> {
    const theirs = git.merge(texts, style)!
    const { status, text } = await mergeText({ path: 'file', ...texts, style })
    assert.deepEqual(
      { status, text },
      { status: theirs.status, text: theirs.text },
      JSON.stringify({ style, ...texts }),
    )
    return status
  }

  /** `clean`: of so many merges at least so many are clean. */
  const shapes: Readonly<Record<string, TripleShape & { readonly count: number; readonly clean: number }>> = {
    'small texts of few different lines': { lines: 14, kinds: 5, changes: 20, count: 150, clean: 40 },
    'texts of usual size': { lines: 200, kinds: 60, changes: 2, count: 50, clean: 15 },
    'long texts of few different lines': { lines: 2000, kinds: 4, changes: 15, count: 9, clean: 0 },
    'large differences, which no shortest script is looked for in': {
      lines: 6000,
      kinds: 60,
      changes: 90,
      count: 6,
      clean: 0,
    },
  }
  for (const [what, { count, clean, ...shape }] of Object.entries(shapes))
    it(`are alike on ${what}, in all styles`, async () => {
      const random = new SeededRandom(shape.lines)
      const statuses: string[] = []
      for (let i = 0; i < count; i++) {
        const texts = lineTriple(random, shape)
        statuses.push(await isEqual(texts, styles[i % styles.length]!))
      }
      const cleanOnes = statuses.filter((status) => status === 'clean').length
      assert.ok(cleanOnes >= clean, `${cleanOnes} of ${statuses.length} are clean`)
    })

  it('are alike on any lines', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, fc.constantFrom(...styles), async (base, left, right, style) => {
        await isEqual({ base, left, right }, style)
      }),
      { numRuns: 100 },
    )
  })

  it('resolve all conflicts for one side alike', async () => {
    const random = new SeededRandom(5)
    for (let i = 0; i < 40; i++) {
      const texts = lineTriple(random, { lines: 30, kinds: 8, changes: 25 })
      const merged = await mergeText({ path: 'file', ...texts })
      assert.equal(resolved(merged, 'left'), git.merge(texts, 'merge', '--ours')!.text, JSON.stringify(texts))
      assert.equal(resolved(merged, 'right'), git.merge(texts, 'merge', '--theirs')!.text, JSON.stringify(texts))
    }
  })
})
