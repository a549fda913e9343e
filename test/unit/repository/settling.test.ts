import assert from 'node:assert/strict'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import type { MirrorContent } from '../../../src/repository/mirror-content.ts'
import type { Seen } from '../../../src/repository/mirror-renames.ts'
import { Settling } from '../../../src/repository/settling.ts'
import { until } from '../../support/until.ts'

const text = (content: string): MirrorContent => ({ mode: 0o100644, text: content, blob: undefined })
const seen = (path: string, known: MirrorContent | undefined, disk: MirrorContent | undefined): Seen => ({
  path,
  known,
  disk,
})

describe('a change that may be half of one', () => {
  let due: readonly string[]
  let settling: Settling

  beforeEach(() => {
    due = []
    settling = new Settling((paths) => (due = paths))
  })
  afterEach(() => settling.close())

  const passed = (...all: readonly Seen[]): readonly string[] => settling.sift(all).map(({ path }) => path)

  it('waits where a file has come, gone or become empty, and others pass at once', () => {
    const edited = seen('edited', text('a'), text('ba'))
    const wait = [
      seen('come', undefined, text('a')),
      seen('gone', text('a'), undefined),
      seen('empty', text('a'), text('')),
    ]
    assert.deepEqual(passed(edited, ...wait), ['edited'])
    assert.deepEqual([...settling.paths], ['come', 'gone', 'empty'])
  })

  it('waits where a text has lost its end, or is none any more', () => {
    const known = text('one\ntwo\nthree\nand the end\n')
    const half = [
      seen('cut', known, text('one\nmine\ntw')),
      seen('in a character', known, { mode: 0o100644, text: undefined, blob: '1'.repeat(40) as ObjectId }),
    ]
    const whole = [
      seen('appended', known, text(`${known.text}mine\n`)),
      seen('edited', known, text(`mine\n${known.text}`)),
      seen('put back', known, text('one\n')),
    ]
    const sifted = settling.sift([...half, ...whole], ({ path }) => path === 'put back')
    assert.deepEqual(sifted, whole)
    assert.deepEqual([...settling.paths], ['cut', 'in a character'])
  })

  it('waits on while a file is being written, for itself', async () => {
    const cut = (content: string) => seen('cut', text('one\ntwo\n'), text(content))
    const gone = seen('gone', text('a'), undefined)
    assert.deepEqual(passed(cut('o'), gone), [])
    await until(() => due.length > 0)
    settling.heard(['cut', 'other'])
    assert.deepEqual(passed(cut('on'), gone), ['gone'])
    assert.ok(settling.has('cut'))
    await until(() => due.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 90))
    assert.deepEqual(passed(cut('one')), ['cut'])
  })

  it('waits until the file has rested, where that is known: the longer, the more it looks like a part', async () => {
    const known = text('one\ntwo\n')
    const rested = (disk: string, restedMs: number): Seen => ({ ...seen('a', known, text(disk)), restedMs })
    assert.deepEqual(passed(rested('one\ntwo more\n', 10)), [])
    await until(() => due.length > 0)
    await new Promise((resolve) => setTimeout(resolve, 90))
    assert.deepEqual(passed(rested('one\ntwo more\n', 40)), [])
    assert.deepEqual(passed(rested('one\ntwo more\n', 50)), ['a'])
    for (const part of ['one\n', '']) {
      assert.deepEqual(passed(rested(part, 400)), [])
      assert.deepEqual(passed(rested(part, 500)), ['a'])
    }
  })

  it('is forgotten where the file cannot be looked at any more', () => {
    assert.deepEqual(passed(seen('a', text('a'), text(''))), [])
    assert.deepEqual(passed(), [])
    assert.equal(settling.size, 0)
  })

  it('passes when it has waited, all of it together', async () => {
    const gone = seen('gone', text('a'), undefined)
    const come = seen('come', undefined, text('a'))
    assert.deepEqual(passed(gone), [])
    await until(() => due.length > 0)
    assert.deepEqual(due, ['gone'])
    assert.deepEqual(passed(gone, come), ['gone', 'come'])
    assert.equal(settling.size, 0)
  })

  it('is none where the file is whole again', () => {
    assert.deepEqual(passed(seen('a', text('a'), text(''))), [])
    assert.deepEqual(passed(seen('a', text('a'), text('ab'))), ['a'])
    assert.equal(settling.size, 0)
  })

  it('waits on while files come and go, but not without end', () => {
    const gone = seen('gone', text('a'), undefined)
    const cameAndWent = seen('between', undefined, undefined)
    const { now } = Date
    let ms = now()
    const begin = ms
    try {
      Date.now = () => ms
      assert.deepEqual(passed(gone), [])
      while (!passed(gone, cameAndWent).includes('gone')) ms += 50
    } finally {
      Date.now = now
    }
    assert.ok(ms - begin >= 4000 && ms - begin < 6000, `${ms - begin} ms`)
  })
})
