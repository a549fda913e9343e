import { checkData, type DataFinding } from './data/check-data.ts'
import { pointerOf } from './data/json-pointer.ts'
import { lockCommand } from './data/lock-files.ts'
import { mergeChecksums } from './data/merge-checksums.ts'
import { mergeData, type DataMergeResult } from './data/merge-data.ts'
import { writeNotebookConflicts } from './data/notebook-conflicts.ts'
import type { DataConflict } from './data/piece.ts'
import { diffLines, type LineChange } from './line-diff.ts'
import { LineTable } from './lines.ts'
import { conflictByLines, mergeByLines } from './merge-by-lines.ts'
import type { ConflictEntry, MergeCheck, MergeConflict, MergeTextInput, MergeTextResult } from './merge-result.ts'
import { mergeVersion } from './merge-version.ts'

/** Steps of the diff that finds the lines of a conflict in the texts of the sides. */
const maxPlaceSteps = 1 << 24

/**
 * JSON, YAML and TOML, and go.sum. What merged by lines is checked, and what did not, or failed, is merged by keys and elements. Lock
 * files conflict where their lines do, or where these merge to what cannot be.
 */
export function mergeAsData(input: MergeTextInput, before?: MergeTextResult): MergeTextResult | undefined {
  const command = lockCommand(input.path)
  if (before?.status === 'clean') {
    const findings = checkData(input, before.text)
    if (!findings) return undefined
    if (findings.length === 0) return clean(before.text, [...before.certificate.checks, 'data'])
    const lines = conflictByLines(input, 'check')
    if (command !== undefined) return unfit(leftTo(command, lines), findings)
    return mergedData(input, lines) ?? unfit(lines, findings)
  }
  if (command !== undefined) return before && leftTo(command, before)
  if (/(?:^|\/)go\.sum$/.test(input.path)) {
    const text = mergeChecksums(input.base, input.left, input.right)
    return text === undefined ? undefined : clean(text, ['checksums'])
  }
  return mergedData(input, before)
}

/** A conflict that a package manager settles. */
function leftTo(command: string, result: MergeTextResult): MergeTextResult {
  if (result.status === 'clean') return result
  return { ...result, conflicts: result.conflicts.map((each) => ({ ...each, reason: 'lockfile', command })) }
}

/** Says what is wrong where the conflict alone does not. */
function unfit(result: MergeTextResult, findings: readonly DataFinding[]): MergeTextResult {
  return withFindings(
    result,
    findings.flatMap(({ fault, path }) => (fault === 'clash' ? [path[0]!] : [])),
  )
}

function withFindings(result: MergeTextResult, clauses: readonly string[]): MergeTextResult {
  if (result.status === 'clean' || clauses.length === 0) return result
  return { ...result, findings: clauses.map((name) => ({ check: 'references', name })) }
}

type DataConflicts = Extract<DataMergeResult, { readonly status: 'conflict' }>

function clean(text: string, checks: readonly MergeCheck[]): MergeTextResult {
  return { status: 'clean', text, conflicts: [], certificate: { version: mergeVersion, checks } }
}

/** `lines`: the conflict that is left where something speaks against what came out. */
function mergedData(input: MergeTextInput, lines: MergeTextResult | undefined): MergeTextResult | undefined {
  const merged = mergeData(input)
  if (merged?.status === 'clean') return clean(merged.text, ['data'])
  if (merged?.status === 'doubtful') return lines && withFindings(lines, merged.doubts)
  if (input.path.endsWith('.ipynb')) return markedNotebook(input, merged ?? { ...input, conflicts: [] })
  return merged && marked(input, merged)
}

/** The three texts are alike but for the conflicts, so that lines conflict there and nowhere else. */
function marked(input: MergeTextInput, merged: DataConflicts): MergeTextResult | undefined {
  const result = mergeByLines({ ...input, base: merged.base, left: merged.left, right: merged.right })
  if (result.status === 'clean') return undefined
  const places = {
    base: new Places(merged.base, input.base),
    left: new Places(merged.left, input.left),
    right: new Places(merged.right, input.right),
  }
  const at = (conflict: MergeConflict, side: 'base' | 'left' | 'right') => ({
    lines: { from: places[side].of(conflict[side].lines.from), end: places[side].of(conflict[side].lines.end) },
    text: conflict[side].text,
  })
  const entries = entriesOf(result.conflicts, merged.conflicts)
  const conflicts = result.conflicts.map((conflict, i) => ({
    ...conflict,
    base: at(conflict, 'base'),
    left: at(conflict, 'left'),
    right: at(conflict, 'right'),
    entries: entries[i]!,
  }))
  return { ...result, conflicts }
}

/** Markers between lines would leave no notebook: they are cells. */
function markedNotebook(
  { labels }: MergeTextInput,
  { left, right, conflicts }: Pick<DataConflicts, 'left' | 'right' | 'conflicts'>,
): MergeTextResult | undefined {
  const notebook = writeNotebookConflicts(left, right, { left: 'left', base: 'base', right: 'right', ...labels })
  if (!notebook) return undefined
  const entries = conflicts.map(({ path, reason }) => ({ pointer: pointerOf(path), reason }))
  const none = { lines: { from: 0, end: 0 }, text: '' }
  const shown = notebook.conflicts.map((conflict, i): MergeConflict => ({
    lines: conflict.lines,
    reason: 'both-changed',
    base: none,
    left: { ...none, text: conflict.left },
    right: { ...none, text: conflict.right },
    ...(i === 0 && { entries }),
  }))
  const outside: MergeConflict = {
    lines: none.lines,
    reason: 'both-changed',
    base: none,
    left: none,
    right: none,
    entries,
  }
  return { status: 'conflict', text: notebook.text, conflicts: shown.length > 0 ? shown : [outside] }
}

/** For each conflict of lines the entries in it: those that begin before its end, and after the one before. */
function entriesOf(
  conflicts: readonly MergeConflict[],
  entries: readonly DataConflict[],
): readonly (readonly ConflictEntry[])[] {
  let at = 0
  return conflicts.map((conflict, i) => {
    const from = at
    const isLast = i + 1 === conflicts.length
    const end = isLast ? Infinity : conflict.left.lines.end
    while (at < entries.length && entries[at]!.leftLine <= end) at++
    return entries.slice(from, at).map(({ path, reason }) => ({ pointer: pointerOf(path), reason }))
  })
}

/** Finds lines of one text in another. */
class Places {
  readonly #changes: readonly LineChange[]

  constructor(from: string, to: string) {
    const table = new LineTable()
    const [left, right] = [table.lines(from).ids, table.lines(to).ids]
    const scratch = { counts: new Uint32Array(table.size), budget: { steps: maxPlaceSteps } }
    this.#changes = diffLines(left, right, scratch) ?? [
      { left: 0, leftEnd: left.length, right: 0, rightEnd: right.length },
    ]
  }

  of(line: number): number {
    const last = this.#changes.findLast(({ left }) => left < line)
    if (!last) return line
    return line < last.leftEnd
      ? Math.min(last.right + line - last.left, last.rightEnd)
      : line + last.rightEnd - last.leftEnd
  }
}
