import type { Crypto } from '../contracts/crypto.ts'
import type { FeedStore } from '../contracts/feed-store.ts'
import type { FeedId, RoomId } from '../contracts/ids.ts'
import type { DeviceCertificate } from '../identity/device-certificate.ts'
import { feedIdOf } from '../identity/ids.ts'
import type { Admission, Membership } from './membership.ts'

export interface FeedChoiceOptions {
  readonly crypto: Crypto
  readonly store: FeedStore
  readonly room: RoomId
  readonly membership: Membership
  readonly admission: Admission
  readonly certificate: DeviceCertificate
}

/** The feed that this run writes. */
export interface FeedChoice {
  readonly feed: FeedId
  /** The number of the run that has to be opened; undefined where an earlier run is continued. */
  readonly newRun: number | undefined
}

/** Claims the feed of the last run where that ended cleanly, else the next one. */
export async function chooseFeed(options: FeedChoiceOptions): Promise<FeedChoice> {
  const { crypto, store, room, membership, admission, certificate } = options
  const [last] = membership.feedsOf(certificate.device).sort((a, b) => b.run - a.run)
  if (last && (await store.claim(last.feed, { resume: true }))) return { feed: last.feed, newRun: undefined }
  for (let run = (last?.run ?? -1) + 1; ; run++) {
    const feed = feedIdOf(crypto, room, admission.id, certificate.number, run)
    if (await store.claim(feed, { resume: true })) return { feed, newRun: run }
  }
}
