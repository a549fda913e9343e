import { join } from 'node:path'
import type { RoomId } from '../contracts/ids.ts'
import { isWebSocketUrl } from '../../signaling/client/index.ts'
import { readJson, writeJson, type DataFolder } from './data-folder.ts'

const maxUrls = 16

/** Signaling servers at which a room was met before. */
export async function knownUrls(data: DataFolder, room: RoomId): Promise<readonly string[]> {
  const urls = readJson(join(data.room(room).path, 'signaling.json'))
  const known = (Array.isArray(urls) ? urls : []).filter((url): url is string => typeof url === 'string')
  return known.filter(isWebSocketUrl).slice(0, maxUrls)
}

/** Remembers servers for the next start, the newest first. */
export async function rememberUrls(data: DataFolder, room: RoomId, urls: readonly string[]): Promise<void> {
  if (!urls.length) return
  const known = await knownUrls(data, room)
  await writeJson(join(data.room(room).path, 'signaling.json'), [...new Set([...urls, ...known])].slice(0, maxUrls))
}
