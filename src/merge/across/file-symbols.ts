import type { Arity } from '../checks/arity.ts'
import type { Source } from '../structure/source.ts'

/** From one place of a text to before another one, in UTF-16 units. */
export interface Span {
  readonly from: number
  readonly end: number
}

/** Something that a file declares for others, too. */
export interface Definition {
  readonly name: string
  readonly at: Span
  /** Its tokens without comments, and without its own name: equal where a declaration only got another name. */
  readonly content: string
  /** Of functions that are called with as many arguments as they have parameters. */
  readonly arity?: Arity | undefined
  /** The names of its parameters, in their order. */
  readonly parameters?: (() => readonly (string | undefined)[]) | undefined
  /** What belongs to a type and is used behind its name. */
  readonly members: ReadonlyMap<string, Definition>
  /** Whether it may have members that stand elsewhere. */
  readonly inherits: boolean
}

/** A name that a file has from another one. */
export interface ImportedName {
  /** The module as the file writes it. */
  readonly module: string
  /** Its name there; `*` for the module itself. */
  readonly name: string
  readonly local: string
  /** Where the name stands, with what follows `as`; of the module, where that stands. */
  readonly nameAt: Span
  readonly moduleAt: Span
  /** The part of a list that can be taken out; undefined where nothing stands beside it. */
  readonly itemAt?: Span | undefined
  readonly statementAt: Span
  /** The statement is this with `module` and `name` put in; undefined where it has another form. */
  readonly statement?: ((module: string, name: string) => string) | undefined
  readonly isAliased: boolean
  /** What stands between a name and its name in this file; ` as ` unless told. */
  readonly aliasSign?: ': '
  /** Only handed on: no name of this file. */
  readonly isHandedOn: boolean
}

/** A name that is used. */
export interface NameUse {
  readonly name: string
  readonly at: Span
  /** What stands before the dot. */
  readonly receiver?: string | undefined
  readonly receiverAt?: Span | undefined
  /** How many arguments it is called with; undefined where it is not called, or they cannot be counted. */
  readonly given?: number | undefined
  /** The name says something besides, as in `{ name }`. */
  readonly isShorthand: boolean
}

/** What a file says about other files. */
export interface FileSymbols {
  readonly path: string
  readonly source: Source
  /** The package that it says it is of. */
  readonly package?: string | undefined
  readonly definitions: ReadonlyMap<string, Definition>
  /** What others can import, with its name in this file; undefined where that is everything. */
  readonly exports?: ReadonlyMap<string, string> | undefined
  /** Modules all of whose names are handed on. */
  readonly stars: readonly string[]
  /** Names may be added while the program runs, or from where nobody sees. */
  readonly isOpen: boolean
  readonly imports: readonly ImportedName[]
  /** Names that something other than an import binds, anywhere in the file. */
  readonly bound: ReadonlySet<string>
  readonly uses: readonly NameUse[]
}
