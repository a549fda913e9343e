import type * as WebTreeSitter from 'web-tree-sitter'
import type { Crypto } from '../../contracts/crypto.ts'
import { AnvcsError } from '../../contracts/errors.ts'
import type { GrammarSource } from '../../contracts/grammar-source.ts'
import { compiledWasm, runtimeName, type GrammarName } from './compiled-wasm.ts'
import { Grammar } from './grammar.ts'
import { RuntimeMemory } from './runtime-memory.ts'

/** A grammar in the runtime, with its parser: there is one of each for the life of the process. */
export interface LoadedGrammar {
  readonly grammar: Grammar
  readonly language: WebTreeSitter.Language
  readonly parser: WebTreeSitter.Parser
}

/**
 * What a tree is read with, and edited. The classes of web-tree-sitter put the four numbers of a cursor into the transfer buffer before each call and
 * take them out after it, which costs several times what the call itself does; whoever calls these leaves them there.
 */
export interface CursorExports {
  readonly HEAPU32: Uint32Array
  _ts_init(): number
  _ts_tree_cursor_goto_first_child_wasm(tree: number): number
  _ts_tree_cursor_goto_next_sibling_wasm(tree: number): number
  _ts_tree_cursor_goto_parent_wasm(tree: number): number
  _ts_tree_cursor_current_node_type_id_wasm(tree: number): number
  _ts_tree_cursor_current_field_id_wasm(tree: number): number
  _ts_tree_cursor_start_index_wasm(tree: number): number
  _ts_tree_cursor_end_index_wasm(tree: number): number
  _ts_tree_cursor_current_node_is_missing_wasm(tree: number): number
  _ts_tree_cursor_current_node_wasm(tree: number): void
  _ts_node_is_extra_wasm(tree: number): number
  /** The address of the place that holds the node's subtree. */
  _ts_tree_cursor_current_node_id_wasm(tree: number): number
  _ts_tree_copy(tree: number): number
  _ts_tree_delete(tree: number): void
  /** The edit lies in the transfer buffer. */
  _ts_tree_edit_wasm(tree: number): void
}

/** web-tree-sitter has one runtime in a process, and nothing is ever unloaded from it. */
let started: Promise<SyntaxRuntime> | undefined

/** The parsers' runtime with the grammars that were loaded into it. */
export class SyntaxRuntime {
  readonly exports: CursorExports
  readonly memory: RuntimeMemory
  readonly #package: typeof WebTreeSitter
  readonly #grammars = new Map<GrammarName, Promise<LoadedGrammar>>()

  private constructor(loaded: typeof WebTreeSitter, exports: CursorExports, memory: RuntimeMemory) {
    this.#package = loaded
    this.exports = exports
    this.memory = memory
  }

  /** Starts the runtime when it is asked for first. */
  static start(source: GrammarSource, crypto: Crypto): Promise<SyntaxRuntime> {
    started ??= SyntaxRuntime.#load(source, crypto).catch((error: unknown) => {
      started = undefined
      throw error
    })
    return started
  }

  static async #load(source: GrammarSource, crypto: Crypto): Promise<SyntaxRuntime> {
    const program = await compiledWasm(runtimeName, source, crypto)
    const loaded = await import('web-tree-sitter')
    const memory = new RuntimeMemory()
    // web-tree-sitter fills the object that it is given.
    const hooks = { instantiateWasm: memory.instantiate(program) }
    await loaded.Parser.init(hooks)
    const module = hooks as typeof hooks & Partial<CursorExports>
    // Not the module that was filled: another part of this process has started the same copy of web-tree-sitter before.
    if (!module._ts_init)
      throw new AnvcsError('GRAMMAR_UNAVAILABLE', {
        message: 'Another part of this program has started web-tree-sitter already.',
        hint: 'Let anvcs start first, or give it a copy of web-tree-sitter of its own.',
      })
    return new SyntaxRuntime(loaded, module as typeof hooks & CursorExports, memory)
  }

  /** The grammar, loaded when it is asked for first. */
  grammar(name: GrammarName, source: GrammarSource, crypto: Crypto): Promise<LoadedGrammar> {
    let loading = this.#grammars.get(name)
    if (!loading) {
      loading = this.#loadGrammar(name, source, crypto).catch((error: unknown) => {
        this.#grammars.delete(name)
        throw error
      })
      this.#grammars.set(name, loading)
    }
    return loading
  }

  async #loadGrammar(name: GrammarName, source: GrammarSource, crypto: Crypto): Promise<LoadedGrammar> {
    const program = await compiledWasm(name, source, crypto)
    // From here on nothing waits: a parse that fails meanwhile would take the memory back to before.
    this.memory.restore()
    const language = this.#package.Language.loadSync(program)
    const parser = new this.#package.Parser().setLanguage(language)
    this.memory.keep()
    return { grammar: new Grammar(name, language), language, parser }
  }
}
