import { join } from 'node:path'
import type { RoomId } from '../contracts/ids.ts'
import { readJson, writeJson, type DataFolder } from './data-folder.ts'

/** The port at which this clone was met in a room before: its members look for it there. */
export async function knownPort(data: DataFolder, room: RoomId): Promise<number | undefined> {
  const port = readJson(pathOf(data, room))
  return Number.isInteger(port) && (port as number) > 0 && (port as number) < 65_536 ? (port as number) : undefined
}

export async function rememberPort(data: DataFolder, room: RoomId, port: number): Promise<void> {
  await writeJson(pathOf(data, room), port)
}

function pathOf(data: DataFolder, room: RoomId): string {
  return join(data.room(room).path, 'port.json')
}
