import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { RoomId } from '../contracts/ids.ts'
import { feedCorrupt } from '../node/feed-files/feed-reader.ts'
import { FeedFiles } from '../node/feed-files/feed-files.ts'
import type { DataFolder, RoomFolder } from './data-folder.ts'

/** Throws FEED_CORRUPT where the journal of a room is damaged. Reads it whole, and changes nothing. */
export async function checkJournal(data: DataFolder, room: RoomId): Promise<void> {
  await using store = await openJournal(data, room)
  const [damage] = (await store?.damages()) ?? []
  if (damage) throw feedCorrupt(damage.feed, damage.seq)
}

/**
 * Sets aside what is damaged of a room's journal, so that the room can be opened with the rest. A line for each feed that
 * lost something; none where the journal is whole.
 */
export async function mendJournal(data: DataFolder, room: RoomId): Promise<readonly string[]> {
  await using store = await openJournal(data, room)
  const damages = (await store?.mend()) ?? []
  return damages.map(({ feed, seq }) => {
    const folder = join(data.room(room).feeds, feed)
    return `feed ${feed} ends before entry ${seq} now; the damaged file is kept as .corrupt in ${folder}`
  })
}

/** Damaged files of a room's journal that were set aside. */
export async function corruptFiles({ feeds }: RoomFolder): Promise<readonly string[]> {
  const files = existsSync(feeds) ? await readdir(feeds, { recursive: true }) : []
  return files.filter((file) => file.endsWith('.corrupt')).map((file) => join(feeds, file))
}

async function openJournal(data: DataFolder, room: RoomId): Promise<FeedFiles | undefined> {
  const { feeds, markers } = data.room(room)
  return existsSync(feeds) ? FeedFiles.open({ directory: feeds, markers }) : undefined
}
