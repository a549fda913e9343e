import assert from 'node:assert/strict'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import type { GitRepository } from '../../../src/git/repository.ts'
import type { MergedCommits } from '../../../src/repository/merge-commits.ts'
import { settleConflicts } from '../../../src/repository/settle-conflicts.ts'

describe('conflicts that are settled by other files', () => {
  it('are none of a file in which no names are followed: it may be too large to be read', async () => {
    const read = () => {
      throw new AnvcsError('MESSAGE_TOO_LARGE')
    }
    const git = { objects: { read } } as unknown as GitRepository
    const entry = (digit: string) => ({ mode: 0o100644, id: digit.repeat(40) as ObjectId })
    const conflicted = [{ path: 'film.mp4', base: entry('1'), left: entry('2'), right: entry('3') }]
    const merged: MergedCommits = { tree: entry('4').id, conflicts: ['film.mp4'], conflicted }
    const settled = await settleConflicts(git, { ours: entry('5').id, theirs: entry('6').id, merged })
    assert.deepEqual(settled, { merged, files: [], repaired: [], moved: [] })
  })
})
