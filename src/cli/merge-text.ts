import { escapeLine } from '../provenance/message-escape.ts'
import type { DivergedOutcome } from '../repository/merge-diverged.ts'
import { acrossText, repairedText } from './across-text.ts'
import { exitStatus } from './exit-code.ts'
import { guardText } from './guard-text.ts'
import type { Output } from './output.ts'

/** What a merge has come to, whatever began it. */
export interface ToldMerge extends Omit<DivergedOutcome, 'to'> {
  readonly outcome: string
  readonly hasMarkers: boolean
}

/** Lines for a merge that was committed: what followed the other side, and what guards said. */
export function committedText({ repaired, guards }: ToldMerge): readonly string[] {
  return [...repaired.map((each) => `  ${repairedText(each)}`), ...guards.map(guardText)]
}

/** A merge that was not committed, and why. `more`: lines about its conflicts. */
export function openText(
  source: string,
  branch: string,
  { outcome, conflicts, findings, moved, guards }: ToldMerge,
  more: readonly string[] = [],
): string {
  if (outcome === 'refused') return [`${source} was not merged into ${branch}:`, ...guards.map(guardText)].join('\n')
  if (findings.length)
    return [`${source} and ${branch} do not fit together:`, ...findings.map(acrossText), ...guards.map(guardText)].join(
      '\n',
    )
  return [
    `${source} and ${branch} conflict in:`,
    ...conflicts.map((path) => `  ${escapeLine(path)}`),
    ...moved.map(acrossText),
    ...more,
    ...guards.map(guardText),
  ].join('\n')
}

/** Warns of what is left to do, and gives the exit status. */
export function warnOfMerge(output: Output, report: ToldMerge): number {
  const { outcome, guards, findings, isBegun, hasMarkers } = report
  for (const guard of guards) {
    if (guard.outcome === 'failed before')
      output.warn(`The guard ${guard.name} fails on a side already, so it says nothing of the merge.`)
    if (guard.reason !== undefined)
      output.warn(
        `What the guard ${guard.name} computes is left to you: try again with \`ai-vcs resolve PATH --compute\`, or run its command by hand and \`git add\` what it writes.`,
      )
  }
  if (outcome !== 'conflict' && outcome !== 'refused') return exitStatus.ok
  if (hasMarkers)
    output.warn(
      'Mend the files (`ai-vcs explain` tells of each conflict, `ai-vcs resolve` takes a side), `git add` them and `git commit`; or go back by `git merge --abort`.',
    )
  else if (findings.length || outcome === 'refused')
    output.warn(
      isBegun
        ? 'The merge lies in your files, without markers. Mend it, `git add` and `git commit`; or go back by `git merge --abort`.'
        : 'Nothing was changed.',
    )
  return outcome === 'refused' ? exitStatus.guard : exitStatus.conflict
}
