import { fromUtf8 } from '../../lib/bytes.ts'
import type { Language } from '../languages/language.ts'
import { languageOf } from '../languages/language-of.ts'
import { Identities } from '../structure/identities.ts'
import { Source } from '../structure/source.ts'
import type { Parsers } from '../syntax/parsers.ts'
import type { TextParser } from '../syntax/text-parser.ts'
import { isRegular, type FileTree, type TreeFile } from '../trees/file-tree.ts'
import type { FileSymbols } from './file-symbols.ts'
import { PathIndex } from './path-index.ts'
import { readSymbols } from './read-symbols.ts'
import { rulesOf } from './rules-of.ts'

/** Files of a merge that are read to follow what they use, and their bytes together. */
const maxFollowedFiles = 4000
const maxFollowedBytes = 67_108_864

/**
 * Reads each version of a file once, whatever trees hold it. What has to be waited for - a file that lies elsewhere, a grammar - is written down and counts as
 * unreadable; who has looked at everything calls `load` and looks again.
 */
export class SymbolReader {
  readonly #parsers: Parsers
  readonly #known = new Map<string, FileSymbols | undefined>()
  readonly #contents = new Map<string, Uint8Array>()
  readonly #wantedFiles = new Map<string, TreeFile>()
  readonly #wantedGrammars = new Set<Language['grammar']>()
  /** Files have to be waited for: none is asked for before its turn has come. */
  #isSlow = false
  #bytes = 0
  /** Whether something was not read because there was too much. */
  isFull = false

  constructor(parsers: Parsers) {
    this.#parsers = parsers
  }

  /** Was something needed that is not there yet? */
  get isWaiting(): boolean {
    return this.#wantedFiles.size + this.#wantedGrammars.size > 0
  }

  get wantedGrammars(): ReadonlySet<Language['grammar']> {
    return this.#wantedGrammars
  }

  /** Rejects with GRAMMAR_UNAVAILABLE, and with what a file rejects with. */
  async load(signal?: AbortSignal): Promise<void> {
    for (const [key, file] of this.#wantedFiles) {
      signal?.throwIfAborted()
      this.#contents.set(key, await file.read())
    }
    this.#wantedFiles.clear()
    for (const grammar of this.#wantedGrammars) await this.#parsers.parser(grammar, signal)
    this.#wantedGrammars.clear()
  }

  read(tree: FileTree, path: string): FileSymbols | undefined {
    const file = tree.get(path)
    const language = languageOf(path)
    if (!file || !language?.merge || !rulesOf(path) || !isRegular(file)) return undefined
    const key = keyOf(tree, path)
    if (this.#known.has(key)) return this.#known.get(key)
    if (this.#known.size + this.#wantedFiles.size >= maxFollowedFiles || this.#bytes >= maxFollowedBytes) {
      this.isFull = true
      return undefined
    }
    const parser = this.#parsers.loaded(language.grammar)
    if (!parser) {
      this.#wantedGrammars.add(language.grammar)
      return undefined
    }
    const bytes = this.#contents.get(key) ?? this.#content(key, file)
    if (!bytes) return undefined
    this.#contents.delete(key)
    this.#bytes += bytes.length
    const symbols = this.#parse(parser, path, bytes)
    this.#known.set(key, symbols)
    return symbols
  }

  known(tree: FileTree, path: string): FileSymbols | undefined {
    return this.#known.get(keyOf(tree, path))
  }

  #content(key: string, file: TreeFile): Uint8Array | undefined {
    const bytes = this.#isSlow ? undefined : file.read()
    if (bytes instanceof Uint8Array) return bytes
    this.#isSlow = true
    this.#wantedFiles.set(key, bytes ? { ...file, read: () => bytes } : file)
    return undefined
  }

  #parse(parser: TextParser, path: string, bytes: Uint8Array): FileSymbols | undefined {
    const [language, rules, text] = [languageOf(path), rulesOf(path), fromUtf8(bytes)]
    if (!language?.merge || !rules || text === undefined) return undefined
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

  symbols(path: string): FileSymbols | undefined {
    return this.#unsettled.has(path) ? undefined : this.#reader.read(this.tree, path)
  }

  /** What was read before. */
  known(path: string): FileSymbols | undefined {
    return this.#reader.known(this.tree, path)
  }
}
