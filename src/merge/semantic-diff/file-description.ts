import type { LineRange } from '../merge-result.ts'

/** A file on both sides of a diff; a side that has none is undefined. */
export interface DiffedFile {
  readonly path: string
  /** Where it was before, if it was renamed. */
  readonly from?: string
  readonly before: Uint8Array | undefined
  readonly after: Uint8Array | undefined
}

/** By what a file was compared. */
export type Modality = 'code' | 'data' | 'notebook' | 'media' | 'binary' | 'text'

/**
 * What was done to an entity. What was renamed or moved may be changed besides: then `parts` says where. `extracted`: a function that was made of statements of another one, which calls it; `inlined`: one whose
 * statements were put where it was called.
 */
export type ChangeKind = 'added' | 'removed' | 'changed' | 'renamed' | 'moved' | 'extracted' | 'inlined'

/** Where an entity differs: of a declaration, or of a cell of a notebook. */
export type ChangedPart =
  | 'signature'
  | 'body'
  | 'comment'
  | 'white space'
  | 'source'
  | 'outputs'
  | 'metadata'
  | 'execution count'
  | 'kind'

/** Where an entity was, or has gone: only what differs. */
export interface OtherPlace {
  readonly path?: string
  readonly name?: string
}

export interface SemanticChange {
  readonly change: ChangeKind
  /** What it is: `function`, `class`, `key`, `element`, `cell`; `lines` for what belongs to nothing that has a name. */
  readonly entity: string
  /** `Shape.area`; in data a JSON Pointer (RFC 6901); '' for lines. */
  readonly name: string
  /** What was renamed or moved: where it was. What was extracted: the function that had its statements; with commas if there are several. */
  readonly from?: OtherPlace
  /** In the file that it left: where it is now. What was inlined: the function that has its statements. */
  readonly to?: OtherPlace
  readonly parts: readonly ChangedPart[]
  /** The lines it takes before and after; none on a side that does not have it. */
  readonly before?: LineRange
  readonly after?: LineRange
  /** Values of data as they are written, shortened. */
  readonly values?: { readonly before?: string; readonly after?: string }
  /** In interface languages: why programs and data of before do not fit any more. */
  readonly breaks?: readonly string[]
  /** Only likeness says that it is the same entity. */
  readonly isGuess: boolean
}

/** What a file is apart from its content's meaning. */
export interface MediaManifest {
  readonly sizeBytes: number
  /** Of the bytes, in hexadecimal digits. */
  readonly sha256: string
  /** `image/png`; undefined where the first bytes tell nothing. */
  readonly mediaType?: string
  /** Of an image, in pixels. */
  readonly width?: number
  readonly height?: number
}

export interface FileDescription {
  readonly path: string
  readonly from?: string
  readonly status: 'added' | 'deleted' | 'modified' | 'renamed'
  readonly modality: Modality
  /** `typescript`, `json`, where it is known. */
  readonly language?: string
  /** In the order of the new file; each line that differs belongs to at least one of them. */
  readonly changes: readonly SemanticChange[]
  /** Of media and other files that are no text. */
  readonly manifest?: { readonly before?: MediaManifest; readonly after?: MediaManifest }
}
