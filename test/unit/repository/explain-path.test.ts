import assert from 'node:assert/strict'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { explainPath } from '../../../src/repository/explain-path.ts'

describe('the explanation of a conflict', () => {
  it('is of whole files where one is larger than what is read', async () => {
    const read = () => Promise.reject(new AnvcsError('MESSAGE_TOO_LARGE'))
    const entry = (digit: string) => ({ mode: 0o100644, id: digit.repeat(40) as ObjectId })
    const conflicted = { path: 'film.mp4', base: entry('1'), left: entry('2'), right: entry('3') }
    const { reason, conflicts } = await explainPath(conflicted, read)
    assert.deepEqual({ reason, conflicts }, { reason: 'binary', conflicts: [] })
  })
})
