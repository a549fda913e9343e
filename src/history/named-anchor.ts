import type { FeedId } from '../contracts/ids.ts'
import type { Anchor } from './anchor.ts'

/** A named state of a commit, and the entry that named it. */
export interface Naming {
  readonly anchor: Anchor
  readonly feed: FeedId
  readonly seq: number
  readonly lamport: number
}
