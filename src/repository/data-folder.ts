import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { RoomId } from '../contracts/ids.ts'

/** Called with the path of a file before it gets its name. */
export type Share = (path: string) => void

/** Where everything of ours lies in a repository: `<git common dir>/ai-vcs`, which no `git clean` reaches. */
export class DataFolder {
  readonly path: string
  readonly #share: Share

  /** `share` gives a file the permissions of a repository that several users share. */
  constructor(path: string, share: Share = () => {}) {
    this.path = path
    this.#share = share
  }

  /** What belongs to one room: feeds, keys, the state of the mirror. */
  room(room: RoomId): RoomFolder {
    return new RoomFolder(join(this.path, 'rooms', room))
  }

  /** Belongs to the local socket. */
  get socket(): string {
    return join(this.path, 'socket')
  }

  /** The room of a branch (its full name). */
  async roomOf(branch: string): Promise<RoomId | undefined> {
    return (await this.#branches())[branch]
  }

  /** The branch (its full name) that has a room. */
  async branchOf(room: RoomId): Promise<string | undefined> {
    return Object.entries(await this.#branches()).find(([, id]) => id === room)?.[0]
  }

  /** The rooms that branches have. */
  async rooms(): Promise<readonly RoomId[]> {
    return [...new Set(Object.values(await this.#branches()))]
  }

  async setRoom(branch: string, room: RoomId | undefined): Promise<void> {
    const { [branch]: _, ...others } = await this.#branches()
    await writeJson(this.#branchesPath, room ? { ...others, [branch]: room } : others, this.#share)
  }

  get #branchesPath(): string {
    return join(this.path, 'branches.json')
  }

  async #branches(): Promise<Readonly<Record<string, RoomId>>> {
    return ((await readRecord(this.#branchesPath)) ?? {}) as Readonly<Record<string, RoomId>>
  }

  /** Which device this clone is. */
  async device(): Promise<StoredDevice | undefined> {
    return (await readRecord(join(this.path, 'device.json'))) as StoredDevice | undefined
  }

  async setDevice(device: StoredDevice): Promise<void> {
    await writeJson(join(this.path, 'device.json'), device, this.#share)
  }
}

/** How a clone remembers its device; the keys lie with the user's. */
export interface StoredDevice {
  readonly device: string
  /** Counts up when a copied clone gets a key of its own. */
  readonly number: number
}

/** The folder of one room. */
export class RoomFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  get feeds(): string {
    return join(this.path, 'feeds')
  }

  get markers(): string {
    return join(this.path, 'markers')
  }

  get keys(): string {
    return join(this.path, 'keys')
  }

  get mirror(): string {
    return join(this.path, 'mirror.log')
  }

  /** Which files of the journal were found whole. */
  get checked(): string {
    return join(this.path, 'checked.json')
  }

  get staged(): string {
    return join(this.path, 'staged.json')
  }
}

/** The content of a JSON file, or undefined where there is none or it cannot be read as JSON. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown
  } catch {
    return undefined
  }
}

/**
 * The object in a JSON file that nothing can stand in for, or undefined where there is no file. Throws ROOM_CORRUPT where it
 * is damaged: a room that is taken for missing would be founded a second time.
 */
async function readRecord(path: string): Promise<object | undefined> {
  const value = readJson(path)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  if (value === undefined && !existsSync(path)) return undefined
  throw new AnvcsError('ROOM_CORRUPT', { message: `${path} is damaged.` })
}

/** Replaces a JSON file at once, for its user only unless it is shared. */
export async function writeJson(path: string, value: unknown, share?: Share): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  const temporary = `${path}.new`
  try {
    await writeFile(temporary, `${JSON.stringify(value)}\n`, { mode: 0o600 })
    share?.(temporary)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Gives a folder its final name. */
export async function moveFolder(from: string, to: string): Promise<void> {
  await mkdir(join(to, '..'), { recursive: true, mode: 0o700 })
  await rename(from, to)
}
