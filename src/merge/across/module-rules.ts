import type { ImportedName } from './file-symbols.ts'
import type { PathIndex } from './path-index.ts'
import type { Source } from '../structure/source.ts'

/** What a file takes from others and gives them; see `FileSymbols`. */
export interface Exchanged {
  readonly package?: string
  readonly imports: readonly ImportedName[]
  readonly exports?: ReadonlyMap<string, string>
  readonly stars: readonly string[]
  readonly isOpen: boolean
}

/** A module as a file names it. */
export interface ModuleRequest {
  readonly module: string
  /** The file that names it. */
  readonly from: string
  /** What is looked for in it: files that may hold it come first. */
  readonly name?: string
}

/** A module that is to be named anew: where the old one lay, and the file that is to be named. */
export interface NewSpelling extends ModuleRequest {
  readonly old: string
  readonly to: string
  /** The package that the new file says it is of. */
  readonly package?: string | undefined
}

/** How the files of a language use each other. Kinds and fields are those of the grammar. */
export interface ModuleRules {
  /** Kinds that declare something for other files, with the path to the name. */
  readonly definitions: Readonly<Record<string, readonly string[]>>
  /** Kinds of them that are called, besides functions, with the path to their parameters. */
  readonly called?: Readonly<Record<string, readonly string[]>>
  /** Whether all files of a module declare their names together, each name once. */
  readonly isShared?: boolean
  /** Kinds in which such declarations stand, down from the top of the file. */
  readonly through: readonly string[]
  /** Kinds that declare what is used behind the name of a type. */
  readonly members: Readonly<Record<string, readonly string[]>>
  /** Kinds of a name behind a receiver: the fields of both. */
  readonly qualified: Readonly<Record<string, readonly [receiver: string, name: string]>>
  /** Kinds of a member behind a value where that is no name behind a receiver, with the field of the member. */
  readonly behind?: Readonly<Record<string, string>>
  /** Kinds whose names say something besides: a key, what is handed on. */
  readonly shorthands: readonly string[]
  /** Kinds of statements that import: no names in them are used. */
  readonly importing: readonly string[]
  /** Whether another statement imports, too. */
  isImport?(source: Source, node: number): boolean
  /** Names that mean something where nobody declares them. */
  readonly builtIn: readonly string[]
  exchanged(source: Source): Exchanged
  /** The files of a module; undefined where it is not of this tree, none where it should be and is not. */
  filesOf(request: ModuleRequest, index: PathIndex): readonly string[] | undefined
  /** The module in a module: undefined where a language has none. */
  inner?(module: string, name: string): string
  /** The module that a receiver names that no import binds. */
  receiver?(receiver: string): string | undefined
  /** The module whose names a file uses without an import. */
  own?(path: string, ofPackage: string | undefined): string
  /** How a file names another one. */
  spell(request: NewSpelling): string | undefined
}
