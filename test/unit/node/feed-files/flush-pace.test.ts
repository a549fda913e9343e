import assert from 'node:assert/strict'
import { closeSync, openSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FlushPace } from '../../../../src/node/feed-files/flush-pace.ts'

describe('the pace of flushes', () => {
  const path = join(tmpdir(), `anvcs-pace-${process.pid}`)
  let fd: number
  before(() => (fd = openSync(path, 'w')))
  after(() => {
    closeSync(fd)
    unlinkSync(path)
  })

  /** Where flushes are made that begin at these times and take so long. */
  async function places(...flushes: readonly (readonly [beginsMs: number, takesMs: number])[]): Promise<string> {
    let nowMs = 0
    let endsMs: number | undefined
    const pace = new FlushPace(() => endsMs ?? nowMs)
    let made = ''
    for (const [beginsMs, takesMs] of flushes) {
      nowMs = beginsMs
      endsMs = undefined
      let place = 'here '
      await pace.flush({
        get fd() {
          endsMs = beginsMs + takesMs
          return fd
        },
        datasync: () => {
          endsMs = beginsMs + takesMs
          place = 'thread '
          return Promise.resolve()
        },
      })
      made += place
    }
    return made.trim()
  }

  it('is that of a thread until the disk is known to be quick', async () =>
    assert.equal(await places([0, 0.3], [10, 0.3], [20, 0.3]), 'thread here here'))

  it('is that of a thread after a slow flush, until one is quick again', async () =>
    assert.equal(await places([0, 0.3], [10, 5], [20, 5], [30, 0.3], [40, 0.3]), 'thread here thread thread here'))

  it('is that of a thread for what comes close together', async () =>
    assert.equal(
      await places([0, 0.3], [10, 0.3], [10.5, 0.3], [11, 0.3], [20, 0.3]),
      'thread here thread thread here',
    ))
})
