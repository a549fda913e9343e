import { isTextContent } from './seed.ts'
import { alignTexts } from './text-alignment.ts'

/** At `at` of the text before, `remove` units of UTF-16 give way to `insert`. */
export interface TextChange {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

/** Virtual authors type what the diff gives, so that another result for any two texts is another version. */
export const diffVersion = 1
/** To type as many at once takes Yjs a time that grows with their square: a limit of diff version 1. */
const maxChanges = 1 << 14

/**
 * The changes that turn one text into the other and type as little as possible: those of `diffVersion`, the same at every
 * peer. They form a canonical script.
 */
export function diffText(before: string, after: string): readonly TextChange[] {
  if (before === after) return []
  const script = new ScriptWriter()
  let at = 0
  let from = 0
  const replace = (end: number, fromEnd: number) => {
    const change = { at, remove: end - at, insert: after.slice(from, fromEnd) }
    script.push(byLines(before, trimmed(before, change)))
  }
  for (const run of alignTexts(before, after)) {
    replace(run.left, run.right)
    at = run.left + run.length
    from = run.right + run.length
  }
  replace(before.length, after.length)
  return script.changes.length > maxChanges ? joinClosest(before, script.changes) : script.changes
}

/** As many changes as there may be: those that stand closest to the one before are joined with it, and what lies between is typed anew. */
function joinClosest(text: string, changes: readonly TextChange[]): readonly TextChange[] {
  const gapBefore = (i: number): number => changes[i]!.at - changes[i - 1]!.at - changes[i - 1]!.remove
  const order = Array.from(changes.keys()).slice(1)
  order.sort((a, b) => gapBefore(a) - gapBefore(b) || a - b)
  const isJoined = new Set(order.slice(0, changes.length - maxChanges))
  const joined: TextChange[] = []
  let parts: string[] = []
  for (const [i, change] of changes.entries()) {
    const last = joined.at(-1)
    if (last && isJoined.has(i)) {
      parts.push(text.slice(last.at + last.remove, change.at), change.insert)
      joined[joined.length - 1] = { at: last.at, remove: change.at + change.remove - last.at, insert: '' }
    } else {
      close()
      joined.push(change)
      parts = [change.insert]
    }
  }
  close()
  return joined

  function close(): void {
    const last = joined.at(-1)
    if (last) joined[joined.length - 1] = { ...last, insert: parts.join('') }
  }
}

/** The text after a script that fits it. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  let after = ''
  let kept = 0
  for (const { at, remove, insert } of changes) {
    after += text.slice(kept, at) + insert
    kept = at + remove
  }
  return after + text.slice(kept)
}

/** Is this a script over a text of `length` units: in order, in range, apart from each other, none empty, each insert a text? */
export function isScript(length: number, changes: readonly TextChange[]): boolean {
  let end = -1
  for (const { at, remove, insert } of changes) {
    if (!Number.isSafeInteger(at) || !Number.isSafeInteger(remove) || at <= end || remove < 0) return false
    if (!remove && !insert) return false
    end = at + remove
    if (end > length || !isTextContent(insert)) return false
  }
  return true
}

/**
 * Lays the changes `own` of the text `base` over another text that stems from it. It never conflicts: the same strings are
 * inserted in the same order, each after what stood before it and is still there, and of what `own` deletes that much is
 * deleted as is still there.
 */
export function rebaseChanges(base: string, own: readonly TextChange[], text: string): readonly TextChange[] {
  return layChanges(own, alignmentOf(base, text))
}

/** The same where it is known which units of the base stand where. */
function layChanges(own: readonly TextChange[], kept: readonly KeptRun[]): readonly TextChange[] {
  const script = new ScriptWriter()
  let i = 0
  for (const { at, remove, insert } of own) {
    while (kept[i + 1] && kept[i + 1]!.at < at) i++
    const before = kept[i]
    const place = before && before.at < at ? before.to + Math.min(at - before.at, before.length) : 0
    script.push({ at: place, remove: 0, insert })
    const end = at + remove
    for (let j = i; kept[j] && kept[j]!.at < end; j++) {
      const run = kept[j]!
      const first = Math.max(at, run.at)
      const last = Math.min(end, run.at + run.length)
      if (first < last) script.push({ at: run.to + first - run.at, remove: last - first, insert: '' })
    }
  }
  return script.changes
}

/**
 * A whole-file write as changes of the current text: its writer read `base` and wrote `target`, and what others typed
 * meanwhile stays. `keptUnits` answers, where that is known, which units of the base stand where: it is asked where what the writer deletes
 * is not found by the texts alone, because it stands in another word or at another place by now.
 */
export function rebaseWrite(
  base: string,
  target: string,
  current: string,
  keptUnits: () => readonly KeptRun[] | undefined = () => undefined,
): readonly TextChange[] {
  const own = diffText(base, target)
  if (base === current) return own
  const kept = alignmentOf(base, current)
  return layChanges(own, (isAllFound(own, kept) ? undefined : keptUnits()) ?? kept)
}

function isAllFound(own: readonly TextChange[], kept: readonly KeptRun[]): boolean {
  let i = 0
  return own.every(({ at, remove }) => {
    let found = 0
    while (kept[i] && kept[i]!.at + kept[i]!.length <= at) i++
    for (let j = i; kept[j] && kept[j]!.at < at + remove; j++)
      found += Math.min(at + remove, kept[j]!.at + kept[j]!.length) - Math.max(at, kept[j]!.at)
    return found === remove
  })
}

/** Units from `at` of the base that stand from `to` on in the text. */
export interface KeptRun {
  readonly at: number
  readonly to: number
  readonly length: number
}

function alignmentOf(base: string, text: string): readonly KeptRun[] {
  const kept: KeptRun[] = []
  let at = 0
  let to = 0
  const keep = (end: number) => {
    if (end > at) kept.push({ at, to, length: end - at })
    to += end - at
  }
  for (const change of diffText(base, text)) {
    keep(change.at)
    at = change.at + change.remove
    to += change.insert.length
  }
  keep(base.length)
  return kept
}

/** Joins changes that touch and leaves out empty ones. Changes come in order. */
class ScriptWriter {
  readonly changes: TextChange[] = []

  push(change: TextChange): void {
    const last = this.changes.at(-1)
    if (!change.remove && !change.insert) return
    if (last && last.at + last.remove === change.at) {
      const joined = { at: last.at, remove: last.remove + change.remove, insert: last.insert + change.insert }
      this.changes[this.changes.length - 1] = joined
    } else this.changes.push(change)
  }
}

/** The change without what it deletes and inserts alike at its ends. */
function trimmed(text: string, { at, remove, insert }: TextChange): TextChange {
  const most = Math.min(remove, insert.length)
  let start = 0
  while (start < most && text.charCodeAt(at + start) === insert.charCodeAt(start)) start++
  if (start && isHigh(insert.charCodeAt(start - 1))) start--
  let end = 0
  while (end < most - start && text.charCodeAt(at + remove - 1 - end) === insert.charCodeAt(insert.length - 1 - end))
    end++
  if (end && isLow(insert.charCodeAt(insert.length - end))) end--
  return { at: at + start, remove: remove - start - end, insert: insert.slice(start, insert.length - end) }
}

/** Whole lines that come or go: they are counted from the start of a line on, not from the break before it. */
function byLines(text: string, change: TextChange): TextChange {
  const { at, remove, insert } = change
  if (text[at + remove] !== '\n') return change
  if (!remove && insert.startsWith('\n')) return { at: at + 1, remove, insert: `${insert.slice(1)}\n` }
  return !insert && text[at] === '\n' ? { at: at + 1, remove, insert } : change
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}
