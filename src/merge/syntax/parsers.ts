import type { Tree } from 'web-tree-sitter'
import type { Crypto } from '../../contracts/crypto.ts'
import type { GrammarSource } from '../../contracts/grammar-source.ts'
import { LineTable } from '../lines.ts'
import { FirstVersion } from './first-version.ts'
import { flattenTree, type SubtreePlaces } from './flatten-tree.ts'
import type { Grammar } from './grammar.ts'
import { addressOf, ParseWeight } from './parse-weight.ts'
import { isRuntimeFailure } from './runtime-memory.ts'
import type { GrammarName } from './compiled-wasm.ts'
import { SyntaxRuntime, type LoadedGrammar } from './syntax-runtime.ts'
import { isOwnGrammar, ownParser, type OwnGrammarName } from './own-grammars.ts'
import type { ParseOutcome, TextParser, VersionParser } from './text-parser.ts'

/** Longer texts are not parsed. */
const maxParseUnits = 1_000_000

/** What the runtime is given at once. Scanners that go back read again from there, so that longer pieces are mostly copied in vain. */
const unitsARead = 128

/**
 * What a parse may weigh however short the text is, for each 1,000 units, and however long it is. A step of the parser is about a hundred operations, and real
 * texts take about 10 of them for 1,000 units, and weigh up to 40.
 */
const maxParseBaseWeight = 1000
const maxParseWeightPerKilo = 100
const maxParseWeight = 40_000

/** Parses texts of one language. Synchronous; trees are copied out of the runtime's memory, so there is nothing to free. */
export class SyntaxParser implements TextParser {
  readonly #runtime: SyntaxRuntime
  readonly #loaded: LoadedGrammar

  constructor(runtime: SyntaxRuntime, loaded: LoadedGrammar) {
    this.#runtime = runtime
    this.#loaded = loaded
  }

  get grammar(): Grammar {
    return this.#loaded.grammar
  }

  /** Never throws for what a text holds. */
  parse(text: string): ParseOutcome {
    return this.#parseWhole(text)
  }

  /** Versions without errors are parsed from the first such one: where there are errors the parser may take them elsewhere than at first. */
  versions(lines = new LineTable()): VersionParser {
    let first: FirstVersion | undefined
    let isShared = true
    const parseFromFirst = (text: string): ParseOutcome | undefined => {
      const outcome = first?.isThere && isShared ? this.#parseFrom(first, text) : undefined
      // There are grammars of which hardly a node is taken over.
      if (outcome?.status === 'parsed') isShared = outcome.tree.shared.length > 0
      return outcome
    }
    const keep = (address: number, places: SubtreePlaces): unknown =>
      (first = new FirstVersion(this.#runtime, address, places, lines))
    return {
      parse: (text) => parseFromFirst(text) ?? this.#parseWhole(text, first ? undefined : keep),
      [Symbol.dispose]: () => first?.[Symbol.dispose](),
    }
  }

  #parseWhole(text: string, keep?: ParseFrom['keep']): ParseOutcome {
    if (text.length > maxParseUnits) return { status: 'gave-up', reason: 'length' }
    const wasClean = this.#runtime.memory.isClean
    const parse = () => this.#parse(text, { keep })
    const outcome = this.#attempt(parse)
    if (outcome) return outcome
    // What earlier parses left lying about may be the reason: in a clean memory it is the text alone.
    return (wasClean ? undefined : this.#attempt(parse)) ?? { status: 'gave-up', reason: 'memory' }
  }

  /** Undefined where the text is to be parsed whole. */
  #parseFrom(first: FirstVersion, text: string): ParseOutcome | undefined {
    if (text.length > maxParseUnits) return undefined
    const outcome = this.#attempt(() => {
      const edited = first.edited(text)
      if (edited === undefined) return undefined
      const parsed = this.#parse(text, { first, edited })
      this.#runtime.exports._ts_tree_delete(edited)
      return parsed
    })
    return outcome?.status === 'parsed' && outcome.tree.errorCount() === 0 ? outcome : undefined
  }

  /** Undefined where the runtime failed; its memory is clean again. */
  #attempt<Done>(work: () => Done): Done | undefined {
    try {
      this.#runtime.memory.isClean = false
      return work()
    } catch (error) {
      this.#runtime.memory.restore()
      if (!isRuntimeFailure(error)) throw error
      return undefined
    }
  }

  #parse(text: string, { keep, first, edited }: ParseFrom): ParseOutcome {
    const { parser, grammar } = this.#loaded
    const { exports } = this.#runtime
    const limit = Math.min(maxParseBaseWeight + Math.ceil((text.length * maxParseWeightPerKilo) / 1000), maxParseWeight)
    const weight = new ParseWeight(exports, this.#loaded, limit)
    const read = (at: number): string => {
      // A text that ends here is soon done with.
      const piece = weight.isTooHeavy ? '' : text.slice(at, at + unitsARead)
      weight.addRead(piece.length)
      return piece
    }
    const isTooHeavy = (): boolean => {
      weight.addStep()
      return weight.isTooHeavy
    }
    const tree = parser.parse(read, edited === undefined ? null : treeAt(edited), { progressCallback: isTooHeavy })
    if (!tree || weight.isTooHeavy) {
      tree?.delete()
      // Else the next parse would go on with this text.
      parser.reset()
      return { status: 'gave-up', reason: 'weight' }
    }
    try {
      const flat = flattenTree(exports, tree, grammar, text, keep ? 'places' : first?.places)
      if (!flat) return { status: 'gave-up', reason: 'depth' }
      if (keep && flat.flat.errorCount() === 0) keep(addressOf(tree), flat.places)
      return { status: 'parsed', tree: flat.flat, weight: weight.sum }
    } finally {
      // Before the memory is put back, for the collector would delete it afterwards.
      tree.delete()
    }
  }
}

/** What is to be kept of a parse, or what it begins with: an edited copy of the tree of another version. */
interface ParseFrom {
  readonly keep?: ((address: number, places: SubtreePlaces) => unknown) | undefined
  readonly first?: FirstVersion
  readonly edited?: number
}

/** What the parser of web-tree-sitter takes for the tree that lies there. A `Tree` would be deleted by the collector, at any time. */
function treeAt(address: number): Tree {
  return [address] as unknown as Tree
}

/** Parsers by language, each loaded when a text of its language is met first. */
export class Parsers {
  readonly #source: GrammarSource
  readonly #crypto: Crypto
  readonly #own = new Map<OwnGrammarName, TextParser>()
  readonly #loaded = new Map<GrammarName, SyntaxParser>()

  constructor(source: GrammarSource, crypto: Crypto) {
    this.#source = source
    this.#crypto = crypto
  }

  /** The parser of a grammar. For one that comes as wasm, rejects with GRAMMAR_UNAVAILABLE where its bytes are missing or are not those of this version. */
  async parser(name: GrammarName | OwnGrammarName, signal?: AbortSignal): Promise<TextParser> {
    signal?.throwIfAborted()
    if (isOwnGrammar(name)) return this.#ownParser(name)
    const runtime = await SyntaxRuntime.start(this.#source, this.#crypto)
    const loaded = await runtime.grammar(name, this.#source, this.#crypto)
    signal?.throwIfAborted()
    const parser = new SyntaxParser(runtime, loaded)
    this.#loaded.set(name, parser)
    return parser
  }

  /** The parser of a grammar that needs no loading, or has been asked for and is there by now. */
  loaded(name: GrammarName | OwnGrammarName): TextParser | undefined {
    return isOwnGrammar(name) ? this.#ownParser(name) : this.#loaded.get(name)
  }

  #ownParser(name: OwnGrammarName): TextParser {
    let parser = this.#own.get(name)
    if (!parser) this.#own.set(name, (parser = ownParser(name)))
    return parser
  }
}
