import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { gitlinkMode, type TreeEntryValue } from '../objects/tree.ts'
import type { Finding } from '../merge/checks/finding.ts'
import { describeChange } from '../merge/describe-change.ts'
import { mergeBytes } from '../merge/merge-bytes.ts'
import type { ConflictEntry, ConflictReason, ConflictSide, LineRange, MergeConflict } from '../merge/merge-result.ts'
import { mergeByLines } from '../merge/merge-by-lines.ts'
import { entityAt } from '../merge/structure/entity-at.ts'
import { mergeText } from '../merge-on-node.ts'
import type { ConflictedPath } from './conflicted-path.ts'
import type { Proposal } from './proposals/proposal-store.ts'
import { readCode } from './read-code.ts'

/** What one side has at a conflict. */
export interface ExplainedSide {
  readonly text: string
  /** In words: `changed 2 lines`. */
  readonly did: string
}

/** One place on which only people can decide. */
export interface ExplainedConflict {
  readonly reason: ConflictReason
  /** Where its markers stand in the work tree, counted from 0. */
  readonly lines?: LineRange
  /** The declaration that it lies in: `Shape.area`. */
  readonly entity?: string
  /** Of data: the entries that it is about. */
  readonly entries?: readonly ConflictEntry[]
  /** Of a lock file: the command that computes it anew. */
  readonly command?: string
  /** Undefined where it is not known. */
  readonly base?: string
  readonly left: ExplainedSide
  readonly right: ExplainedSide
  /** Ways to settle it that a proposer has given, and that passed the checks. */
  readonly proposals?: readonly Proposal[]
}

/**
 * Why a path conflicts: by its text; because a side deleted it, or both added it; because it is no text, or too large; because the sides made different
 * kinds of files of it; because both changed where a link points or what a submodule is at; because its name is in the way of another, or was changed by both.
 */
export type PathReason =
  | 'text'
  | 'left-deleted'
  | 'right-deleted'
  | 'both-added'
  | 'binary'
  | 'kind'
  | 'link'
  | 'submodule'
  | 'name'

export interface ExplainedPath {
  readonly path: string
  readonly reason: PathReason
  /** What each side did to the whole file, in words. */
  readonly left: string
  readonly right: string
  /** Places in its text. */
  readonly conflicts: readonly ExplainedConflict[]
  /** What checks found wrong in what lines would have merged. */
  readonly findings?: readonly Finding[]
  /** Only lines conflict: where Git had called us it would be merged. */
  readonly isMergedByDriver?: true
}

const regularModes = [0o100644, 0o100755]
const symlinkMode = 0o120000
/** Bytes of where a link points, and signs of a commit, that are told. */
const maxTarget = 1000
const shownId = 10

/** Explains a path from the three files of its merge, whatever the work tree holds. An abort rejects. */
export async function explainPath(
  conflicted: ConflictedPath,
  read: (id: ObjectId) => Promise<Uint8Array>,
  signal?: AbortSignal,
): Promise<ExplainedPath> {
  const { path, base, left, right } = conflicted
  const reason = reasonOf(conflicted)
  const target = async (entry: TreeEntryValue | undefined): Promise<string | undefined> =>
    entry?.mode === symlinkMode
      ? new TextDecoder().decode((await read(entry.id)).subarray(0, maxTarget))
      : entry?.mode === gitlinkMode
        ? entry.id.slice(0, shownId)
        : undefined
  const words = {
    path,
    left: sideWords(base, left, await target(left)),
    right: sideWords(base, right, await target(right)),
    conflicts: [],
  }
  if (!left || !right || !/^(?:text|both-added)$/.test(reason)) return { ...words, reason }
  const contents = await Promise.all([base && read(base.id), read(left.id), read(right.id)]).catch(unlessTooLarge)
  if (!contents) return { ...words, reason: 'binary' }
  const [old = new Uint8Array(), mine, theirs] = contents as [Uint8Array | undefined, Uint8Array, Uint8Array]
  // Conflicts of style `diff3` each have a base of their own.
  const input = { path, base: old, left: mine, right: theirs, style: 'diff3', signal } as const
  const merged = await mergeBytes(input, mergeText)
  if (merged.status === 'binary') return { ...words, reason: 'binary' }
  if (merged.status === 'conflict') {
    const conflicts = await explainConflicts(path, merged.conflicts, mine, signal)
    return { ...words, reason, conflicts, ...(merged.findings && { findings: merged.findings }) }
  }
  const lines = await mergeBytes(input, async (texts) => mergeByLines(texts))
  const isLines = lines.status === 'conflict'
  const conflicts = isLines ? await explainConflicts(path, lines.conflicts, mine, signal) : []
  return { ...words, reason, conflicts, ...(isLines && { isMergedByDriver: true }) }
}

function unlessTooLarge(error: unknown): undefined {
  if (!AnvcsError.is(error, 'MESSAGE_TOO_LARGE')) throw error
}

function reasonOf({ base, left, right }: ConflictedPath): PathReason {
  if (left && right) {
    const entries = [left, right, ...(base ? [base] : [])]
    const areAll = (...modes: readonly number[]): boolean => entries.every(({ mode }) => modes.includes(mode))
    if (areAll(symlinkMode)) return 'link'
    if (areAll(gitlinkMode)) return 'submodule'
    if (!areAll(...regularModes)) return 'kind'
    return base ? 'text' : 'both-added'
  }
  if (!base || (!left && !right)) return 'name'
  return left ? 'right-deleted' : 'left-deleted'
}

/** `target`: what a link points to, or a submodule is at. */
function sideWords(
  base: TreeEntryValue | undefined,
  side: TreeEntryValue | undefined,
  target: string | undefined,
): string {
  if (!side) return base ? 'deleted it, or moved it away' : 'has no such file'
  const to = target === undefined ? '' : ` to ${target}`
  if (!base) return `added ${kindOf(side)}${to}`
  if (kindOf(base) !== kindOf(side)) return `made it ${kindOf(side)}${to}`
  return base.id === side.id ? 'left it as it was' : `changed ${kindOf(side).replace(/^an? /, 'the ')}${to}`
}

function kindOf({ mode }: TreeEntryValue): string {
  if (mode === symlinkMode) return 'a symbolic link'
  return mode === gitlinkMode ? 'a submodule' : 'a file'
}

async function explainConflicts(
  path: string,
  conflicts: readonly MergeConflict[],
  left: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<readonly ExplainedConflict[]> {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(left)
  const code = await readCode(path, text, signal)
  return conflicts.map(({ reason, entity, entries, command, base, left: mine, right }) => {
    const found = code && entityAt(code, ...unitsOf(text, mine))
    const name = found ?? entity
    return {
      reason,
      ...(name !== undefined && { entity: name }),
      ...(entries && { entries }),
      ...(command !== undefined && { command }),
      base: base.text,
      left: { text: mine.text, did: describeChange(base.text, mine.text) },
      right: { text: right.text, did: describeChange(base.text, right.text) },
    }
  })
}

/** Where lines begin and end in a text. */
function unitsOf(text: string, { lines }: ConflictSide): readonly [number, number] {
  let [at, from] = [0, 0]
  for (let line = 0; line < lines.end; line++) {
    if (line === lines.from) from = at
    const end = text.indexOf('\n', at)
    at = end < 0 ? text.length : end + 1
  }
  return lines.end === lines.from ? [at, at] : [from, at]
}
