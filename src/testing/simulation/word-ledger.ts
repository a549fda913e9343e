/** What is to be found of a word in the end. */
export interface WordFate {
  /** Who typed it: a peer's name, `base` or `upstream`. */
  readonly by: string
  /** `open`: typed or deleted by somebody whose machine failed before that was durable; it may be there or not. */
  state: 'kept' | 'deleted' | 'open'
}

interface Edit {
  readonly typed: readonly string[]
  readonly deleted: readonly string[]
}

/** A word is one ideograph: a diff that types as little as it can may cut a longer word in two, and half of it may be deleted. */
const pattern = /[\u4e00-\u9fff]/g
const firstWord = 0x4e00

/** The words of a text that a ledger may know. */
export function wordsOf(text: string): readonly string[] {
  return text.match(pattern) ?? []
}

/** Every word that was ever typed; each is unique, so that its loss or doubling shows in the text itself. */
export class WordLedger {
  readonly fates = new Map<string, WordFate>()
  /** Edits that are not known to be durable, by author. */
  readonly #pending = new Map<string, Set<Edit>>()
  #next = 0

  /** A word that nobody has typed yet. */
  fresh(by: string): string {
    const word = wordOf(this.#next++)
    this.fates.set(word, { by, state: 'kept' })
    return word
  }

  /** What one edit did: from a text that its author had read to the one that it wrote. Returns the way to say that it is durable. */
  edited(by: string, before: string, after: string): () => void {
    const kept = new Set(wordsOf(after))
    const known = new Set(wordsOf(before))
    const typed = [...kept].filter((word) => !known.has(word))
    const deleted = [...known].filter((word) => !kept.has(word))
    for (const word of deleted) this.#mark(word, 'deleted')
    const edit = { typed, deleted }
    let pending = this.#pending.get(by)
    if (!pending) this.#pending.set(by, (pending = new Set()))
    pending.add(edit)
    return () => void pending.delete(edit)
  }

  /** Words that were drawn for a text and did not get into it. */
  dropUnused(used: string, from: number): void {
    const kept = new Set(wordsOf(used))
    for (let i = from; i < this.#next; i++) if (!kept.has(wordOf(i))) this.fates.delete(wordOf(i))
  }

  /** The number of words drawn so far. */
  get drawn(): number {
    return this.#next
  }

  /** The machine of an author has failed: what is not durable is open. */
  failed(by: string): void {
    for (const { typed, deleted } of this.#pending.get(by) ?? []) {
      for (const word of [...typed, ...deleted]) this.#mark(word, 'open')
    }
    this.#pending.delete(by)
  }

  #mark(word: string, state: WordFate['state']): void {
    const fate = this.fates.get(word)
    if (fate) fate.state = state
  }
}

function wordOf(number: number): string {
  return String.fromCharCode(firstWord + number)
}
