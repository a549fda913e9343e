import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FeedFiles } from '../../../../src/node/feed-files/feed-files.ts'
import { feedStoreSuite } from '../../../../src/testing/feed-store-suite.ts'

feedStoreSuite(
  'FeedFiles',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'anvcs-feeds-'))
    return {
      open: () => FeedFiles.open({ directory: join(root, 'feeds'), markers: join(root, 'markers') }),
      remove: () => rm(root, { recursive: true }),
    }
  },
  { crash: false, setFull: false },
)
