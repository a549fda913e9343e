/**
 * What the order in a list means. `ordered`: everything, so that two additions at one place conflict. `free`: named
 * declarations may stand in any order, everything else is ordered. `unordered`: nothing.
 */
export type ListOrder = 'ordered' | 'free' | 'unordered'

export interface ListRule {
  readonly order: ListOrder
  /** What has to stand between two items, if anything: `,` and `|` with white space, or white space alone. */
  readonly separator?: ',' | '|' | ' '
}

/** What a structured merge has to know of a language, beside its grammar. Kinds and fields are those of the grammar. */
export interface MergeRules {
  /** Kinds of nodes whose children are a list. */
  readonly lists: Readonly<Record<string, ListRule>>
  /** Kinds that only wrap a declaration, with the fields or kinds in which it stands: `export`, decorators. */
  readonly wrappers: Readonly<Record<string, readonly string[]>>
  /** Kinds whose name does not stand in the field `name`: the path of fields or kinds to it. */
  readonly names: Readonly<Record<string, readonly string[]>>
  /**
   * Calls that declare something by their first argument, in any order: the statement's kind, the path to the call, the functions. Test
   * suites are made of them.
   */
  readonly registrations?: {
    readonly kind: string
    readonly call: readonly string[]
    readonly functions: readonly string[]
  }
  /** Kinds that may stand in any order where they have a name, in ordered lists too: functions, types. */
  readonly free: readonly string[]
  /** Kinds that may be declared several times under one name, told apart by the text of this field. */
  readonly overloads: Readonly<Record<string, string>>
  /** Kinds that stand before the item to which they belong: attributes, annotations. */
  readonly prefixes: readonly string[]
  /** Kinds of names that can be bound: `identifier`. */
  readonly identifiers: readonly string[]
  /** Kinds that bind names, with the fields in which the names stand: of several the first that is there; `*` for all children, `last:` for the last word. */
  readonly binders: Readonly<Record<string, readonly string[]>>
  /** Kinds with fields whose names belong to something else: the member after a dot. */
  readonly members: Readonly<Record<string, readonly string[]>>
  /** `kind.field` of values that stand within what is bound: defaults. */
  readonly defaults: readonly string[]
}
