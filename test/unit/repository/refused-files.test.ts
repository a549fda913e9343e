import assert from 'node:assert/strict'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { WorkTree } from '../../../src/contracts/work-tree.ts'
import type { GitRepository } from '../../../src/git/repository.ts'
import { utf8 } from '../../../src/lib/bytes.ts'
import type { KnownFiles } from '../../../src/repository/known-files.ts'
import { MirrorReader } from '../../../src/repository/mirror-reader.ts'
import { MirrorWriter } from '../../../src/repository/mirror-writer.ts'
import type { Room } from '../../../src/room/room.ts'

describe('a file that the system refuses', () => {
  const problems: string[] = []
  let isRefusing: boolean
  const refuse = (path: string): void => {
    if (path === 'bad' && isRefusing) throw new AnvcsError('WORK_TREE_FAILED', { message: 'bad: EACCES' })
  }
  const tree = {
    read: async (path: string) => {
      refuse(path)
      return { path, mode: 0o100644, content: utf8(`${path}\n`) }
    },
    write: async (path: string) => {
      refuse(path)
      return true
    },
  } as unknown as WorkTree
  const room = {
    flush: async () => undefined,
    files: { at: (path: string) => ({ path, mode: 0o100644, text: 'new\n', blob: undefined }) },
  } as unknown as Room
  const known = {
    isSure: () => true,
    at: () => ({ mode: 0o100644, text: 'old\n', blob: undefined }),
    writing: () => undefined,
    written: () => undefined,
  } as unknown as KnownFiles
  const options = {
    room,
    tree,
    known,
    git: { index: { ignored: () => Promise.resolve(new Set()) } } as unknown as GitRepository,
    onProblem: (message: string) => void problems.push(message),
  }

  beforeEach(() => {
    problems.length = 0
    isRefusing = true
  })

  it('is told once and held in mind, and holds up no other that is read', async () => {
    const reader = new MirrorReader(options)
    const look = async () => (await reader.look(['a', 'bad', 'b'], () => undefined)).map(({ path }) => path)
    assert.deepEqual(await look(), ['a', 'b'])
    assert.deepEqual(await look(), ['a', 'b'])
    assert.deepEqual([...reader.unreadable], ['bad'])
    assert.deepEqual(problems, ['cannot be read: bad: EACCES'])
    isRefusing = false
    assert.deepEqual(await look(), ['a', 'bad', 'b'])
    assert.deepEqual([...reader.unreadable], [])
  })

  it('is told once and named, and holds up no other that is written', async () => {
    const writer = new MirrorWriter(options)
    const write = () => writer.write(['a', 'bad', 'b'], () => true)
    for (let i = 0; i < 2; i++)
      assert.deepEqual(await write(), { lacking: [], newer: [], refused: ['bad'], ignored: [], between: [] })
    assert.deepEqual(problems, ['cannot be written: bad: EACCES'])
    isRefusing = false
    assert.deepEqual(await write(), { lacking: [], newer: [], refused: [], ignored: [], between: [] })
  })
})
