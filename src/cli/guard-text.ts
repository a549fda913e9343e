import { escapeLine } from '../provenance/message-escape.ts'
import type { GuardReport } from '../repository/guards/guard-merge.ts'

/** Lines of an output that are shown; `--json` has more. */
const maxShown = 15

/** What a guard said of a merge, with the end of its output where that is the reason. */
export function guardText(report: GuardReport): string {
  const { name, outcome, exitStatus, isTimedOut, output, suspects, computed, reason } = report
  const how = isTimedOut
    ? 'it took too long'
    : exitStatus === null
      ? 'it could not be run'
      : `exit status ${exitStatus}`
  const words = {
    passed: computed.length ? `computed ${computed.map(escapeLine).join(', ')}` : 'passed',
    failed:
      reason === undefined
        ? `fails on the merge, and not so on either side (${how})`
        : `computed nothing that could be taken: ${escapeLine(reason)}`,
    'failed before': `fails on a side already (${how})`,
    'not concerned': 'looks at nothing that the merge changes',
  }[outcome]
  const lines = outcome === 'failed' ? output.trimEnd().split('\n').filter(Boolean) : []
  const shown = lines.slice(-maxShown)
  return [
    `  guard ${escapeLine(name)}: ${words}`,
    ...(lines.length > shown.length ? [`    | (${lines.length - shown.length} before)`] : []),
    ...shown.map((line) => `    | ${escapeLine(line)}`),
    ...(suspects.length ? [`    by ${suspects.map(escapeLine).join(', ')}`] : []),
  ].join('\n')
}
