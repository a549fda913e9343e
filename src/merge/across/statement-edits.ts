import { editsWithin, type EditsWithin } from '../extraction/edits-within.ts'
import { findExtraction, newRoutines } from '../extraction/find-extractions.ts'
import { guessCallers, isChanged } from '../extraction/guess-callers.ts'
import { RoutineText, type Routine } from '../extraction/routine.ts'
import type { AcrossFinding } from './across-finding.ts'
import { placeOf } from './break.ts'
import type { FileSymbols } from './file-symbols.ts'
import { knowsMore, newWords, type MovedEdit, type MoveViews, type SideName } from './moved-edit.ts'
import { folderOf } from './path-index.ts'
import { rulesOf } from './rules-of.ts'

/** A function that is called in one file, and the file that the statements are to be changed in. */
interface Moved {
  readonly name: string
  readonly reason: 'extracted' | 'inlined'
  readonly edits: EditsWithin
  /** The file that the statements are in now, and the function there that holds them. */
  readonly to: FileSymbols
  readonly holder: Routine
  /** The function of the file that conflicts that the other side has changed. */
  readonly where: Routine
  readonly isGuess: boolean
}

/** Changes of statements that are made where these are now, and those of which it is not certain that they can be. */
export interface StatementEdits {
  readonly edits: readonly MovedEdit[]
  readonly findings: readonly AcrossFinding[]
}

/** What the editor changed of statements of a file that the other side made a function of another file, or of a function whose body that side put into another file. */
export function findStatementEdits(views: MoveViews, path: string, mover: SideName): StatementEdits {
  const editor = mover === 'left' ? 'right' : 'left'
  const { base, view } = views[mover]
  const [before, after, here] = [base, view, views[editor].view].map((each) => each.symbols(path))
  if (!before?.source.rules.extraction || !after || !here) return { edits: [], findings: [] }
  const files = views[mover].changed.filter((each) => each !== path && rulesOf(each) === rulesOf(path))
  const versions = { before, after, here }
  const moved = [...extracted(views, mover, versions, files), ...inlined(views, mover, versions, files)]
  const told = moved
    .filter(({ edits }) => edits.status !== 'none')
    .map((each) => ({ each, finding: findingOf(each, mover, here) }))
  const made = told.map(({ each: { edits, to, holder }, finding }): readonly MovedEdit[] => {
    const target = views.merged.symbols(to.path)
    const by = target && placeIn(target, to, holder)
    if (edits.status !== 'certain' || by === undefined || !mayMove(here, to, edits)) return []
    return edits.undone.map((inOpen, at) => {
      const { from, end, text } = edits.made[at]!
      return { editor, inOpen, target: to.path, inTarget: { from: from + by, end: end + by, text }, finding }
    })
  })
  return {
    edits: made.flat(),
    findings: told.flatMap(({ finding }, at) => (made[at]!.length === 0 ? [finding] : [])),
  }
}

function findingOf(
  { name, reason, edits, to, holder, where, isGuess }: Moved,
  by: SideName,
  here: FileSymbols,
): AcrossFinding {
  const changed = RoutineText.of(here.source).routines.get(where.path)
  const from = edits.status === 'certain' ? edits.undone[0]!.from : here.source.tree.start[changed?.node ?? 0]!
  return {
    check: 'across',
    reason,
    name,
    by,
    to: { name: holder.name, path: to.path },
    certainty: isGuess ? 'guessed' : 'certain',
    declared: placeOf(to, to.source.tree.start[holder.node]!),
    used: placeOf(here, from),
  }
}

interface Versions {
  readonly before: FileSymbols
  readonly after: FileSymbols
  readonly here: FileSymbols
}

function extracted(views: MoveViews, mover: SideName, versions: Versions, files: readonly string[]): readonly Moved[] {
  const { base, view } = views[mover]
  const [whole, caller, here] = [versions.before, versions.after, versions.here].map(textOf) as Texts
  return files.flatMap((path) => {
    const [to, old] = [view.symbols(path), base.symbols(path)]
    if (!to) return []
    const home = textOf(to)
    return newRoutines(home, whole).flatMap((routine): readonly Moved[] => {
      const isNew = caller.mentions(routine.name) && !(old && textOf(old).routines.has(routine.path))
      if (!isNew || !isFree(routine)) return []
      const told = { name: routine.name, reason: 'extracted', to, holder: routine } as const
      const found = findExtraction({ whole, caller, home }, routine)
      if (found) return [{ ...told, edits: editsWithin(found, 'whole', here), where: found.caller, isGuess: false }]
      return guessCallers({ whole, caller, home }, routine)
        .filter((where) => isChanged(whole, here, where))
        .map((where) => ({ ...told, ...guessed, where }))
    })
  })
}

const guessed = { edits: { status: 'unclear' }, isGuess: true } as const

function inlined(views: MoveViews, mover: SideName, versions: Versions, files: readonly string[]): readonly Moved[] {
  const { base, view } = views[mover]
  const [home, after, here] = [versions.before, versions.after, versions.here].map(textOf) as Texts
  return newRoutines(home, after).flatMap((routine) => {
    if (!isFree(routine)) return []
    const callers = files.flatMap((path) => {
      const [old, to] = [base.symbols(path), view.symbols(path)]
      return old && to && textOf(old).mentions(routine.name) ? [{ caller: textOf(old), whole: textOf(to), to }] : []
    })
    const told = { name: routine.name, reason: 'inlined', where: routine } as const
    return callers.flatMap(({ caller, whole, to }): readonly Moved[] => {
      const found = callers.length === 1 ? findExtraction({ whole, caller, home }, routine) : undefined
      if (found) return [{ ...told, edits: editsWithin(found, 'part', here), to, holder: found.caller, isGuess: false }]
      const holders = isChanged(home, here, routine) ? guessCallers({ whole, caller, home }, routine) : []
      return holders.map((holder) => ({ ...told, ...guessed, to, holder }))
    })
  })
}

type Texts = [RoutineText, RoutineText, RoutineText]

function textOf({ source }: FileSymbols): RoutineText {
  return RoutineText.of(source)
}

/** Is a function no member of anything? */
function isFree({ path }: Routine): boolean {
  return !path.includes('\n')
}

/** How far a function lies behind its place in another text, in which it is the same. */
function placeIn(target: FileSymbols, to: FileSymbols, holder: Routine): number | undefined {
  const there = RoutineText.of(target.source).routines.get(holder.path)
  const isSame = there && target.source.textOf(there.node) === to.source.textOf(holder.node)
  return isSame ? target.source.tree.start[there.node]! - to.source.tree.start[holder.node]! : undefined
}

/** A name behind one dot. */
const member = /(?<!\.)\.\s*[\p{L}_$][\p{L}\p{N}_$]*/gu

/** Does what the changes name for the first time mean the same in both files, as far as these tell? */
function mayMove(here: FileSymbols, to: FileSymbols, edits: EditsWithin & { readonly status: 'certain' }): boolean {
  const was = edits.undone.map(({ text }) => text).join('\n')
  const is = edits.undone
    .map(({ from, end }) => here.source.text.slice(from, end))
    .join('\n')
    .replaceAll(member, '')
  const words = newWords(was, is)
  if (words.length === 0) return true
  const isOfOnePackage = here.package === undefined || folderOf(here.path) === folderOf(to.path)
  const isClosed = here.stars.length === 0 && !here.isOpen && isOfOnePackage
  const isKnownThere = words.some(
    (word) => to.definitions.has(word) || to.bound.has(word) || to.imports.some(({ local }) => local === word),
  )
  return isClosed && !isKnownThere && !knowsMore(here, was, is)
}
