import { fromUtf8 } from '../../lib/bytes.ts'
import { languageOf } from '../languages/language-of.ts'
import { Identities } from '../structure/identities.ts'
import { Source } from '../structure/source.ts'
import type { Parsers } from '../syntax/parsers.ts'
import { isRegular, type FileTree } from '../trees/file-tree.ts'
import type { FileSymbols } from './file-symbols.ts'
import { PathIndex } from './path-index.ts'
import { readSymbols } from './read-symbols.ts'
import { rulesOf } from './rules-of.ts'

/** Files of a merge that are read to follow what they use, and their bytes together. */
const maxFollowedFiles = 4000
const maxFollowedBytes = 67_108_864

/** Reads each version of a file once, whatever trees hold it. */
export class SymbolReader {
  readonly #parsers: Parsers
  readonly #signal: AbortSignal | undefined
  readonly #known = new Map<string, FileSymbols | undefined>()
  #bytes = 0
  /** Whether something was not read because there was too much. */
  isFull = false

  constructor(parsers: Parsers, signal: AbortSignal | undefined) {
    this.#parsers = parsers
    this.#signal = signal
  }

  async read(tree: FileTree, path: string): Promise<FileSymbols | undefined> {
    const file = tree.get(path)
    if (!file || !rulesOf(path) || !isRegular(file)) return undefined
    const key = keyOf(tree, path)
    if (this.#known.has(key)) return this.#known.get(key)
    if (this.#known.size >= maxFollowedFiles || this.#bytes >= maxFollowedBytes) {
      this.isFull = true
      return undefined
    }
    const bytes = await file.read()
    this.#bytes += bytes.length
    const text = fromUtf8(bytes)
    const symbols = text === undefined ? undefined : await this.parse(path, text)
    this.#known.set(key, symbols)
    return symbols
  }

  known(tree: FileTree, path: string): FileSymbols | undefined {
    return this.#known.get(keyOf(tree, path))
  }

  async parse(path: string, text: string): Promise<FileSymbols | undefined> {
    const [language, rules] = [languageOf(path), rulesOf(path)]
    if (!language?.merge || !rules) return undefined
    const parser = await this.#parsers.parser(language.grammar, this.#signal)
    const outcome = parser.parse(text)
    if (outcome.status !== 'parsed') return undefined
    return readSymbols(path, new Source(outcome.tree, language, language.merge, new Identities()), rules)
  }
}

function keyOf(tree: FileTree, path: string): string {
  return `${tree.get(path)?.id} ${path}`
}

/** One tree of a merge, and what its files say about each other. */
export class TreeView {
  readonly tree: FileTree
  readonly index: PathIndex
  readonly #reader: SymbolReader
  readonly #unsettled: ReadonlySet<string>

  /** `unsettled`: paths of which nobody knows yet what they will say. */
  constructor(tree: FileTree, reader: SymbolReader, unsettled: ReadonlySet<string> = new Set()) {
    this.#unsettled = unsettled
    this.tree = tree
    this.index = new PathIndex(tree)
    this.#reader = reader
  }

  async symbols(path: string): Promise<FileSymbols | undefined> {
    return this.#unsettled.has(path) ? undefined : this.#reader.read(this.tree, path)
  }

  /** What was read before. */
  known(path: string): FileSymbols | undefined {
    return this.#reader.known(this.tree, path)
  }
}
