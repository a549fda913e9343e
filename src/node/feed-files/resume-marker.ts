import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FeedId } from '../../contracts/ids.ts'
import { syncDirectory } from './sync-directory.ts'

/** The end of a feed as its author left it. */
export interface FeedEnd {
  readonly length: number
  /** CRC of the last frame. */
  readonly crc: number
}

/**
 * A note outside the feed's directory about how its author left it. A directory that was copied or restored from a backup
 * does not agree with it, and so nobody writes two histories of one feed.
 */
export class ResumeMarker {
  readonly #directory: string
  readonly #feedDirectory: string
  readonly #path: string

  constructor(directory: string, feed: FeedId, feedDirectory: string) {
    this.#directory = directory
    this.#feedDirectory = feedDirectory
    this.#path = join(directory, feed)
  }

  /** May the author of the feed go on at this end? Undefined: there is no entry. */
  async allows(end: FeedEnd | undefined): Promise<boolean> {
    const noted = await this.#read()
    if (noted === undefined) return end === undefined
    return noted === (await this.#textOf(end))
  }

  /** So many entries its author left, durable, in this directory; 0 where nobody can say. */
  async promised(): Promise<number> {
    const noted = await this.#read()
    const [, length, crc] = /^left (\d{1,15}) (\d{1,10}) /.exec(noted ?? '') ?? []
    if (length === undefined || !existsSync(this.#feedDirectory)) return 0
    if (noted !== (await this.#textOf({ length: Number(length), crc: Number(crc) }))) return 0
    return Number(length)
  }

  /** What is noted holds no longer, if something is. */
  async revoke(): Promise<void> {
    if ((await this.#read()) !== undefined) await this.open()
  }

  /** Notes, durably, that an author is writing. */
  async open(): Promise<void> {
    await this.#write('open\n')
  }

  /** Notes, durably, that the author left the feed at this end. */
  async leave(end: FeedEnd | undefined): Promise<void> {
    await this.#write(await this.#textOf(end))
  }

  async #read(): Promise<string | undefined> {
    return readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
  }

  async #textOf(end: FeedEnd | undefined): Promise<string> {
    const { ino } = await stat(this.#feedDirectory)
    const machine = await readFile('/etc/machine-id', 'utf8').catch(() => '')
    return `left ${end?.length ?? 0} ${end?.crc ?? 0} ${ino} ${machine.trim()}\n`
  }

  async #write(text: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    const draft = `${this.#path}.draft`
    const file = await open(draft, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, this.#path)
    await syncDirectory(this.#directory)
  }
}
