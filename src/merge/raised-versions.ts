import { editedText, type TextEdit } from './edited-text.ts'
import type { MergeTextInput } from './merge-result.ts'

/**
 * A line that gives what is called `version` a value: what stands before the value, the value. Two or three numbers, and what stands before a
 * release: `1.4`, `v2.0.1-rc.1`, `3.0.dev0`. Versions of something, such as a protocol, have longer names: they are raised for a reason.
 */
const versionLine =
  /^([^\n]{0,200}?(?<![\w-])_*version_*["'`\]]*[ \t]*(?::[ \t]*\w+[ \t]*)?(?::=|=>|=|:)[ \t]*)((["'`]?)v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(?:[-.]?([a-z]{1,20})[-.]?(\d{0,9}))?\3)(?![\w.+-])/gim

/**
 * The texts of a merge with the higher one of two versions on both sides, wherever both raised it in other ways, as in the merge of a release into
 * what becomes the next one. Undefined where there is no such version. A version is known by what its line says before it, and that has to
 * stand in each text once.
 */
export function withHigherVersions(input: MergeTextInput): MergeTextInput | undefined {
  const [inBase, inLeft, inRight] = [input.base, input.left, input.right].map(versionsOf) as [Found, Found, Found]
  const edits: Record<'left' | 'right', TextEdit[]> = { left: [], right: [] }
  for (const [name, version] of inBase) {
    const [left, right] = [inLeft.get(name), inRight.get(name)]
    const areRaised = version && left && right && compare(version, left) < 0 && compare(version, right) < 0
    // A release and what came before it have the same numbers: which of them is meant cannot be told.
    const order = areRaised && differing(left, right) >= 0 ? compare(left, right) : 0
    if (order < 0) edits.left.push(replaced(left!, right!))
    if (order > 0) edits.right.push(replaced(right!, left!))
  }
  if (edits.left.length + edits.right.length === 0) return undefined
  // Versions do not overlap.
  return { ...input, left: editedText(input.left, edits.left)!, right: editedText(input.right, edits.right)! }
}

interface Version {
  /** Where its text begins. */
  readonly at: number
  /** With its quotes. */
  readonly text: string
  readonly numbers: readonly number[]
  /** What stands before a release, `rc`, or nothing, and which of these it is. */
  readonly stage: string
  readonly step: number
}

/** The versions of a text by what stands before them, in order; undefined where that stands several times. */
type Found = ReadonlyMap<string, Version | undefined>

function versionsOf(text: string): Found {
  const found = new Map<string, Version | undefined>()
  for (const { index, 1: before, 2: version, 4: major, 5: minor, 6: patch, 7: stage, 8: step } of text.matchAll(
    versionLine,
  )) {
    const name = before!.replaceAll(/["'`\s]/g, '')
    const numbers = [major, minor, patch ?? 0].map(Number)
    const place = {
      at: index + before!.length,
      text: version!,
      numbers,
      stage: stage?.toLowerCase() ?? '',
      step: Number(step ?? 0),
    }
    found.set(name, found.has(name) ? undefined : place)
  }
  return found
}

/** Negative where the second one is higher; not a number, so that nothing holds, where that cannot be told. */
function compare(version: Version, other: Version): number {
  const at = differing(version, other)
  if (at >= 0) return version.numbers[at]! - other.numbers[at]!
  if (version.stage === other.stage) return version.step - other.step
  if (version.stage === '' || other.stage === '') return version.stage === '' ? 1 : -1
  return Number.NaN
}

/** The first number that differs, or -1. */
function differing(version: Version, other: Version): number {
  return version.numbers.findIndex((number, i) => number !== other.numbers[i])
}

function replaced({ at, text }: Version, by: Version): TextEdit {
  return { from: at, end: at + text.length, text: by.text }
}
