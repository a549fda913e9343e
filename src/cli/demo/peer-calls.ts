import type { CommitRequest } from '../../repository/commit.ts'
import type { Traffic } from './partition.ts'
import type { Script } from './step.ts'

/** How a peer stands. */
export interface PeerState {
  readonly member: string
  readonly head: string
  readonly heads: number
  readonly digest: string
  readonly entries: number
  /** Entries and commits that wait for something. */
  readonly waiting: number
  readonly voided: number
  readonly peers: readonly string[]
  readonly paused: string | null
}

/** Operations of each peer on one file, and how many of them no other's operation of one's causal past separates from another's. */
export interface Concurrency {
  readonly name: string
  readonly operations: number
  /** Concurrent with at least one operation of another peer. */
  readonly concurrent: number
}

/** What the driving process asks of a peer, by name. */
export interface PeerCalls {
  readonly found: {
    readonly ask: { readonly uses: number }
    readonly answer: { readonly ticket: string; readonly room: string }
  }
  readonly join: { readonly ask: { readonly ticket: string }; readonly answer: null }
  readonly type: { readonly ask: Script; readonly answer: null }
  /** Takes in what lies on disk, makes it durable, follows, and tells how it stands. */
  readonly settle: { readonly ask: null; readonly answer: PeerState }
  readonly state: { readonly ask: null; readonly answer: PeerState }
  readonly concurrency: { readonly ask: { readonly path: string }; readonly answer: readonly Concurrency[] }
  readonly commit: {
    readonly ask: Omit<CommitRequest, 'testReport' | 'signal'> & { readonly report: string }
    readonly answer: { readonly commit: string; readonly files: number; readonly contributors: readonly string[] }
  }
  readonly cut: { readonly ask: null; readonly answer: Traffic }
  readonly mend: { readonly ask: null; readonly answer: Traffic }
  /** Looks for the others at once. */
  readonly announce: { readonly ask: null; readonly answer: null }
  readonly traffic: { readonly ask: null; readonly answer: Traffic & { readonly serverBytes: number } }
  readonly close: { readonly ask: null; readonly answer: null }
}

/** The name of a call. */
export type CallName = keyof PeerCalls

/** A call on its way to a peer. */
export interface Asked {
  readonly id: number
  readonly call: CallName
  readonly ask: unknown
}

/** What a peer sends: an answer, an error, or a remark. */
export type PeerMessage =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly warning: string }
