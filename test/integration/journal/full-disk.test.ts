import { execFile } from 'node:child_process'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FeedFiles } from '../../../src/node/feed-files/feed-files.ts'
import { feedStoreSuite } from '../../../src/testing/feed-store-suite.ts'
import { needsRoot } from '../../support/needs.ts'

const run = promisify(execFile)

describe('on a small file system of its own', () => {
  before(needsRoot())

  feedStoreSuite(
    'FeedFiles',
    async () => {
      const root = await mkdtemp(join(tmpdir(), 'anvcs-small-'))
      await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', root])
      const ballast = join(root, 'ballast')
      return {
        open: () => FeedFiles.open({ directory: join(root, 'feeds'), markers: join(root, 'markers') }),
        setFull: async (full) => {
          const { bavail, bsize } = await statfs(root)
          // What is left is enough for a part of the next segment.
          if (full) await writeFile(ballast, Buffer.alloc(bavail * bsize - 40_960))
          else await rm(ballast)
        },
        remove: async () => {
          await run('umount', [root])
          await rm(root, { recursive: true })
        },
      }
    },
    { crash: false, setFull: true },
  )
})
