import type { ProposedCandidate } from '../../contracts/merge-proposer.ts'

/** Candidates that are one text, but for white space at the ends of lines. */
export interface CandidateGroup extends ProposedCandidate {
  /** How many there were. */
  readonly votes: number
}

/** Equal candidates as one, with the explanation of the first; those come first that were given more often, else as they came. */
export function groupCandidates(candidates: readonly ProposedCandidate[]): readonly CandidateGroup[] {
  const groups = new Map<string, CandidateGroup>()
  for (const candidate of candidates) {
    const key = candidate.resolution.replace(/[ \t\r]+$/gm, '').replace(/\n+$/, '')
    const known = groups.get(key)
    groups.set(key, known ? { ...known, votes: known.votes + 1 } : { ...candidate, votes: 1 })
  }
  return [...groups.values()].sort((a, b) => b.votes - a.votes)
}
