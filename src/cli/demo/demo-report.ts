import type { CloneFacts } from './judge.ts'
import type { Concurrency } from './peer-calls.ts'

/** What a run of the demo has found. Every value is measured. */
export interface DemoReport {
  /** Nothing is lost, doubled or different, and everything was checked. */
  readonly ok: boolean
  /** What is wrong, in words. */
  readonly faults: readonly string[]
  readonly seed: number
  readonly repository: {
    readonly path: string
    readonly base: string
    readonly commits: number
    readonly files: number
  }
  readonly room: string
  readonly members: readonly { readonly name: string; readonly did: string; readonly words: number }[]
  readonly words: { readonly typed: number; readonly lost: number; readonly doubled: number }
  /** The place that all typed into at once. */
  readonly together: { readonly path: string; readonly function: string | null; readonly peers: readonly Concurrency[] }
  readonly partition: {
    readonly peer: string
    readonly ms: number
    readonly bytesOut: number
    readonly bytesIn: number
    /** Connections that were tried meanwhile. */
    readonly refused: number
    /** Internet sockets of its process, by the kernel: before, and the most that were seen meanwhile; null where the system does not tell. */
    readonly socketsBefore: number | null
    readonly socketsMeanwhile: number | null
  }
  readonly rejoin: { readonly ms: number; readonly merges: number }
  readonly commits: {
    readonly members: number
    /** Verified by `git verify-commit`, with the record that they bind in their note, in every clone. */
    readonly good: number
    /** Nothing here can verify signatures: there is no ssh-keygen. */
    readonly unchecked: number
    readonly merges: number
    /** Merges with the signature of at least one member in their note, in every clone. */
    readonly attested: number
  }
  /** Entries that count for nothing, at any peer. */
  readonly voided: number
  readonly bytes: { readonly server: number; readonly links: number }
  readonly clones: readonly CloneFacts[]
  readonly seconds: number
  /** Where the clones lie, if they were kept. */
  readonly kept: string | null
}
