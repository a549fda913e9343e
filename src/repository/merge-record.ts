import { nodeCrypto } from '../node/crypto.ts'
import { newChangeId } from '../provenance/change-id.ts'
import { recordTrailers } from '../provenance/record-trailers.ts'
import { buildRecord, recordDigest, type CommitRecord } from '../provenance/record.ts'
import type { Trailer } from '../provenance/trailers.ts'
import { packageVersion } from './package-version.ts'
import type { Workspace } from './workspace.ts'

/** The record of a merge that nobody had to decide anything about, and the trailers that bind it. */
export function mergeRecord({ random }: Workspace): {
  readonly record: CommitRecord
  readonly trailers: readonly Trailer[]
} {
  const changeId = newChangeId(random)
  const facts = { change_id: changeId, tool: { name: 'anvcs', version: packageVersion() } }
  const record = buildRecord(nodeCrypto, random.bytes(32), facts)
  return { record, trailers: recordTrailers({ changeId, digest: recordDigest(nodeCrypto, record) }) }
}
