import { MemoryFeeds, MemoryFeedStore } from '../../../src/browser/memory-feed-store.ts'
import { feedStoreSuite } from '../../../src/testing/feed-store-suite.ts'

feedStoreSuite(
  'MemoryFeedStore of a page',
  async () => {
    const feeds = new MemoryFeeds()
    return { open: async () => new MemoryFeedStore(feeds), remove: async () => undefined }
  },
  { crash: false, setFull: false },
)
