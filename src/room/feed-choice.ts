import { AnvcsError } from '../contracts/errors.ts'
import type { FeedId, KeyId } from '../contracts/ids.ts'
import { maxDevices, type DeviceCertificate } from '../identity/device-certificate.ts'
import { feedIdOf } from '../identity/ids.ts'
import type { FeedIndex } from '../journal/feed-index.ts'
import type { OpeningBody } from './control-body.ts'
import type { JournalWriter } from './journal-writer.ts'
import type { RoomKeys } from './keys.ts'
import type { Admission, Membership } from './membership.ts'
import { OwnFeed } from './own-feed.ts'
import type { RoomOptions } from './room-options.ts'

/** What the own feed is opened in. */
export interface FeedPlace {
  readonly admission: Admission
  readonly membership: Membership
  readonly index: FeedIndex
  readonly keys: RoomKeys
  readonly writer: JournalWriter
}

/** The feed that this run writes, and how it has to be opened where it is new. */
export interface OpenedFeed {
  readonly feed: OwnFeed
  readonly opening: Omit<OpeningBody, 'salt'> | undefined
}

/**
 * Claims the feed of the last run where that ended cleanly, else the next one. Throws DEVICE_NUMBER_TAKEN where another device of the
 * member has the number of this one: a clone was copied, or a key is used in the clone of somebody else.
 */
export async function openOwnFeed(options: RoomOptions, place: FeedPlace): Promise<OpenedFeed> {
  const { crypto, deflate, clock, identity } = options
  const { admission, index, keys, writer } = place
  const { certificate, deviceSeed } = identity
  const { feed, newRun } = await claimFeed(options, place)
  writer.claimed(feed)
  return {
    feed: new OwnFeed({
      crypto,
      deflate,
      clock,
      index,
      keys,
      writer,
      feed,
      admittedIn: admission.place.feed,
      signingSeed: deviceSeed,
    }),
    opening: newRun === undefined ? undefined : { kind: 'opening', admission: admission.id, run: newRun, certificate },
  }
}

/** `newRun` is undefined where an earlier run goes on. */
async function claimFeed(
  { crypto, store, identity }: RoomOptions,
  { admission, membership, keys }: FeedPlace,
): Promise<{ readonly feed: FeedId; readonly newRun: number | undefined }> {
  const { certificate } = identity
  mustBeFree(membership.numbersOf(admission), certificate)
  const [last] = membership.feedsOf(certificate.device).sort((a, b) => b.run - a.run)
  if (last && (await store.claim(last.feed, { resume: true }))) return { feed: last.feed, newRun: undefined }
  for (let run = (last?.run ?? -1) + 1; ; run++) {
    const feed = feedIdOf(crypto, keys.room, admission.id, certificate.number, run)
    if (await store.claim(feed, { resume: true })) return { feed, newRun: run }
  }
}

function mustBeFree(taken: ReadonlyMap<number, KeyId>, { number, device }: DeviceCertificate): void {
  if ((taken.get(number) ?? device) === device) return
  const free = Array.from({ length: maxDevices }, (_, i) => i).find((i) => i > 0 && !taken.has(i))
  throw new AnvcsError('DEVICE_NUMBER_TAKEN', { details: { number, free: free ?? null } })
}
