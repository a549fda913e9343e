import type { Finding } from './checks/finding.ts'
import type { TextParser } from './syntax/text-parser.ts'

import type { DataReason } from './data/piece.ts'

/** How a conflict is written: `merge` the sides, parted as far as may be; `diff3` whole, with the base; `zdiff3` without equal ends. */
export type ConflictStyle = 'merge' | 'diff3' | 'zdiff3'

/** What stands beside the conflict markers; '' leaves a marker alone. */
export interface ConflictLabels {
  readonly left: string
  readonly base: string
  readonly right: string
}

/** One file's three texts, and how conflicts are to be written. */
export interface MergeTextInput {
  /** Where the file lies: by it a kind of file is known. */
  readonly path: string
  readonly base: string
  readonly left: string
  readonly right: string
  /** `merge` unless told. */
  readonly style?: ConflictStyle | undefined
  /** `left`, `base` and `right` unless told. */
  readonly labels?: Partial<ConflictLabels> | undefined
  /** Signs of a conflict marker; 7 unless told. */
  readonly markerSize?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Lines from `from` to before `end`, counted from 0. */
export interface LineRange {
  readonly from: number
  readonly end: number
}

/**
 * Why the sides conflict: both inserted at one place, both changed the same lines or neighbouring ones, one deleted what the other
 * changed, or the texts differ too much to be compared. `lockfile`: a package manager has to compute the file anew. `check`: lines
 * merged, to something that a check found wrong: all that the sides have changed is marked then.
 */
export type ConflictReason =
  | 'both-added'
  | 'both-changed'
  | 'left-deleted'
  | 'right-deleted'
  | 'too-large'
  | 'lockfile'
  | 'check'

/** What one text has at a conflict. */
export interface ConflictSide {
  readonly lines: LineRange
  readonly text: string
}

/** A conflict as data: the same that its markers show. */
export interface MergeConflict {
  /** The lines of the merged text that it takes, markers included. */
  readonly lines: LineRange
  readonly reason: ConflictReason
  /** The name of the declaration that the conflict is in, where it is known. */
  readonly entity?: string
  /** In style `merge` conflicts that were parted from one have the base of the whole. */
  readonly base: ConflictSide
  readonly left: ConflictSide
  readonly right: ConflictSide
  /** With reason `lockfile`: the command that computes the file anew. */
  readonly command?: string
  /** In JSON, YAML and TOML: the entries and elements that it is about. */
  readonly entries?: readonly ConflictEntry[]
}

/** An entry or element that only people can decide about. */
export interface ConflictEntry {
  /** A JSON Pointer (RFC 6901); elements of lists by their place on the left, or by what tells them apart. */
  readonly pointer: string
  readonly reason: DataReason
}

/**
 * What a clean result was checked for. `identity`: both sides are alike, or one is the base, so nothing was merged. `lines`: where both
 * sides changed lines that overlap or touch they changed them alike. `data`: a JSON, YAML or TOML text can be read, no key stands twice
 * that did not on a side, each value that a side added or changed is there, and what it took away is gone. `checksums`: each line of
 * both sides but for those that one took away. `structure`: where both sides changed one part of the syntax tree, its own parts could be
 * told apart. `syntax`: no more places fail to parse than on a side. `conservation`: the words that one side added are there, those that it
 * deleted are gone. `changes`: what one side alone changed or took away is as that side has it. `duplicates`: no list declares a name more often than on a side. `bindings`: no name lost its declaration. `signatures`: no
 * call lost the function that takes its arguments. `wire`: no number of a field or value, and no reserved one, is used twice that was not on a side.
 * `versions`: where both sides raised what is called a version the higher one stands, and the other checks are of the texts with it on both.
 * `names`: where one side gave a declaration another name everywhere the other texts have it, too, and the other checks are of these.
 * `extractions`: what one side changed of statements that the other one made a function of, or put in the place of its call, is made where these are now, and the other checks are of the texts with that.
 * `renames`: in a merge by structure nothing is used anew that the other side replaced by another name everywhere.
 * `prose`: no paragraph or list of a merge by blocks puts together what no text has side by side.
 */
export type MergeCheck =
  | 'identity'
  | 'lines'
  | 'data'
  | 'checksums'
  | 'structure'
  | 'syntax'
  | 'conservation'
  | 'changes'
  | 'duplicates'
  | 'bindings'
  | 'signatures'
  | 'wire'
  | 'versions'
  | 'names'
  | 'extractions'
  | 'renames'
  | 'prose'

/** The checks that a clean result passed. The same texts and version give the same result on every machine. */
export interface MergeCertificate {
  readonly version: number
  readonly checks: readonly MergeCheck[]
}

/** A text that would be a clean merge if these names had not lost what they mean: what another file says of them may tell what became of it. */
export interface UnboundText {
  readonly text: string
  readonly names: readonly string[]
}

/** The merged text; on a conflict it has markers. Without a certificate there is no clean merge. */
export type MergeTextResult =
  | {
      readonly status: 'clean'
      readonly text: string
      readonly conflicts: readonly []
      readonly certificate: MergeCertificate
    }
  | {
      readonly status: 'conflict'
      readonly text: string
      readonly conflicts: readonly MergeConflict[]
      /** What checks of code found wrong in the text that lines had merged; where numbers of fields clash, or a name was replaced, too, what speaks against both changes of a conflict. */
      readonly findings?: readonly Finding[]
      readonly unbound?: UnboundText | undefined
    }

/**
 * One way to merge, or to check, with the parser of the file's language where there is one. It gets what the stages before made of the texts, clean or not, and gives something better, or
 * undefined where it knows nothing better.
 */
export type MergeStage = (
  input: MergeTextInput,
  before: MergeTextResult | undefined,
  parser: TextParser | undefined,
) => MergeTextResult | undefined
