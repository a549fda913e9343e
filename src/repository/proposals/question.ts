import { AnvcsError } from '../../contracts/errors.ts'
import type { MergeProposer, ProposalRequest } from '../../contracts/merge-proposer.ts'
import { checkCandidate } from '../../merge/proposals/check-candidate.ts'
import { groupCandidates, type CandidateGroup } from '../../merge/proposals/group-candidates.ts'
import { readAnswer } from '../../merge/proposals/read-answer.ts'
import { settledText } from '../../merge/read-markers.ts'
import { faultOfAll } from '../choice-faults.ts'
import type { Workspace } from '../workspace.ts'
import type { OpenConflict } from './open-conflicts.ts'
import type { Proposal } from './proposal-store.ts'
import { requestDigest } from './request-digest.ts'

/** The first time, and twice with what was wrong. */
const maxAttempts = 3
/** Of what was refused the last ones go with the next request. */
const maxPrevious = 8

/** One conflict that a proposer is asked about, and what has come of it. */
export class Question {
  readonly conflict: OpenConflict
  /** What has passed the checks, best first. */
  proposals: readonly Proposal[] = []
  /** Why there is none, as a clause. */
  reason: string | undefined
  /** Why no answer came at all. */
  error: AnvcsError | undefined
  #attempt = 0
  #previous: ProposalRequest['previous'] = []
  readonly #workspace: Workspace
  readonly #first: ProposalRequest

  constructor(workspace: Workspace, conflict: OpenConflict, first: ProposalRequest) {
    this.#workspace = workspace
    this.conflict = conflict
    this.#first = first
  }

  /** Asks until a candidate passes, the proposer declines, or it was asked often enough. */
  async ask(proposer: MergeProposer, signal: AbortSignal | undefined): Promise<void> {
    while (!this.proposals.length && this.#attempt < maxAttempts) {
      this.#attempt++
      const request = { ...this.#first, attempt: this.#attempt, previous: this.#previous }
      const text = await proposer.propose(request, signal).catch((error: unknown) => {
        if (!AnvcsError.is(error, 'PROPOSER_FAILED')) throw error
        this.error = error
      })
      if (text === undefined) {
        this.reason = this.error!.message
        return
      }
      const read = readAnswer(text, request)
      if (read.status === 'fault') {
        this.#refuse('', [read.fault])
        continue
      }
      const { candidates, decline } = read.answer
      if (!candidates.length) {
        this.reason = `the proposer declines${decline ? `: ${decline}` : ''}`
        return
      }
      await this.#take(groupCandidates(candidates), proposer.model, request, signal)
    }
  }

  /** Takes the best proposal away, which guards refuse. */
  refuseFirst(failures: readonly string[]): void {
    const [first, ...others] = this.proposals
    if (!first) return
    this.proposals = others
    this.#refuse(first.resolution, failures)
  }

  async #take(
    groups: readonly CandidateGroup[],
    model: string,
    request: ProposalRequest,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const passed: Proposal[] = []
    const prompt = requestDigest(request)
    const askedAt = Math.floor(this.#workspace.clock.now() / 1000)
    for (const group of groups) {
      const { resolution, faults, added } = checkCandidate(request, group.resolution)
      const fault = faults.length ? undefined : await this.#parseFault(resolution, signal)
      if (faults.length || fault !== undefined) this.#refuse(group.resolution, fault === undefined ? faults : [fault])
      else passed.push({ ...group, resolution, added, model, prompt, guards: [], askedAt })
    }
    this.proposals = passed
  }

  /** What is open elsewhere in the file may be settled this way or that. */
  #parseFault(resolution: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const { conflicted, pieces, marked } = this.conflict
    const whole = (['left', 'right'] as const).map((side) =>
      settledText(pieces, (piece) => (piece === marked ? resolution : piece[side])),
    )
    return faultOfAll(this.#workspace, conflicted, whole, signal)
  }

  #refuse(resolution: string, failures: readonly string[]): void {
    this.reason = `what was proposed is refused: ${failures.join('; ')}`
    this.#previous = [...this.#previous, { resolution, failures }].slice(-maxPrevious)
  }
}
