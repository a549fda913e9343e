import assert from 'node:assert/strict'
import type { WorkTree } from '../../../src/contracts/work-tree.ts'
import type { GitRepository } from '../../../src/git/repository.ts'
import type { KnownFiles } from '../../../src/repository/known-files.ts'
import { MirrorWriter } from '../../../src/repository/mirror-writer.ts'
import type { Room } from '../../../src/room/room.ts'

describe('a writer of the files of a room', () => {
  const written: string[] = []
  const writer = new MirrorWriter({
    room: {
      files: { at: (path: string) => ({ path, mode: 0o100644, text: 'new\n' }) },
      flush: async () => undefined,
    } as unknown as Room,
    git: { index: { ignored: async () => new Set() } } as unknown as GitRepository,
    tree: { write: async (path: string) => (written.push(path), path !== 'changed.txt') } as unknown as WorkTree,
    known: {
      at: () => undefined,
      isSure: () => true,
      writing: () => undefined,
      written: () => undefined,
    } as unknown as KnownFiles,
    onProblem: (message) => assert.fail(message),
  })

  it('tells files that Git came before from those in which something newer lies: they are still to be written', async () => {
    const paths = ['a.txt', 'changed.txt', 'b.txt', 'c.txt']
    const { newer, between } = await writer.write(paths, () => written.length < 2)
    assert.deepEqual(
      { written, newer, between },
      {
        written: ['a.txt', 'changed.txt'],
        newer: ['changed.txt'],
        between: ['b.txt', 'c.txt'],
      },
    )
  })
})
