import { basename, dirname, join } from 'node:path/posix'
import type { SeededRandom } from '../../lib/seeded-random.ts'
import type { Place, Places } from './places.ts'
import type { Region, Script, Step } from './step.ts'
import type { Words } from './words.ts'

type Side = 'near' | 'far'

const functionWords = 40
const fileWords = 24
const apartWords = 12
const apartFileWords = 12
const lastWords = 8
const functionPauseMs = 2
const pauseMs = 5

/** Writes, by a seed, what each peer is going to do. */
export class Typing {
  readonly #random: SeededRandom
  readonly #words: Words
  readonly #places: Places
  /** A file that one peer makes and all type into. */
  readonly #shared: string

  constructor(random: SeededRandom, words: Words, places: Places) {
    this.#random = random
    this.#words = words
    this.#places = places
    this.#shared = `notes-${random.below(1_000_000)}.md`
  }

  /** All type into the same function, anywhere in it. */
  inFunction(peer: string): Script {
    const { function: place } = this.#places
    return {
      steps: this.#many(functionWords, () => this.#word(peer, place, place.whole, 'room')),
      pauseMs: functionPauseMs,
    }
  }

  /** All type into several files; one makes a file, one moves one, one deletes one. */
  inFiles(peer: string, part: 'creates' | 'moves' | 'removes'): Script {
    const { files, moved, removed } = this.#places
    const steps = files.length
      ? this.#many(fileWords, () => {
          const place = this.#random.pick(files)
          return this.#word(peer, place, place.whole, this.#random.chance(0.4) ? 'disk' : 'room')
        })
      : []
    const middle = steps.length >> 1
    if (part === 'creates')
      steps.unshift({ kind: 'create', path: this.#shared, text: `# Notes\n\n${this.#words.next(peer)}\n` })
    else steps.push(...this.#many(3, () => this.#wordIn(peer, [this.#shared], {}, '', 'room')))
    if (part === 'removes' && removed !== undefined) steps.splice(middle, 0, { kind: 'remove', path: removed })
    if (!moved) return { steps, pauseMs }
    const target = movedPath(moved.path)
    if (part === 'moves') steps.splice(middle, 0, { kind: 'move', from: moved.path, to: target })
    else
      for (let i = 0; i < 4; i++) {
        const word = this.#wordIn(peer, [moved.path, target], moved.whole, moved.prefix, 'room')
        steps.splice(this.#random.below(steps.length), 0, word)
      }
    return { steps, pauseMs }
  }

  /** The two sides of a partition type into the same function and the same files, at lines that do not touch. */
  apart(peer: string, side: Side): Script {
    const { files, function: place, movedApart } = this.#places
    const steps = this.#many(apartWords, () => this.#word(peer, place, place[side], 'room'))
    if (files.length)
      for (let i = 0; i < apartFileWords; i++) {
        const file = this.#random.pick(files)
        const word = this.#word(peer, file, file[side], this.#random.chance(0.4) ? 'disk' : 'room')
        steps.splice(this.#random.below(steps.length + 1), 0, word)
      }
    if (side === 'far') {
      const path = `apart-${this.#random.below(1_000_000)}.md`
      steps.push({ kind: 'create', path, text: `# Written apart\n\n${this.#words.next(peer)}\n` })
      if (movedApart) steps.push(...this.#many(3, () => this.#word(peer, movedApart, movedApart.whole, 'room')))
    }
    return { steps, pauseMs }
  }

  /** A move at one side of the partition; the other side types in that file. */
  moveApart(): Script {
    const { movedApart } = this.#places
    const steps: Step[] = movedApart ? [{ kind: 'move', from: movedApart.path, to: movedPath(movedApart.path) }] : []
    return { steps, pauseMs }
  }

  /** A few more words, everywhere. */
  again(peer: string): Script {
    const all = [this.#places.function, ...this.#places.files]
    const steps = this.#many(lastWords, () => {
      const place = this.#random.pick(all)
      return this.#word(peer, place, place.whole, this.#random.chance(0.4) ? 'disk' : 'room')
    })
    return { steps, pauseMs }
  }

  #many(count: number, make: () => Step): Step[] {
    return Array.from({ length: count }, make)
  }

  #word(peer: string, place: Place, region: Region, via: 'room' | 'disk'): Step {
    return this.#wordIn(peer, [place.path], region, place.prefix, via)
  }

  #wordIn(peer: string, paths: readonly string[], region: Region, prefix: string, via: 'room' | 'disk'): Step {
    const word = this.#words.next(peer)
    return {
      kind: 'word',
      word,
      paths,
      region,
      prefix,
      isNewLine: this.#random.chance(0.3),
      at: this.#random.next(),
      via,
    }
  }
}

function movedPath(path: string): string {
  return join(dirname(path), `moved-${basename(path)}`)
}
