/** The kind of a node that holds what could not be parsed. */
export const errorKind = 0xffff

/** The numbered names of a grammar: what the grammars of tree-sitter have, and those that are written here. */
export interface GrammarTable {
  readonly types: readonly string[]
  /** The first is none. */
  readonly fields: readonly (string | null)[]
  nodeTypeIsNamed(kind: number): boolean
  idForNodeType(type: string, isNamed: boolean): number | null
}

/** Names of the kinds and fields of a grammar's trees. Kinds are numbers in a tree; equal numbers are equal kinds, of one grammar only. */
export class Grammar {
  readonly name: string
  readonly #kinds: readonly string[]
  readonly #named: Uint8Array
  readonly #fields: readonly (string | null)[]
  readonly #ids = new Map<string, number>()

  constructor(name: string, language: GrammarTable) {
    this.name = name
    this.#kinds = language.types
    this.#fields = language.fields
    this.#named = Uint8Array.from(language.types, (_, kind) => (language.nodeTypeIsNamed(kind) ? 1 : 0))
    // Several symbols may share a name; the public one of a tree is the one that the grammar answers for the name.
    for (const [kind, type] of language.types.entries()) {
      if (type === undefined) continue
      const isNamed = this.#named[kind] === 1
      this.#ids.set(keyOf(type, isNamed), language.idForNodeType(type, isNamed) ?? kind)
    }
    this.#ids.set(keyOf('ERROR', true), errorKind)
  }

  kindName(kind: number): string {
    return kind === errorKind ? 'ERROR' : (this.#kinds[kind] ?? '')
  }

  /** Rules of the grammar are named kinds; its keywords and punctuation are not. */
  isNamed(kind: number): boolean {
    return kind === errorKind || this.#named[kind] === 1
  }

  /** The number of a kind, or undefined where the grammar has none of this name. */
  kind(name: string, isNamed = true): number | undefined {
    return this.#ids.get(keyOf(name, isNamed))
  }

  /** The number of a field, or undefined where the grammar has none of this name. */
  field(name: string): number | undefined {
    const field = this.#fields.indexOf(name)
    return field > 0 ? field : undefined
  }

  fieldName(field: number): string | undefined {
    return this.#fields[field] ?? undefined
  }
}

function keyOf(name: string, isNamed: boolean): string {
  return isNamed ? name : `"${name}`
}
