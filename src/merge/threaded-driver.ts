import type { Crypto } from '../contracts/crypto.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type {
  MergeDriver,
  MergedTrees,
  MergeInput,
  MergeOutput,
  ReadableTree,
  TreesOutput,
} from '../contracts/merge-driver.ts'
import { toHex, utf8 } from '../lib/bytes.ts'
import { outputOf } from './merge-driver.ts'
import type { MergeTextResult } from './merge-result.ts'

/** So much is merged in the room's own thread between two waits, in UTF-16 units and bytes: for little a thread is not worth it. */
const maxMergedHere = 65_536
/** What threads have answered is remembered until it is asked for, in UTF-16 units. */
const maxAnsweredUnits = 16_777_216
/** An answer without a text counts, too. */
const answerUnits = 1024

/** Threads beside the one that runs a room. What they answer is what it would compute itself. */
export interface MergeThreads {
  mergeText(input: MergeInput): Promise<MergeTextResult>
  /** Files are read in the thread that asks. */
  mergeTrees(input: MergedTrees): Promise<TreesOutput>
}

/**
 * A driver that is unready while threads compute what takes long. The threads only decide when an answer is there: one that they could not give, or that
 * was forgotten, is computed by `driver` where it is asked for.
 */
export function threadedDriver(
  driver: Required<MergeDriver>,
  crypto: Crypto,
  openThreads: () => Promise<MergeThreads>,
): MergeDriver {
  return new ThreadedDriver(driver, crypto, openThreads)
}

interface Answer {
  readonly units: number
  /** What it is, or what reading a file has thrown. */
  readonly output: MergeOutput | TreesOutput | { readonly thrown: unknown }
}

/** Thrown where more has to be read than is merged here. */
class TooMuch extends Error {}

class ThreadedDriver implements MergeDriver {
  readonly version: number
  readonly #driver: Required<MergeDriver>
  readonly #crypto: Crypto
  readonly #openThreads: () => Promise<MergeThreads>
  #threads: Promise<MergeThreads> | undefined
  /** Merges are asked for once, so that a room that needs more of them than are remembered comes to an end. Each is of far more text than stays here of it. */
  readonly #asked = new Set<string>()
  readonly #answers = new Map<string, Answer>()
  #answeredUnits = 0
  readonly #running = new Map<string, Promise<void>>()
  #leftHere = maxMergedHere

  constructor(driver: Required<MergeDriver>, crypto: Crypto, openThreads: () => Promise<MergeThreads>) {
    this.version = driver.version
    this.#driver = driver
    this.#crypto = crypto
    this.#openThreads = openThreads
  }

  merge(input: MergeInput): MergeOutput {
    const { path, base, left, right } = input
    const key = this.#keyOf(path, base, left, right)
    const known = this.#answers.get(key)?.output
    if (known) return known as MergeOutput
    if (this.#running.has(key)) return { status: 'unready' }
    if (this.#asked.has(key) || this.#takes(base.length + left.length + right.length)) return this.#driver.merge(input)
    this.#ask(key, async (threads) => {
      const output = outputOf(await threads.mergeText(input))
      return { units: output.text.length, output }
    })
    return { status: 'unready' }
  }

  mergeTrees(input: MergedTrees): TreesOutput {
    const { base, left, right, merged, unbound } = input
    const key = this.#keyOf(JSON.stringify([base.id, left.id, right.id, merged.id, ...unbound]))
    const known = this.#answers.get(key)?.output
    if (known && 'thrown' in known) {
      // What could not be read may be there the next time.
      this.#forget(key)
      this.#asked.delete(key)
      throw known.thrown
    }
    if (known) return known as TreesOutput
    if (this.#running.has(key)) return { status: 'unready' }
    if (this.#asked.has(key)) return this.#driver.mergeTrees(input)
    try {
      return this.#driver.mergeTrees(
        withReads(input, (read) => {
          const content = read()
          if (!this.#takes(content.length)) throw new TooMuch()
          return content
        }),
      )
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error
    }
    this.#ask(key, (threads) => treesAnswer(threads, input))
    return { status: 'unready' }
  }

  async prepare(): Promise<void> {
    this.#leftHere = maxMergedHere
    await Promise.all([this.#driver.prepare(), ...this.#running.values()])
  }

  /** Is there room for so much in this thread? */
  #takes(size: number): boolean {
    if (size > this.#leftHere) return false
    this.#leftHere -= size
    return true
  }

  #ask(key: string, answer: (threads: MergeThreads) => Promise<Answer>): void {
    this.#asked.add(key)
    const run = this.#run(key, answer).finally(() => this.#running.delete(key))
    this.#running.set(key, run)
    // It is `prepare` that tells.
    run.catch(() => undefined)
  }

  async #run(key: string, answer: (threads: MergeThreads) => Promise<Answer>): Promise<void> {
    try {
      this.#threads ??= this.#openThreads()
      this.#remember(key, await answer(await this.#threads))
    } catch (error) {
      if (!AnvcsError.is(error, 'ABORTED')) return
      // Everything ends: it is not the time to begin long work here.
      this.#asked.delete(key)
      throw error
    }
  }

  /** The oldest are forgotten first. */
  #remember(key: string, answer: Answer): void {
    this.#answers.set(key, answer)
    this.#answeredUnits += answerUnits + answer.units
    for (const oldest of this.#answers.keys()) {
      if (this.#answeredUnits <= maxAnsweredUnits) break
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    this.#answeredUnits -= answerUnits + this.#answers.get(key)!.units
    this.#answers.delete(key)
  }

  /** Others have another key, whatever characters they hold: JSON tells half surrogate pairs from each other. */
  #keyOf(...texts: readonly string[]): string {
    return toHex(this.#crypto.sha256(utf8(JSON.stringify(texts))))
  }
}

async function treesAnswer(threads: MergeThreads, input: MergedTrees): Promise<Answer> {
  let fault: { readonly thrown: unknown } | undefined
  const noting = withReads(input, (read) => {
    try {
      return read()
    } catch (thrown) {
      fault ??= { thrown }
      throw thrown
    }
  })
  try {
    return { units: 0, output: await threads.mergeTrees(noting) }
  } catch (error) {
    if (!fault || AnvcsError.is(error, 'ABORTED')) throw error
    return { units: 0, output: fault }
  }
}

/** The same trees, whose files are read so. */
function withReads(input: MergedTrees, reading: (read: () => Uint8Array) => Uint8Array): MergedTrees {
  const withTree = (tree: ReadableTree): ReadableTree => ({
    id: tree.id,
    files: () =>
      new Map(Array.from(tree.files(), ([path, file]) => [path, { ...file, read: () => reading(() => file.read()) }])),
  })
  const [base, left, right, merged] = [input.base, input.left, input.right, input.merged].map(withTree)
  return { ...input, base: base!, left: left!, right: right!, merged: merged! }
}
