import assert from 'node:assert/strict'
import { findSuspects } from '../../../src/repository/guards/find-suspects.ts'
import { guardDigest, readGuard } from '../../../src/repository/guards/guard.ts'
import { linesOf, newLines } from '../../../src/repository/guards/new-lines.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'

describe('the parts of a guard run', () => {
  const differences = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      path: `f${String(at).padStart(4, '0')}`,
      after: { mode: 0o100644, id: 'a'.repeat(40) as ObjectId },
    }))

  it('finds the one file of many in ten runs at most', async () => {
    for (const [count, culprit] of [
      [1, 0],
      [2, 1],
      [1000, 0],
      [1000, 999],
      [1000, 517],
      [1024, 3],
    ] as const) {
      let runs = 0
      const suspects = await findSuspects(differences(count), async (changes) => {
        runs++
        return changes.length > culprit
      })
      assert.deepEqual([suspects, runs <= 10], [[`f${String(culprit).padStart(4, '0')}`], true])
    }
  })

  it('tells several files where ten runs are too few, and at most twenty', async () => {
    const suspects = await findSuspects(differences(5000), async (changes) => changes.length > 2500)
    assert.ok(suspects.length > 1 && suspects.length <= 20 && suspects.includes('f2500'))
    assert.equal((await findSuspects(differences(50_000), async () => false)).length, 20)
  })

  it('calls new what no other output has, whatever its numbers and colours', () => {
    const before = 'a.ts(12,5): error TS2304\n3 failing\n'
    assert.deepEqual([...newLines('\u001b[31ma.ts(13,5): error TS2304\u001b[0m\r\n4 failing\n', [before])], [])
    assert.deepEqual(
      [...newLines('a.ts(1,1): error TS2304\nb.ts(1,1): error TS2304\n', [before])],
      ['b.ts(#,#): error TS#'],
    )
    // Each side had one of its own; a third one is new.
    assert.deepEqual([...newLines('no a\nno a\n', ['no a\n', 'no a\n'])], [])
    assert.deepEqual([...newLines('no a\nno a\nno a\n', ['no a\n', 'no a\n'])], ['no a'])
    assert.deepEqual(linesOf('at 8f3a9c1d2 in facade\n\n'), ['at # in facade'])
  })

  it('reads a command, or a map of what is known, and nothing else', () => {
    assert.deepEqual(readGuard('a', 'make'), { name: 'a', run: 'make', when: [], writes: [], timeoutSeconds: 600 })
    assert.deepEqual(readGuard('a', ['make', 'x y'])?.run, ['make', 'x y'])
    const wrong = [
      1,
      null,
      '',
      ' ',
      [],
      [''],
      ['a', 1],
      'a\0b',
      'a\ud800',
      'x'.repeat(5000),
      {},
      { run: 'a', shell: 'b' },
    ]
    const files = [
      { run: 'a', writes: 'b' },
      { run: 'a', writes: [] },
      { run: 'a', when: ['a'], writes: ['b'] },
    ]
    for (const value of [...wrong, ...files, { run: 'a', when: 'b' }, { run: 'a', timeoutSeconds: 3601 }])
      assert.equal(readGuard('a', value), undefined)
    for (const name of ['', '.a', 'a b', 'a\n', 'x'.repeat(65)]) assert.equal(readGuard(name, 'make'), undefined)
  })

  it('has another digest for any other command, pattern, time or order', () => {
    const lists = [
      ['make'],
      [['make']],
      ['make '],
      [{ run: 'make', when: ['a'] }],
      [{ run: 'make', writes: ['a'] }],
      [{ run: 'make', timeoutSeconds: 1 }],
      ['make', 'test'],
      ['test', 'make'],
      [],
    ].map((values) => values.map((value, at) => readGuard(`g${at}`, value)!))
    assert.equal(new Set(lists.map(guardDigest)).size, lists.length)
  })
})
