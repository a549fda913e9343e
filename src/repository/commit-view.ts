import type { ObjectId } from '../contracts/ids.ts'
import type { CommitPerson } from '../objects/commit.ts'
import { isDropped, type AiMeta } from '../provenance/record.ts'
import type { CheckedCommit, RecordStatus, SignatureVerdict } from './check-commit.ts'

/** A commit as it is told to people and programs. Its texts are others' words: escape them before they are shown. */
export interface CommitView {
  readonly commit: ObjectId
  readonly tree: ObjectId
  readonly parents: readonly ObjectId[]
  readonly author: PersonView
  readonly committer: PersonView
  readonly subject: string
  readonly message: string
  /** Names of refs that point here, as Git prints them. */
  readonly refs: readonly string[]
  readonly signature: SignatureVerdict
  readonly recordStatus: RecordStatus
  readonly record: RecordView | null
  /** Further records that the commit names: a squash joins several. */
  readonly moreRecords: readonly RecordView[]
  readonly isAutomaticMerge: boolean
}

export interface PersonView {
  readonly name: string
  readonly email: string
  /** ISO 8601, in the person's own zone. */
  readonly time: string
}

/** What a record tells. */
export interface RecordView {
  readonly changeId: string
  readonly agent: string | null
  readonly model: string | null
  readonly prompt: string | null
  /** The prompt was taken out later; its hash is still signed. */
  readonly isPromptDropped: boolean
  readonly testsPassed: boolean | null
  /** Percent. */
  readonly coverage: number | null
  readonly room: string | null
  readonly contributors: AiMeta['contributors']
  readonly partial: readonly string[]
  readonly tool: AiMeta['tool']
}

export function viewCommit(checked: CheckedCommit, refs: readonly string[] = []): CommitView {
  const { commit, parsed, trailers, signature, record, fitting, line, isAutomaticMerge } = checked
  const view = line ? viewRecord(line.ai_meta) : null
  return {
    commit,
    tree: parsed.tree,
    parents: parsed.parents,
    author: viewPerson(parsed.author),
    committer: viewPerson(parsed.committer),
    subject: subjectOf(parsed.message),
    message: parsed.message,
    refs,
    signature,
    recordStatus: record,
    // Trailers survive where notes do not: without a line they are all that is known.
    record: view ?? recordOfTrailers(trailers),
    moreRecords: fitting.slice(1).map((further) => viewRecord(further.ai_meta)),
    isAutomaticMerge,
  }
}

function viewRecord(meta: AiMeta): RecordView {
  const prompt = meta.prompt
  const isPromptDropped = prompt !== undefined && isDropped(prompt)
  return {
    changeId: meta.change_id,
    agent: meta.agent_id ?? null,
    model: meta.model ?? null,
    prompt: prompt === undefined || isPromptDropped ? null : prompt,
    isPromptDropped,
    testsPassed: meta.tests_passed ?? null,
    coverage: meta.coverage ?? null,
    room: meta.room ?? null,
    contributors: meta.contributors ?? [],
    partial: meta.partial ?? [],
    tool: meta.tool,
  }
}

function recordOfTrailers({ changeIds, agents, models, rooms }: CheckedCommit['trailers']): RecordView | null {
  if (!changeIds[0] && !agents[0] && !models[0]) return null
  return {
    changeId: changeIds[0] ?? '',
    agent: agents[0] ?? null,
    model: models[0] ?? null,
    prompt: null,
    isPromptDropped: false,
    testsPassed: null,
    coverage: null,
    room: rooms[0] ?? null,
    contributors: [],
    partial: [],
    tool: { name: '', version: '' },
  }
}

function viewPerson({ name, email, timeSeconds, zone }: CommitPerson): PersonView {
  return { name, email, time: isoTime(timeSeconds, zone) }
}

/** `2026-11-24T23:00:00+01:00` */
function isoTime(timeSeconds: number, zone: string): string {
  const [, sign, hours, minutes] = /^([+-])([01]\d|2[0-3])([0-5]\d)$/.exec(zone) ?? ['', '+', '00', '00']
  const offsetMinutes = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
  const local = new Date((timeSeconds + offsetMinutes * 60) * 1000)
  // A commit may claim any time; beyond what Date can hold it is shown as the end of that.
  if (Number.isNaN(local.getTime())) return '9999-12-31T23:59:59+00:00'
  return `${local.toISOString().replace(/\.\d+Z$/, '')}${sign}${hours}:${minutes}`
}

/** The first line that is not empty. */
export function subjectOf(message: string): string {
  return message.trimStart().split('\n', 1)[0]!
}
