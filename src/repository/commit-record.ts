import type { ObjectId } from '../contracts/ids.ts'
import { stateOf } from '../history/anchor.ts'
import { emptyState, type FileState } from '../history/file-state.ts'
import type { NamedStates } from '../history/named-states.ts'
import { writeNamedStates } from '../history/naming-entry.ts'
import { didKey } from '../identity/did-key.ts'
import { toBase64url, toHex } from '../lib/bytes.ts'
import { encodeCbor } from '../lib/cbor.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { redactions, secretRedactor } from '../node/redactor.ts'
import type { ChangeId } from '../provenance/change-id.ts'
import { buildRecord, recordDigest, type CommitRecord, type RecordFacts } from '../provenance/record.ts'
import { recordTrailers } from '../provenance/record-trailers.ts'
import { addTrailers } from '../provenance/trailers.ts'
import { commitEnvironment } from './commit-environment.ts'
import { packageVersion } from './package-version.ts'
import type { ComputedPath } from './guards/computed-in-merge.ts'
import { computedFacts } from './merge-record.ts'
import type { RoomHost } from './room-host.ts'
import { storeTestReport } from './test-report.ts'
import type { Workspace } from './workspace.ts'

/** Where a commit comes from, as its record tells it. Free text is redacted before it is stored. */
export interface RecordRequest {
  readonly prompt?: string
  readonly model?: string
  readonly agent?: string
  readonly testReport?: Uint8Array
  readonly testsPassed?: boolean
  /** Percent. */
  readonly coverage?: number
}

/** Whose operations a commit contains. */
export interface Contribution {
  readonly did: string
  readonly name: string
  readonly email: string
  readonly operations: number
}

/** How many operations of each member lie between a commit and its parent. */
export function contributions(
  host: RoomHost,
  named: NamedStates,
  parent: ObjectId | undefined,
): readonly Contribution[] {
  const { room } = host
  const anchor = parent && room.commits.anchor(parent)
  const counts = new Map<string, { operations: number; name: string; email: string }>()
  for (const [file, state] of named.states) {
    const before: FileState = anchor ? stateOf(anchor, file) : emptyState
    for (const operation of room.engines.history.log(file).within(state)) {
      if (operation.number < (before.counts.get(operation.feed) ?? 0)) continue
      const owner = room.membership.owner(operation.feed)
      if (!owner) continue
      const did = didKey(owner.admission.member)
      const { name, email } = owner.admission.person
      const count = counts.get(did) ?? { operations: 0, name, email }
      counts.set(did, { ...count, operations: count.operations + 1 })
    }
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([did, count]) => ({ did, ...count }))
}

/** The record of a commit, with everything that is free text redacted, and the kinds of secrets that were left out. */
export async function recordOf(
  workspace: Workspace,
  host: RoomHost | undefined,
  request: RecordRequest,
  made: {
    readonly changeId: ChangeId
    readonly named: NamedStates | undefined
    readonly contributors: readonly Contribution[]
    /** By guards, while a person ended a merge. */
    readonly computed: readonly ComputedPath[]
  },
): Promise<{ readonly record: CommitRecord; readonly redacted: readonly string[] }> {
  const redactor = secretRedactor()
  const { named, contributors, changeId, computed } = made
  const states = named && encodeCbor(writeNamedStates(named))
  const report = request.testReport && (await storeTestReport(workspace.git, request.testReport, redactor))
  const partial = named && host ? partialPaths(host, named) : []
  const prompt = request.prompt === undefined ? undefined : await redactor.redact(request.prompt)
  const facts: RecordFacts = {
    change_id: changeId,
    tool: { name: 'anvcs', version: packageVersion() },
    ...(prompt !== undefined && { prompt }),
    ...(request.model !== undefined && { model: request.model }),
    ...(request.agent !== undefined && { agent_id: request.agent }),
    ...(report && { test_report_ref: report.ref, test_report_sha256: report.sha256 }),
    ...testsPassed(request, report?.passed),
    ...(request.coverage !== undefined && { coverage: request.coverage }),
    env: await commitEnvironment(workspace),
    ...(host && named && { room: host.room.tag }),
    ...(contributors.length && {
      contributors: contributors.map(({ did, name, operations }) => ({ did, name, operations })),
    }),
    ...(states && { states: { sha256: toHex(nodeCrypto.sha256(states)), data: toBase64url(states) } }),
    ...(partial.length && { partial }),
    ...(await computedFacts(computed, redactor)),
  }
  const salt = host && named ? host.room.salt : workspace.random.bytes(32)
  const left = [...redactions(request.prompt ?? '', prompt ?? ''), ...(report ? report.redacted : [])]
  return { record: buildRecord(nodeCrypto, salt, facts), redacted: [...new Set(left)] }
}

function testsPassed(request: RecordRequest, inReport: boolean | undefined): { readonly tests_passed?: boolean } {
  const passed = request.testsPassed ?? inReport
  return passed === undefined ? {} : { tests_passed: passed }
}

/** Paths that were staged in part. */
export function partialPaths({ room }: RoomHost, named: NamedStates): readonly string[] {
  return [...named.partial].flatMap((file) => room.engines.live.layout.pathOf(file) ?? [])
}

/** The message with the trailers that bind the record. */
export function messageWith(
  text: string,
  request: RecordRequest,
  record: CommitRecord,
  changeId: ChangeId,
  room: string | undefined,
  contributors: readonly Contribution[],
  host: RoomHost | undefined,
): string {
  const self = host?.room.self?.member
  const others = contributors.filter(({ did }) => !self || did !== didKey(self))
  const trailers = recordTrailers({
    changeId,
    ...(room !== undefined && { room }),
    ...(request.agent !== undefined && { agent: request.agent }),
    ...(request.model !== undefined && { model: request.model }),
    digest: recordDigest(nodeCrypto, record),
    ...(others.length && { coAuthors: others.map(({ name, email }) => `${name} <${email}>`) }),
  })
  return addTrailers(text, trailers)
}
