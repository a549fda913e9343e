import { distinctNumbers, type ClientNumbers, type Writer } from './client-numbers.ts'

/** How numbers change: from the old one to the new one. */
export type Renumbering = (number: number) => number

/**
 * The Yjs clients in the documents of a file, one for each who may have typed in it. As long as no two share a number, and
 * without an attack that is always, they are the numbers of the ids, here and in the updates that travel.
 */
export class FileClients implements ClientNumbers {
  readonly #own = new Map<Writer, number>()
  #numbers: ReadonlyMap<Writer, number> = this.#own
  #writers = new Map<number, Writer>()

  /** Has somebody another number here than its id gives it? */
  get isShared(): boolean {
    return this.#numbers !== this.#own
  }

  numberOf(writer: Writer): number | undefined {
    return this.#numbers.get(writer)
  }

  writerOf(number: number): Writer | undefined {
    return this.#writers.get(number)
  }

  /** Adds a writer by the number that its id gives it. Answers how others have changed theirs, where some have. */
  add(writer: Writer, number: number): Renumbering | undefined {
    if (this.#own.has(writer)) return undefined
    this.#own.set(writer, number)
    if (!this.isShared && number > 0 && !this.#writers.has(number)) {
      this.#writers.set(number, writer)
      return undefined
    }
    const before = this.#writers
    this.#numbers = distinctNumbers(this.#own)
    this.#writers = writersOf(this.#numbers)
    const isSame = [...before].every(([old, each]) => this.#numbers.get(each) === old)
    return isSame ? undefined : (old) => this.#numbers.get(before.get(old)!)!
  }

  /** The numbers among some of the writers: those of an update whose writer had seen no others. */
  among(writers: Iterable<Writer>): ClientNumbers {
    const numbers = distinctNumbers(new Map([...writers].map((writer) => [writer, this.#own.get(writer)!])))
    const of = writersOf(numbers)
    return { numberOf: (writer) => numbers.get(writer), writerOf: (number) => of.get(number) }
  }
}

function writersOf(numbers: ReadonlyMap<Writer, number>): Map<number, Writer> {
  return new Map([...numbers].map(([writer, number]) => [number, writer]))
}
