import { existsSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { FeedId, RoomId } from '../contracts/ids.ts'
import { feedCorrupt } from '../node/feed-files/feed-reader.ts'
import { FeedFiles } from '../node/feed-files/feed-files.ts'
import { readJson, writeJson, type DataFolder, type RoomFolder } from './data-folder.ts'

/** Throws FEED_CORRUPT where the journal of a room is damaged. Reads it whole, and changes nothing. */
export async function checkJournal(data: DataFolder, room: RoomId): Promise<void> {
  await using store = await openJournal(data, room)
  const [damage] = (await store?.damages()) ?? []
  if (damage) throw feedCorrupt(damage.feed, damage.seq)
}

/**
 * The same of feeds whose files have changed since they were found whole here, by name, size and time: what a disk has lost since then
 * without a write, `checkJournal` finds.
 */
export async function checkChanges(data: DataFolder, room: RoomId): Promise<void> {
  const { feeds, checked } = data.room(room)
  await using store = await openJournal(data, room)
  if (!store) return
  const known = readJson(checked) as Readonly<Record<string, unknown>> | undefined
  const found = new Map<FeedId, string>()
  for (const feed of await store.feeds()) found.set(feed, await stampOf(join(feeds, feed)))
  const changed = [...found].flatMap(([feed, stamp]) => (known?.[feed] === stamp ? [] : [feed]))
  if (!changed.length) return
  const [damage] = await store.damages(changed)
  if (damage) throw feedCorrupt(damage.feed, damage.seq)
  // Where it cannot be written down, it is looked at again the next time.
  await writeJson(checked, Object.fromEntries(found)).catch(() => undefined)
}

/** Changes with each file of a feed. */
async function stampOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort()
  const lines = names.map((name) => {
    const info = statSync(join(folder, name), { bigint: true, throwIfNoEntry: false })
    return info ? `${name} ${info.size} ${info.mtimeNs}` : name
  })
  return `${names.length} ${crc32(lines.join('\n'))}`
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
