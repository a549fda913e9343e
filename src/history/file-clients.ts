import { distinctNumbers, type ClientNumbers, type Writer } from './client-numbers.ts'

/** Of so many writers each can be looked at. */
const few = 8

/** How numbers change: from the old one to the new one. */
export type Renumbering = (number: number) => number

/**
 * The Yjs clients in the documents of a file, one for each who may have typed in it. As long as no two share a number, and
 * without an attack that is always, they are the numbers of the ids, here and in the updates that travel.
 */
export class FileClients implements ClientNumbers {
  readonly #own = new Map<Writer, number>()
  #numbers: ReadonlyMap<Writer, number> = this.#own
  /** Made when somebody asks by number: most files have one or two writers and are typed in by none but us. */
  #writers: Map<number, Writer> | undefined

  /** Has somebody another number here than its id gives it? */
  get isShared(): boolean {
    return this.#numbers !== this.#own
  }

  numberOf(writer: Writer): number | undefined {
    return this.#numbers.get(writer)
  }

  writerOf(number: number): Writer | undefined {
    return this.#index().get(number)
  }

  /** Adds a writer by the number that its id gives it. Answers how others have changed theirs, where some have. */
  add(writer: Writer, number: number): Renumbering | undefined {
    if (this.#own.has(writer)) return undefined
    if (!this.isShared && number > 0 && !this.#isTaken(number)) {
      this.#own.set(writer, number)
      this.#writers?.set(number, writer)
      return undefined
    }
    const before = this.#index()
    this.#own.set(writer, number)
    this.#numbers = distinctNumbers(this.#own)
    this.#writers = undefined
    const isSame = [...before].every(([old, each]) => this.#numbers.get(each) === old)
    return isSame ? undefined : (old) => this.#numbers.get(before.get(old)!)!
  }

  #isTaken(number: number): boolean {
    if (this.#writers || this.#own.size > few) return this.#index().has(number)
    for (const taken of this.#own.values()) if (taken === number) return true
    return false
  }

  #index(): Map<number, Writer> {
    return (this.#writers ??= writersOf(this.#numbers))
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
