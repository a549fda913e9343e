import type { ScenarioName } from '../../src/testing/simulation/scenarios.ts'

/** One place of the compiled program, as it is and as it is not to be. */
export interface PlantedChange {
  readonly file: string
  readonly from: string
  readonly to: string
}

/** A rule that is switched off, and a run that notices it. */
export interface PlantedFault {
  readonly rule: string
  readonly changes: readonly PlantedChange[]
  readonly scenario: ScenarioName
  /** Seeds that are tried, in order, until one fails. */
  readonly seeds: readonly number[]
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

/** Faults that are planted into the compiled program when it is loaded: the program itself knows nothing of them. */
export const plantedFaults: readonly PlantedFault[] = [
  {
    rule: 'a commit has a state of each file, not one of all',
    changes: [
      {
        file: 'src/history/naming.js',
        from: 'for (const [file, state] of named.states)\n        states.set(file, state);',
        to: 'for (const file of view.history.files)\n        states.set(file, view.currentState(file));',
      },
    ],
    scenario: 'live',
    seeds: upTo(20),
  },
  {
    rule: 'a file that is staged in part has no state of its own',
    changes: [
      {
        file: 'src/history/naming.js',
        from: 'for (const file of named.partial)\n        partial.add(file);',
        to: '',
      },
      { file: 'src/history/naming.js', from: "return 'a text is not the blob';", to: 'continue;' },
      { file: 'src/history/naming.js', from: "return 'the tree holds what no state explains';", to: 'continue;' },
    ],
    scenario: 'partial',
    seeds: upTo(20),
  },
  {
    rule: 'the base of a merge is the file at the meet of both states',
    changes: [
      {
        file: 'src/history/merge-heads.js',
        from: 'exact ? meetValue(history, file, leftState, rightState) :',
        to: '',
      },
    ],
    scenario: 'pull',
    seeds: upTo(30),
  },
  {
    rule: 'a commit of the room waits for the entries of its author',
    changes: [
      {
        file: 'src/room/room-commits.js',
        from: 'if (commits.isOfRoom(commit))\n            return',
        to: 'if (false)\n            return',
      },
      { file: 'src/history/judge.js', from: 'if (facts.isOfRoom(commit))', to: 'if (false)' },
    ],
    scenario: 'pull',
    seeds: upTo(30),
  },
  {
    rule: 'a commit has one state, the join of all that are named and of its parents',
    changes: [
      {
        file: 'src/history/view.js',
        from: 'const own = this.anchorsOf(commit);',
        to: 'const own = this.anchorsOf(commit); return own[0];',
      },
    ],
    scenario: 'all',
    seeds: upTo(30),
  },
  {
    rule: 'states are mended before anything is shown',
    changes: [{ file: 'src/room/room-commits.js', from: 'async repair() {', to: 'async repair() { return;' }],
    scenario: 'all',
    seeds: upTo(30),
  },
  {
    rule: 'what was staged in part is never typed',
    changes: [
      {
        file: 'src/history/outside.js',
        from: 'if (untyped.has(file) || (partial.has(file) && parents.length > 1))',
        to: 'if (false)',
      },
    ],
    scenario: 'pasts',
    seeds: upTo(30),
  },
  {
    rule: 'a diff keeps words',
    changes: [
      {
        file: 'src/document/text-diff.js',
        from: 'for (const run of alignTexts(before, after))',
        to: 'for (const run of [])',
      },
    ],
    scenario: 'live',
    seeds: upTo(10),
  },
  {
    rule: 'an entry is durable before it counts as that',
    changes: [
      {
        file: 'src/testing/sim-feed-store.js',
        from: 'written, closedCleanly: false });\n        await this.#mount.flush();',
        to: 'written, closedCleanly: false });',
      },
    ],
    scenario: 'live',
    seeds: upTo(30),
  },
]
