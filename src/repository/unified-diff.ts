import { looksBinary } from '../lib/looks-binary.ts'
import { LineTable, textOf, type Lines } from '../merge/lines.ts'
import { diffLines, type LineChange } from '../merge/line-diff.ts'
import type { TreeEntryValue } from '../objects/tree.ts'
import { quotePath } from './quote-path.ts'

/** A file on both sides of a diff, where it is on them. */
export interface DiffFile {
  readonly path: string
  /** Where it was before, if it was renamed. */
  readonly from: string | null
  readonly before: TreeEntryValue | undefined
  readonly after: TreeEntryValue | undefined
  readonly left: Uint8Array
  readonly right: Uint8Array
}

/** Lines that differ; undefined in place of numbers for a binary file. */
export interface FileChanges {
  readonly added: number | undefined
  readonly removed: number | undefined
  readonly left: Lines
  readonly right: Lines
  readonly changes: readonly LineChange[]
}

const contextLines = 3
const maxSteps = 1 << 26
const maxHeadingLength = 80
const idDigits = 7
const noBreak = '\\ No newline at end of file\n'

/** Compares a file by lines. Each byte is a character of its own, so that every one comes out as it is. */
export function fileChanges({ left, right }: DiffFile): FileChanges {
  const table = new LineTable()
  const [a, b] = [left, right].map((bytes) => table.lines(Buffer.from(bytes).toString('latin1'))) as [Lines, Lines]
  if ([left, right].some(looksBinary)) return { added: undefined, removed: undefined, left: a, right: b, changes: [] }
  const all = { left: 0, leftEnd: a.ids.length, right: 0, rightEnd: b.ids.length }
  const scratch = { counts: new Uint32Array(table.size), budget: { steps: maxSteps } }
  const changes = diffLines(a.ids, b.ids, scratch) ?? [all]
  const count = (length: (change: LineChange) => number) => changes.reduce((sum, change) => sum + length(change), 0)
  return {
    added: count(({ right: from, rightEnd }) => rightEnd - from),
    removed: count(({ left: from, leftEnd }) => leftEnd - from),
    left: a,
    right: b,
    changes,
  }
}

/** The patch of a file as `git diff` prints it, bytes as Latin-1. A file that became another kind of file is two patches. */
export function patchOf(file: DiffFile): string {
  const { path, from, before, after } = file
  const none = new Uint8Array(0)
  if (before && after && before.mode >> 12 !== after.mode >> 12)
    return patchOf({ ...file, after: undefined, right: none }) + patchOf({ ...file, before: undefined, left: none })
  const [old, now] = [quotePath(`a/${from ?? path}`), quotePath(`b/${path}`)]
  const octal = (mode: number) => mode.toString(8).padStart(6, '0')
  const lines = [`diff --git ${old} ${now}`]
  if (!before && after) lines.push(`new file mode ${octal(after.mode)}`)
  if (before && !after) lines.push(`deleted file mode ${octal(before.mode)}`)
  if (before && after && before.mode !== after.mode)
    lines.push(`old mode ${octal(before.mode)}`, `new mode ${octal(after.mode)}`)
  if (from !== null)
    lines.push('similarity index 100%', `rename from ${quotePath(from)}`, `rename to ${quotePath(path)}`)
  const head = () => lines.map((line) => `${line}\n`).join('')
  if (before?.id === after?.id) return head()
  const shortId = (entry: TreeEntryValue | undefined) => entry?.id.slice(0, idDigits) ?? '0'.repeat(idDigits)
  const mode = before?.mode === after?.mode ? ` ${octal(before!.mode)}` : ''
  lines.push(`index ${shortId(before)}..${shortId(after)}${mode}`)
  const changed = fileChanges(file)
  const names = [before ? old : '/dev/null', after ? now : '/dev/null'] as const
  if (changed.added === undefined) return `${head()}Binary files ${names[0]} and ${names[1]} differ\n`
  if (!changed.changes.length) return head()
  // A name with a space in it is ended by a tab.
  const ended = (name: string) => (name.includes(' ') && !name.startsWith('"') ? `${name}\t` : name)
  lines.push(`--- ${ended(names[0])}`, `+++ ${ended(names[1])}`)
  return head() + hunksOf(changed)
}

function hunksOf({ left, right, changes }: FileChanges): string {
  const parts: string[] = []
  for (let first = 0; first < changes.length;) {
    let last = first
    while (last + 1 < changes.length && changes[last + 1]!.left - changes[last]!.leftEnd <= 2 * contextLines) last++
    parts.push(hunkOf({ left, right }, changes.slice(first, last + 1)))
    first = last + 1
  }
  return parts.join('')
}

function hunkOf({ left, right }: Pick<FileChanges, 'left' | 'right'>, changes: readonly LineChange[]): string {
  const [first, last] = [changes[0]!, changes.at(-1)!]
  const before = Math.min(contextLines, first.left)
  const after = Math.min(contextLines, left.ids.length - last.leftEnd)
  const [from, to] = [first.left - before, last.leftEnd + after]
  const [rightFrom, rightTo] = [first.right - before, last.rightEnd + after]
  const lines: string[] = []
  const take = (sign: string, text: Lines, start: number, end: number): void => {
    for (let at = start; at < end; at++) {
      const line = textOf(text, at, at + 1)
      lines.push(line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n${noBreak}`)
    }
  }
  let at = from
  for (const change of changes) {
    take(' ', left, at, change.left)
    take('-', left, change.left, change.leftEnd)
    take('+', right, change.right, change.rightEnd)
    at = change.leftEnd
  }
  take(' ', left, at, to)
  const heading = headingAbove(left, from)
  return `@@ -${rangeOf(from, to)} +${rangeOf(rightFrom, rightTo)} @@${heading && ` ${heading}`}\n${lines.join('')}`
}

/** Lines are counted from 1; an empty range stands behind the line that it names. */
function rangeOf(from: number, end: number): string {
  const count = end - from
  const first = count ? from + 1 : from
  return count === 1 ? `${first}` : `${first},${count}`
}

/** The last line above that looks like the beginning of something. */
function headingAbove(text: Lines, line: number): string {
  for (let at = line - 1; at >= 0; at--) {
    const found = textOf(text, at, at + 1)
    if (/^[A-Za-z_$]/.test(found)) return found.slice(0, maxHeadingLength).replace(/[ \t\n\v\f\r]+$/, '')
  }
  return ''
}
