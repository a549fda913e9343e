import { editedText } from '../edited-text.ts'
import type { Finding } from '../checks/finding.ts'
import type { MergeTextInput } from '../merge-result.ts'
import type { Sources } from '../structure/merge-structure.ts'
import { editsWithin, type EditsWithin } from './edits-within.ts'
import { findExtraction, newRoutines } from './find-extractions.ts'
import { guessCallers, isChanged } from './guess-callers.ts'
import { RoutineText } from './routine.ts'

/** Statements that one side made a function of, or put where it was called, and what the other side did to them. */
export interface MovedStatements {
  readonly by: 'left' | 'right'
  readonly edits: EditsWithin
  readonly finding: Finding
}

/** What the sides of a merge have extracted and inlined within the file, where the other side has changed it. */
export function movedStatements({ base, left, right }: Sources): readonly MovedStatements[] {
  if (!base.rules.extraction) return []
  const texts = { base: RoutineText.of(base), left: RoutineText.of(left), right: RoutineText.of(right) }
  return (['left', 'right'] as const).flatMap((by) => {
    const [old, now, other] = [texts.base, texts[by], by === 'left' ? texts.right : texts.left]
    const moved = [...extracted({ old, now, other }), ...inlined({ old, now, other })]
    return moved.flatMap(({ check, name, line, edits }) => {
      const finding = { check, name, at: { side: by, line } } as const
      return edits.status === 'none' ? [] : [{ by, edits, finding }]
    })
  })
}

interface Moved {
  readonly check: 'extracted' | 'inlined'
  readonly name: string
  readonly line: number
  readonly edits: EditsWithin
}

interface Texts {
  readonly old: RoutineText
  readonly now: RoutineText
  readonly other: RoutineText
}

function extracted({ old, now, other }: Texts): readonly Moved[] {
  return newRoutines(now, old).flatMap((routine): readonly Moved[] => {
    const { name } = routine
    const told = { check: 'extracted', name, line: lineOf(now, routine.node) } as const
    const found = findExtraction({ whole: old, caller: now, home: now }, routine)
    if (found) return [{ ...told, edits: editsWithin(found, 'whole', other) }]
    const guessed = guessCallers({ whole: old, caller: now, home: now }, routine)
    return guessed.some((caller) => isChanged(old, other, caller)) ? [{ ...told, edits: { status: 'unclear' } }] : []
  })
}

function inlined({ old, now, other }: Texts): readonly Moved[] {
  return newRoutines(old, now).flatMap((routine): readonly Moved[] => {
    const { name } = routine
    const found = findExtraction({ whole: now, caller: old, home: old }, routine)
    if (found) {
      const line = lineOf(now, now.runItems(found.whole)[0]!)
      return [{ check: 'inlined', name, line, edits: editsWithin(found, 'part', other) }]
    }
    const callers = isChanged(old, other, routine) ? guessCallers({ whole: now, caller: old, home: old }, routine) : []
    return callers.map(({ node }) => ({
      check: 'inlined',
      name,
      line: lineOf(now, node),
      edits: { status: 'unclear' },
    }))
  })
}

function lineOf({ source }: RoutineText, node: number): number {
  return source.lineAt(source.tree.start[node]!)
}

/**
 * The texts of a merge with what the one side changed in statements that the other side extracted or inlined made where these are now, so that the merge is one of what else they changed. Undefined
 * where there is nothing of that kind.
 */
export function withMovedChanges(input: MergeTextInput, moved: readonly MovedStatements[]): MergeTextInput | undefined {
  const certain = moved.flatMap(({ by, edits }) => (edits.status === 'certain' ? [{ by, edits }] : []))
  if (certain.length === 0) return undefined
  const sideOf = (side: 'left' | 'right') =>
    editedText(
      input[side],
      certain.flatMap(({ by, edits }) => (by === side ? edits.made : edits.undone)),
    )
  const [left, right] = [sideOf('left'), sideOf('right')]
  return left === undefined || right === undefined ? undefined : { ...input, left, right }
}
