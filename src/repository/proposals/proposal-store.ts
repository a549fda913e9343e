import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProposedCandidate } from '../../contracts/merge-proposer.ts'
import { maxCandidates, maxResolutionUnits } from '../../merge/proposals/read-answer.ts'
import type { JsonValue } from '../../provenance/canonical-json.ts'
import * as json from '../../provenance/json-shape.ts'
import { readJson, writeJson } from '../data-folder.ts'
import { guardOutcomes, type GuardReport } from '../guards/guard-merge.ts'

/** A way to settle a conflict that has passed the checks. It is applied when a person or the user's policy says so. */
export interface Proposal extends ProposedCandidate {
  /** How many candidates of the answer were this one. */
  readonly votes: number
  /** Words that no side has so often. */
  readonly added: readonly string[]
  readonly model: string
  /** SHA-256 of the request that it answers. */
  readonly prompt: string
  /** What guards said of the whole merge with it; empty where none has been run. */
  readonly guards: readonly Pick<GuardReport, 'name' | 'outcome'>[]
  /** Seconds since 1970. */
  readonly askedAt: number
}

/** Conflicts whose proposals are kept; the oldest go first. */
const maxKept = 500

const hash = json.matching(/^[0-9a-f]{64}$/)
const proposalShape = json.object(
  {
    resolution: json.text(2 * maxResolutionUnits),
    votes: json.count,
    added: json.list(json.text(maxResolutionUnits), 64),
    model: json.word(1000),
    prompt: hash,
    guards: json.list(
      json.object({ name: json.word(200), outcome: json.matching(new RegExp(`^(${guardOutcomes.join('|')})$`)) }, {}),
      64,
    ),
    askedAt: json.count,
  },
  { explanation: json.text(4000), confidence: json.numberUpTo(1) },
)
const fileShape = json.object({ v: json.only(1), proposals: json.list(proposalShape, maxCandidates) }, {})

/** Keeps the proposals for conflicts, by the key of each, under our folder in the repository. */
export class ProposalStore {
  readonly #folder: string

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'proposals')
  }

  /** None where there are none, or their file is damaged. */
  read(key: string): readonly Proposal[] {
    const read = fileShape((readJson(this.#place(key)) ?? null) as JsonValue)
    return (read?.proposals ?? []) as readonly Proposal[]
  }

  /** In the place of those that were there. */
  async write(key: string, proposals: readonly Proposal[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    if (proposals.length) await writeJson(this.#place(key), { v: 1, proposals })
    else await rm(this.#place(key), { force: true })
    const names = await readdir(this.#folder)
    if (names.length <= maxKept) return
    const files = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(this.#folder, name))).mtimeMs })),
    )
    for (const { name } of files.sort((a, b) => a.at - b.at).slice(0, names.length - maxKept))
      await rm(join(this.#folder, name), { force: true })
  }

  #place(key: string): string {
    return join(this.#folder, `${key}.json`)
  }
}
