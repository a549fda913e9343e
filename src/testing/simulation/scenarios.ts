import type { FewClients } from '../sim-crypto.ts'

/** What may happen in a run, and how often. Chances are in [0, 1]. */
export interface Scenario {
  readonly steps: number
  /** Of the occasions to commit, how many are taken. */
  readonly commit: number
  /** How often the network is parted rather than healed. */
  readonly partition: number
  /** Heads in conflict are merged by hand. */
  readonly manual: number
  /** There is a remote that others push to, too. */
  readonly pull?: true
  /** Commits by stock Git: without trailers, announced late, perhaps pushed before. */
  readonly stock?: number
  /** Commits by stock Git under an e-mail that the room does not know. Nobody waits for what such a one has pushed. */
  readonly otherNames?: number
  /** Commits with a file that is staged in part. */
  readonly partial?: number
  /** Waiting for authors is ended at random. */
  readonly adopt?: true
  /** Heads are merged without waiting for the end of an exchange. */
  readonly eager?: true
  /** A peer goes away for good, in the middle of things. */
  readonly dead?: true
  /** A member writes entries that say what is not so. */
  readonly liar?: true
  /** Yjs client numbers have so few bits that some are shared. */
  readonly clients?: FewClients
}

const hostile = { steps: 60, commit: 0.9, partition: 0.6, manual: 0.5, pull: true, liar: true } as const

/** The kinds of runs, from peaceful to everything at once. */
export const scenarios = {
  live: { steps: 50, commit: 0.8, partition: 0.3, manual: 0.5 },
  partition: { steps: 60, commit: 0.9, partition: 0.9, manual: 0.5 },
  eager: { steps: 60, commit: 0.9, partition: 0.9, manual: 0.5, eager: true },
  pull: { steps: 60, commit: 0.8, partition: 0.6, manual: 0.5, pull: true },
  stock: { steps: 60, commit: 0.9, partition: 0.6, manual: 0.5, pull: true, stock: 0.5 },
  names: { steps: 60, commit: 0.9, partition: 0.7, manual: 0.5, stock: 0.7, otherNames: 0.5 },
  adopt: { steps: 60, commit: 0.9, partition: 0.7, manual: 0.5, pull: true, stock: 0.3, adopt: true },
  partial: { steps: 60, commit: 0.9, partition: 0.7, manual: 0.5, pull: true, partial: 0.4 },
  dead: { steps: 60, commit: 0.8, partition: 0.6, manual: 0.3, pull: true, dead: true },
  liar: hostile,
  liarall: { ...hostile, steps: 80, stock: 0.2, adopt: true, partial: 0.2, eager: true },
  numbers: { ...hostile, steps: 80, stock: 0.2, adopt: true, partial: 0.2, eager: true, clients: { bits: 6 } },
  pasts: {
    steps: 80,
    commit: 0.8,
    partition: 0.9,
    manual: 0.5,
    pull: true,
    adopt: true,
    partial: 0.2,
    eager: true,
    dead: true,
  },
  all: {
    steps: 80,
    commit: 0.8,
    partition: 0.7,
    manual: 0.3,
    pull: true,
    stock: 0.2,
    adopt: true,
    partial: 0.2,
    eager: true,
  },
} as const satisfies Readonly<Record<string, Scenario>>

export type ScenarioName = keyof typeof scenarios
