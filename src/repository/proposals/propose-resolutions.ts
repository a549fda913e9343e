import type { ObjectId } from '../../contracts/ids.ts'
import type { MergeProposer } from '../../contracts/merge-proposer.ts'
import { readHead } from '../../git/head.ts'
import { readOperation } from '../../git/operation.ts'
import { settledText } from '../../merge/read-markers.ts'
import { secretRedactor } from '../../node/redactor.ts'
import { guardMerge, isRefused, type GuardReport } from '../guards/guard-merge.ts'
import type { Guard } from '../guards/guard.ts'
import { settingsOf } from '../read-settings.ts'
import type { Workspace } from '../workspace.ts'
import { openConflicts, type OpenConflict, type OpenConflicts } from './open-conflicts.ts'
import { conflictKey } from './conflict-key.ts'
import { draftRequest } from './proposal-request.ts'
import { ProposalStore, type Proposal } from './proposal-store.ts'
import { Question } from './question.ts'
import { settledTree } from './settled-tree.ts'
import { withheldBecause } from './withheld.ts'

/** What came of one conflict. */
export interface ProposedConflict {
  readonly path: string
  /** Of its file, from 1; 0 where no part of the file is in question. */
  readonly conflict: number
  readonly proposals: readonly Proposal[]
  /** Why there is none, as a clause. */
  readonly reason?: string
}

/** What a proposer, and guards after it, have made of conflicts. */
export interface ProposeReport {
  readonly conflicts: readonly ProposedConflict[]
  /** What guards said of the whole merge with the first proposal of each; empty where none has been run. */
  readonly guards: readonly GuardReport[]
  /** The tree that they looked at last. */
  readonly tree?: ObjectId
}

/** Whom to ask, and what has to pass. */
export interface ProposeOptions {
  readonly proposer: MergeProposer
  readonly guards: readonly Guard[]
  /** Told before each question and each run of a guard. */
  readonly onStep?: ((step: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Rounds of guards: each takes a proposal away. */
const maxGuardRounds = 4
/** Of the output of a guard, for the next request. */
const maxOutputLines = 20

/**
 * Asks a proposer about each conflict of the index, of all paths or those at or below some, and keeps what passes the checks. Where every conflict of the
 * merge has a proposal, guards look at the whole with the first of each; what they refuse is asked about again. Nothing is applied. Throws
 * PROPOSER_FAILED where no question got an answer.
 */
export async function proposeResolutions(
  workspace: Workspace,
  paths: readonly string[],
  options: ProposeOptions,
): Promise<ProposeReport> {
  const { proposer, onStep, signal } = options
  const all = await openConflicts(workspace, [], signal)
  const meant = paths.length ? await openConflicts(workspace, paths, signal) : all
  const { questions, withheld } = await draft(workspace, meant.open, signal)
  for (const question of questions) {
    onStep?.(`asking about ${placeOf(question.conflict)}`)
    await question.ask(proposer, signal)
  }
  const errors = questions.flatMap(({ error }) => error ?? [])
  if (errors.length && errors.length === questions.length) throw errors[0]!
  const isWhole = !all.others.length && questions.length === all.open.length
  const guarded = isWhole ? await guard(workspace, questions, options) : { guards: [] }
  const store = new ProposalStore(workspace.git.dataDir)
  for (const { conflict, proposals } of questions)
    await store.write(conflictKey(conflict.conflicted.path, conflict.marked), proposals)
  const conflicts = [...questions.map(toldOf), ...withheld, ...meant.others.map(toldOther)]
  return { conflicts, ...guarded }
}

async function draft(
  workspace: Workspace,
  open: readonly OpenConflict[],
  signal: AbortSignal | undefined,
): Promise<{ readonly questions: readonly Question[]; readonly withheld: readonly ProposedConflict[] }> {
  const { values } = await settingsOf(workspace)
  const withhold = values['proposals.withhold']
  const asked = { redactor: secretRedactor(), withhold, maxCandidates: values['proposals.candidates'], signal }
  const questions: Question[] = []
  const withheld: ProposedConflict[] = []
  for (const conflict of open) {
    const { path } = conflict.conflicted
    const because = withheldBecause(path, withhold)
    const drafted = because === undefined ? await draftRequest(workspace, conflict, asked) : undefined
    if (drafted?.status === 'request') questions.push(new Question(workspace, conflict, drafted.request))
    else
      withheld.push({
        path,
        conflict: conflict.number,
        proposals: [],
        reason: `nobody is asked: ${because ?? drafted!.reason}`,
      })
  }
  return { questions, withheld }
}

function placeOf({ conflicted, number }: OpenConflict): string {
  return `${conflicted.path} ${number}`
}

function toldOf({ conflict, proposals, reason }: Question): ProposedConflict {
  const place = { path: conflict.conflicted.path, conflict: conflict.number, proposals }
  return proposals.length || reason === undefined ? place : { ...place, reason }
}

function toldOther({ path, reason }: OpenConflicts['others'][number]): ProposedConflict {
  return { path, conflict: 0, proposals: [], reason }
}

/** Runs guards on the merge as it would be with the first proposals, and takes away what brings a failure, as long as there is another. */
async function guard(
  workspace: Workspace,
  questions: readonly Question[],
  { proposer, guards, onStep, signal }: ProposeOptions,
): Promise<Pick<ProposeReport, 'guards' | 'tree'>> {
  const { git } = workspace
  const ours = readHead(git.gitDir, git.refs).commit
  const theirs = readOperation(git)?.parents ?? []
  // Of a rebase or a pick there are no two sides on which guards could have passed before.
  if (!guards.length || !ours || theirs.length !== 1) return { guards: [] }
  let reports: readonly GuardReport[] = []
  let tree: ObjectId | undefined
  for (let round = 0; round < maxGuardRounds && questions.every(({ proposals }) => proposals.length); round++) {
    tree = await combinedTree(workspace, questions, signal)
    const onRun = (name: string, on: string) => onStep?.(`guard ${name}: ${on}`)
    reports = await guardMerge(workspace, guards, { ours, theirs: theirs[0]!, tree }, { onRun, signal })
    const suspects = new Set(reports.flatMap((report) => report.suspects))
    const blamed = isRefused(reports) ? questions.filter(({ conflict }) => suspects.has(conflict.conflicted.path)) : []
    // Where something else than a proposal brings the failure, another proposal would not mend it.
    if (!blamed.length) {
      const outcomes = reports.map(({ name, outcome }) => ({ name, outcome }))
      for (const question of questions)
        question.proposals = question.proposals.map((one, at) => (at === 0 ? { ...one, guards: outcomes } : one))
      return { guards: reports, tree }
    }
    const failures = await failuresOf(reports)
    for (const question of blamed) {
      question.refuseFirst(failures)
      onStep?.(`asking about ${placeOf(question.conflict)}`)
      await question.ask(proposer, signal)
    }
  }
  return { guards: reports, ...(tree && { tree }) }
}

async function failuresOf(reports: readonly GuardReport[]): Promise<readonly string[]> {
  const redactor = secretRedactor()
  const failed = reports.filter(({ outcome }) => outcome === 'failed')
  return await Promise.all(
    failed.map(async ({ name, output }) => {
      const end = output.trimEnd().split('\n').slice(-maxOutputLines).join('\n')
      return `the guard ${name} fails: ${await redactor.redact(end)}`
    }),
  )
}

/** The tree of the merge with the first proposal for each conflict. */
function combinedTree(
  { git }: Workspace,
  questions: readonly Question[],
  signal: AbortSignal | undefined,
): Promise<ObjectId> {
  const chosen = new Map(questions.map(({ conflict, proposals }) => [conflict.marked, proposals[0]!.resolution]))
  const files = new Map(questions.map(({ conflict }) => [conflict.conflicted.path, conflict]))
  const settled = [...files].map(([path, { conflicted, pieces }]) => {
    const { base, left, right } = conflicted
    const mode = left!.mode === base?.mode ? right!.mode : left!.mode
    return { path, mode, text: settledText(pieces, (piece) => chosen.get(piece) ?? piece.whole) }
  })
  return settledTree(git, settled, signal)
}
