import { escapeLine } from '../provenance/message-escape.ts'
import type { ExplainedConflict, ExplainedPath, PathReason } from '../repository/explain-path.ts'
import type { ConflictReason } from '../merge/merge-result.ts'
import { findingText } from './finding-text.ts'

/** Lines of a side that are shown; `--json` has all. */
const maxShown = 6

const reasons: Readonly<Record<ConflictReason, string>> = {
  'both-added': 'both sides added something in one place',
  'both-changed': 'both sides changed the same lines, or neighbouring ones',
  'left-deleted': 'left deleted what right changed',
  'right-deleted': 'right deleted what left changed',
  'too-large': 'the sides differ too much to be compared',
  lockfile: 'a package manager has to compute it anew',
  check: 'lines alone would merge, to something that is wrong',
}

const pathReasons: Readonly<Record<PathReason, string>> = {
  text: 'both sides changed it',
  'left-deleted': 'left deleted what right changed',
  'right-deleted': 'right deleted what left changed',
  'both-added': 'both sides added it',
  binary: 'it is no text, or too large to be merged',
  kind: 'the sides made different kinds of files of it',
  name: 'another file or folder needs its name, or it was renamed',
}

/** A path that conflicts, with each place in it. `numbers`: whether `resolve` knows the places by their number. */
export function conflictText(explained: ExplainedPath, numbers: boolean): string {
  const { path, reason, left, right, conflicts, findings = [], isMergedByDriver } = explained
  return [
    `${escapeLine(path)}: ${pathReasons[reason]}`,
    ...(conflicts.length ? [] : [`    left ${left}`, `    right ${right}`]),
    ...findings.map((finding) => `    ${escapeLine(findingText(finding))}`),
    ...conflicts.flatMap((conflict, at) => placeText(conflict, numbers ? `${at + 1}. ` : '')),
    ...(isMergedByDriver
      ? ['    Only its lines conflict: with `ai-vcs init --merge-driver` it is merged by syntax.']
      : []),
  ].join('\n')
}

function placeText(
  { reason, lines, entity, entries, left, right }: ExplainedConflict,
  number: string,
): readonly string[] {
  const where = entity ?? entries?.map(({ pointer }) => pointer).join(', ')
  const places = [
    ...(lines ? [`lines ${lines.from + 1}-${lines.end}`] : []),
    ...(where ? [`in ${escapeLine(where)}`] : []),
  ]
  return [
    `  ${number}${places.length ? `${places.join(' ')}: ` : ''}${reasons[reason]}`,
    ...sideText('left', left),
    ...sideText('right', right),
  ]
}

function sideText(name: string, { text, did }: ExplainedConflict['left']): readonly string[] {
  const lines = text.replace(/\r?\n$/, '').split('\n')
  const shown = text === '' ? [] : lines.slice(0, maxShown)
  const more = lines.length - shown.length
  return [
    `    ${name} ${did}${shown.length ? ':' : ''}`,
    ...shown.map((line) => `      | ${escapeLine(line)}`),
    ...(shown.length && more > 0 ? [`      | (${more} more)`] : []),
  ]
}
