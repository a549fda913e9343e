import { appendFileSync } from 'node:fs'
import type { SeededRandom } from '../../lib/seeded-random.ts'

/** What every typed word looks like: who typed it, the how manieth it was, and six random characters. */
export const wordPattern = /\b[a-z]+-\d+-[0-9a-z]{6}\b/

const characters = '0123456789abcdefghijklmnopqrstuvwxyz'

/** Makes words that are typed once each, and logs every one to a file before anybody gets to type it. */
export class Words {
  readonly #random: SeededRandom
  readonly #logPath: string
  readonly #counts = new Map<string, number>()

  constructor(random: SeededRandom, logPath: string) {
    this.#random = random
    this.#logPath = logPath
  }

  next(peer: string): string {
    const count = (this.#counts.get(peer) ?? 0) + 1
    this.#counts.set(peer, count)
    const tail = Array.from({ length: 6 }, () => characters[this.#random.below(characters.length)]).join('')
    const word = `${peer}-${count}-${tail}`
    appendFileSync(this.#logPath, `${word}\n`)
    return word
  }

  /** How many words each peer was given. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0)
  }
}
