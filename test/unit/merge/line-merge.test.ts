import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { lineMerge } from '../../../src/merge/line-merge.ts'

function merge(base: string, left: string, right: string) {
  return lineMerge.merge({ path: 'file', base, left, right })
}

function clean(text: string) {
  return { status: 'clean', text, certificate: 'line/1' }
}

const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd'), { maxLength: 12 }).map((lines) => lines.join(''))

describe('the merge by lines', () => {
  it('takes the changes of both sides at different places', () => {
    assert.deepEqual(merge('1\n2\n3\n4\n5\n', '1\nB\n3\n4\n5\n', '1\n2\n3\n4\nE\n6\n'), clean('1\nB\n3\n4\nE\n6\n'))
  })

  it('takes what both sides did alike once', () => {
    assert.deepEqual(merge('1\n2\n3\n', 'new\n1\n2\n3\n', 'new\n1\n2\n3\nend\n'), clean('new\n1\n2\n3\nend\n'))
  })

  it('marks a place that both sides changed', () => {
    assert.deepEqual(merge('1\n2\n3\n', '1\nleft\n3\n', '1\nright\n3\n'), {
      status: 'conflict',
      conflicts: 1,
      text: '1\n<<<<<<< left\nleft\n=======\nright\n>>>>>>> right\n3\n',
    })
  })

  it('leaves changes of neighbouring lines to people', () => {
    assert.equal(merge('1\n2\n', 'one\n2\n', '1\ntwo\n').status, 'conflict')
    assert.equal(merge('1\n2\n', '1\nnew\n2\n', '1\n').status, 'conflict')
  })

  it('leaves a deletion against a change to people', () => {
    assert.equal(merge('1\n2\n3\n', '1\n3\n', '1\ntwo\n3\n').status, 'conflict')
  })

  it('puts markers on lines of their own where a text does not end with a line break', () => {
    const { text: marked } = merge('a', 'b', 'c')
    assert.equal(marked, '<<<<<<< left\nb\n=======\nc\n>>>>>>> right\n')
  })

  it('gives the side that changed where the other did not', () => {
    fc.assert(
      fc.property(text, text, (base, side) => {
        assert.deepEqual(merge(base, side, base), clean(side))
        assert.deepEqual(merge(base, base, side), clean(side))
        assert.deepEqual(merge(base, side, side), clean(side))
      }),
    )
  })

  it('does not depend on which side is which', () => {
    fc.assert(
      fc.property(text, text, text, (base, left, right) => {
        const [one, other] = [merge(base, left, right), merge(base, right, left)]
        assert.equal(one.status, other.status)
        if (one.status === 'clean') assert.deepEqual(one, other)
      }),
      { numRuns: 2000 },
    )
  })

  it('gives up within its limit, the same way everywhere', () => {
    const random = new SeededRandom(3)
    const side = () => Array.from({ length: 30_000 }, () => `${random.below(50)}\n`).join('')
    const [base, left, right] = [side(), side(), side()]
    const output = merge(base, left, right)
    assert.equal(output.status, 'conflict')
    assert.equal(output.text, `<<<<<<< left\n${left}=======\n${right}>>>>>>> right\n`)
  })
})

describe('the merge by lines and git merge-file', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'line-merge-'))
    execFileSync('git', ['--version'])
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** Undefined where git sees a conflict. */
  function gitMerge(base: string, left: string, right: string): string | undefined {
    for (const [name, content] of Object.entries({ base, left, right })) writeFileSync(join(folder, name), content)
    const { status, stdout } = spawnSync('git', ['merge-file', '-p', 'left', 'base', 'right'], { cwd: folder })
    return status === 0 ? stdout.toString() : undefined
  }

  /** Lines that stand once, and edits that insert, delete and replace lines; now and then both sides do the same. */
  function triple(random: SeededRandom): [string, string, string] {
    const lines = Array.from({ length: 3 + random.below(20) }, (_, i) => `line ${i}\n`)
    if (random.chance(0.2)) lines[lines.length - 1] = 'no line break'
    const left = [...lines]
    const right = [...lines]
    for (let i = 0; i <= random.below(4); i++) {
      const at = random.below(lines.length)
      const insert = Array.from({ length: random.below(3) }, () => `new ${random.below(1000)}\n`)
      const edit = [at, random.below(3), ...insert] as const
      const sides = random.chance(0.15) ? [left, right] : [random.chance(0.5) ? left : right]
      for (const side of sides) if (at < side.length) side.splice(edit[0], edit[1], ...(edit.slice(2) as string[]))
    }
    return [lines.join(''), left.join(''), right.join('')]
  }

  it('make the same text wherever both are clean, and see the same conflicts', () => {
    const random = new SeededRandom(11)
    let bothClean = 0
    let differing = 0
    for (let i = 0; i < 100; i++) {
      const [base, left, right] = triple(random)
      const ours = merge(base, left, right)
      const theirs = gitMerge(base, left, right)
      if ((ours.status === 'clean') !== (theirs !== undefined)) differing++
      if (ours.status !== 'clean' || theirs === undefined) continue
      bothClean++
      assert.equal(ours.text, theirs, JSON.stringify({ base, left, right }))
    }
    assert.ok(bothClean > 25, `${bothClean} of 100 were clean`)
    assert.ok(differing < 6, `${differing} of 100 differ`)
  })
})
