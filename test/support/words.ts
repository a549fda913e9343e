import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RoomPeer } from './room-peer.ts'

/** Words that occur nowhere else: after all exchange each must be there exactly once, at every peer. */
export class Words {
  readonly all: string[] = []

  /** Adds a line with a new word at the end of a file. */
  append({ name, folder }: RoomPeer, path: string): void {
    const word = `${name}.${this.all.length}`
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    appendFileSync(join(folder, path), `${word}\n`)
    this.all.push(word)
  }

  /** Adds a line with a new word through the room, at the end of the first of these files that is there. */
  async type(peer: RoomPeer, paths: readonly string[]): Promise<void> {
    const word = `${peer.name}.${this.all.length}`
    if (await peer.call('type', { paths, line: `${word}\n` })) this.all.push(word)
  }

  /** Words that are not exactly once in the files of a folder, with their number. */
  wrongIn(folder: string): readonly string[] {
    const counts = new Map<string, number>()
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (/^\.(?:git|ai)(?:\/|$)/.test(name)) continue
      for (const word of textOf(join(folder, name)).split(/\s+/)) counts.set(word, (counts.get(word) ?? 0) + 1)
    }
    return this.all.filter((word) => counts.get(word) !== 1).map((word) => `${word}: ${counts.get(word) ?? 0}`)
  }
}

function textOf(full: string): string {
  try {
    return readFileSync(full, 'utf8')
  } catch {
    return '' // A folder, or gone meanwhile.
  }
}
