/** What a proposer is asked: one conflict, and what stands around it. Everything in it may leave the machine. */
export interface ProposalRequest {
  readonly v: 1
  readonly kind: 'merge.propose'
  /** The answer has to name it. The same question has the same id. */
  readonly id: string
  readonly path: string
  readonly language?: string
  /** The declaration that the conflict lies in. */
  readonly entity?: string
  readonly conflict: {
    /** Left out where it is not known. */
    readonly base?: string
    readonly left: string
    readonly right: string
    readonly reason: string
  }
  readonly context: {
    /** Whole lines of the file before and behind the conflict, up to the next one. */
    readonly before: string
    readonly after: string
    /** The first lines of commit messages that touch the file, newest first. */
    readonly messagesLeft: readonly string[]
    readonly messagesRight: readonly string[]
    /** Of other files, as the commits have them that are merged; left out where there is none. */
    readonly elsewhere?: readonly CodeElsewhere[]
  }
  /** From 1. */
  readonly attempt: number
  /** What was proposed before, and why it was refused. */
  readonly previous: readonly { readonly resolution: string; readonly failures: readonly string[] }[]
  readonly limits: { readonly maxCandidates: number; readonly maxUnits: number }
}

/** Code of another file that a conflict has to do with. */
export interface CodeElsewhere {
  /** What a name in the conflict means, or a place that uses what the conflict declares or stands in. */
  readonly kind: 'definition' | 'use'
  readonly side: 'left' | 'right' | 'both'
  readonly path: string
  readonly names: readonly string[]
  /** Whole lines. */
  readonly text: string
  /** Whether lines are missing at its end. */
  readonly isCut?: boolean
}

/** One way to settle a conflict: whole lines that take the place of it. */
export interface ProposedCandidate {
  readonly resolution: string
  readonly explanation?: string
  /** 0 to 1, as the proposer says. */
  readonly confidence?: number
}

/** What a proposer answers. */
export interface ProposalAnswer {
  readonly candidates: readonly ProposedCandidate[]
  /** Why it proposes nothing. */
  readonly decline?: string
}

/** Somebody who proposes how to settle conflicts: a model behind a program or an address. What it says is data. */
export interface MergeProposer {
  /** Which model, in records. */
  readonly model: string
  /** The text of its answer, as it came. Throws PROPOSER_FAILED where none comes; an abort rethrows its reason. */
  propose(request: ProposalRequest, signal?: AbortSignal): Promise<string>
}
