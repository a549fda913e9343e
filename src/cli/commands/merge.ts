import { AnvcsError } from '../../contracts/errors.ts'
import { escapeLine } from '../../provenance/message-escape.ts'
import { acrossText, repairedText } from '../across-text.ts'
import { shortId } from '../commit-text.ts'
import type { MergeProposer } from '../../contracts/merge-proposer.ts'
import type { AutoMergeReport } from '../../repository/proposals/auto-merge.ts'
import type { Workspace } from '../../repository/workspace.ts'
import { conflictText, proposedText } from '../conflict-text.ts'
import { committedText, openText, warnOfMerge } from '../merge-text.ts'
import type { CliContext } from '../context.ts'
import { count } from '../count.ts'
import { defineCommand } from '../define-command.ts'
import { exitStatus } from '../exit-code.ts'
import { guardText } from '../guard-text.ts'
import { withWorkspace } from '../open-workspace.ts'
import { branchWord, optionalBranchWord, optionalWord, toggle } from '../parameters.ts'

interface MergeFlags {
  readonly auto: boolean
  readonly noVerify: boolean
  readonly preview: boolean
  readonly testCheck: boolean
}

export const mergeCommand = defineCommand<MergeFlags, [string, string?, string?]>({
  brief: 'Merge a branch into this one or another',
  about:
    'Moves the branch forward if that does; else makes a signed merge commit with a record. The branch need not be checked out. Files\nare merged by syntax, and what is merged is checked. A conflict\nmoves nothing and exits with 1; if the branch is checked out, Git has begun the merge and left markers. With --preview nothing is changed at all; guards run then, too, if --test-check is said.\nWith --test-check the guards of the settings run on both sides and on the result, in scratch work trees: what fails in the result alone is not\ncommitted, and exits with 5. Guards that write files, such as lock files, compute them where both sides changed them. docs/guides/guards.md.\nWith --auto these guards run if there are any, and the proposer of your settings is asked about conflicts; what it proposes is taken only for paths\nthat `proposals.accept` names, once guards have passed. docs/guides/proposals.md.',
  examples: [
    ['ai-vcs merge feature', 'into the branch that is checked out'],
    ['ai-vcs merge feature into main', 'into another'],
    ['ai-vcs merge feature into main --preview', 'what would be merged, and what conflicts'],
    ['ai-vcs merge feature --preview --test-check', 'and what the guards would say'],
    ['ai-vcs merge feature --test-check', 'only if type checks and tests pass as before'],
    ['ai-vcs merge feature --auto', 'the same, with proposals for what conflicts'],
  ],
  flags: {
    auto: toggle('Run guards, ask the proposer about conflicts, and take what your settings allow'),
    noVerify: toggle('Run neither pre-merge-commit nor commit-msg'),
    preview: toggle('Only tell what would come of it; nothing is changed'),
    testCheck: toggle('Commit only what the guards of the settings let pass'),
  },
  positional: {
    kind: 'tuple',
    parameters: [
      branchWord('What to merge', 'source'),
      optionalWord('The word "into"', 'into'),
      optionalBranchWord('The branch to merge into; the one that is checked out unless told'),
    ],
  },
  usage: 'SOURCE [into BRANCH]',
  run: async (context, { auto, noVerify, preview, testCheck }, source, into, branch) => {
    if (into !== undefined && (into !== 'into' || branch === undefined))
      throw new AnvcsError('USAGE', { message: 'That is no merge.', hint: 'Write `ai-vcs merge SOURCE into BRANCH`.' })
    if (preview && auto)
      throw new AnvcsError('USAGE', {
        message: 'A preview asks no proposer.',
        hint: 'Say `--preview`, with `--test-check` if guards are to run. With `--auto`, too, nothing is committed that fails.',
      })
    if (preview) return printPreview(context, { source, into: branch, testCheck })
    const { mergeBranch } = await import('../../repository/merge-branch.ts')
    const { output, signal } = context
    const report = await withWorkspace(context, async (workspace): Promise<AutoMergeReport> => {
      const { configuredGuards, guardsToRun } = await import('../../repository/guards/configured-guards.ts')
      const guards = testCheck ? await guardsToRun(workspace) : auto ? await configuredGuards(workspace) : undefined
      const proposer = auto ? await proposerIfAny(workspace) : undefined
      const onStep = (step: string) => output.progress(step)
      const onGuard = (name: string, on: string) => output.progress(`guard ${name}: ${on}`)
      const ends = { ...(branch !== undefined && { into: branch }) }
      const options = { noVerify, signal, onGuard, ...(guards && { guards }), ...ends }
      if (!auto) return { ...(await mergeBranch(workspace, source, options)), proposed: [], accepted: [] }
      const { autoMerge } = await import('../../repository/proposals/auto-merge.ts')
      return autoMerge(workspace, source, options, proposer && { proposer, onStep, signal })
    })
    output.result(report, () => reportText(report))
    return warnOfMerge(output, report)
  },
})

function reportText(report: AutoMergeReport): string {
  const source = escapeLine(report.source)
  const name = escapeLine(report.branch)
  if (report.outcome === 'up to date') return `${name} holds ${source} already`
  if (report.outcome === 'fast-forward') return `Moved ${name} forward to ${shortId(report.to)}`
  if (report.outcome !== 'merged') return openText(source, name, report, report.proposed.map(proposedText))
  return [
    `Merged ${source} into ${name}: ${shortId(report.to)}`,
    ...(report.accepted.length ? [`  with what was proposed for ${report.accepted.map(escapeLine).join(', ')}`] : []),
    ...committedText(report),
  ].join('\n')
}

async function proposerIfAny(workspace: Workspace): Promise<MergeProposer | undefined> {
  const { proposerOf } = await import('../../repository/proposals/configured-proposer.ts')
  return proposerOf(workspace).catch((error: unknown) => {
    if (AnvcsError.is(error, 'PROPOSER_MISSING')) return undefined
    throw error
  })
}

interface PreviewAsked {
  readonly source: string
  readonly into: string | undefined
  readonly testCheck: boolean
}

async function printPreview(context: CliContext, { source, into, testCheck }: PreviewAsked): Promise<number> {
  const { previewMerge } = await import('../../repository/preview-merge.ts')
  const { output, signal } = context
  const preview = await withWorkspace(context, async (workspace) => {
    const { guardsToRun } = await import('../../repository/guards/configured-guards.ts')
    const onGuard = (name: string, on: string) => output.progress(`guard ${name}: ${on}`)
    const guarded = testCheck ? { guards: await guardsToRun(workspace), onGuard } : {}
    return previewMerge(workspace, source, { signal, ...guarded, ...(into !== undefined && { into }) })
  })
  const { outcome, files, conflicts, findings, repaired, moved, guards, blocked } = preview
  output.result(preview, () => {
    const [name, other] = [escapeLine(preview.branch), escapeLine(source)]
    const heads = {
      'up to date': `${name} holds ${other} already`,
      'fast-forward': `${name} would move forward to ${shortId(preview.theirs)}`,
      merged: `${other} would be merged into ${name}`,
      refused: `${other} would not be merged into ${name}: a guard refuses it`,
      conflict: conflicts.length
        ? `${other} and ${name} would conflict in ${count(conflicts.length, 'file')}`
        : `${other} and ${name} would not fit together`,
    }
    return [
      heads[outcome],
      ...files.map(({ path, change, status }) => `  ${status.padEnd(6)}  ${change.padEnd(7)}  ${escapeLine(path)}`),
      ...repaired.map((each) => `  ${repairedText(each)}`),
      ...conflicts.map((conflict) => conflictText(conflict, false)),
      ...[...moved, ...findings].map(acrossText),
      ...guards.map(guardText),
      ...(blocked ? [`It would not begin now: ${escapeLine(blocked.message)}`] : []),
    ].join('\n')
  })
  return outcome === 'refused' ? exitStatus.guard : outcome === 'conflict' ? exitStatus.conflict : exitStatus.ok
}
