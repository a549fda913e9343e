import { mergeVersion } from '../merge/merge-version.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { secretRedactor } from '../node/redactor.ts'
import type { Redactor } from '../contracts/redactor.ts'
import { newChangeId } from '../provenance/change-id.ts'
import { recordTrailers } from '../provenance/record-trailers.ts'
import { buildRecord, recordDigest, type CommitRecord, type RecordFacts } from '../provenance/record.ts'
import type { Trailer } from '../provenance/trailers.ts'
import type { ComputedPath } from './guards/computed-in-merge.ts'
import type { GuardReport } from './guards/guard-merge.ts'
import { packageVersion } from './package-version.ts'
import type { Workspace } from './workspace.ts'

/** What vouches for a file that a guard has computed. */
function certificateOf(guard: string): string {
  return `guard ${guard}`
}

/** What the record of a merge says of files that guards have computed before a person ended it. */
export async function computedFacts(
  files: readonly ComputedPath[],
  redactor: Redactor,
): Promise<Pick<RecordFacts, 'guards' | 'merge'>> {
  if (!files.length) return {}
  const certificates = []
  for (const { path, guard } of files)
    certificates.push({ path, certificate: certificateOf(await redactor.redact(guard)) })
  const names = [...new Set(files.map(({ guard }) => guard))]
  const guards = await Promise.all(names.map(async (name) => ({ name: await redactor.redact(name), passed: true })))
  return { guards, merge: { version: mergeVersion, certificates } }
}

/**
 * The record of a merge that no person had to decide anything about, with the guards that were run, the files that they computed, and the model that proposed, and the trailers
 * that bind it.
 */
export async function mergeRecord(
  { random }: Workspace,
  reports: readonly GuardReport[],
  model?: string,
): Promise<{ readonly record: CommitRecord; readonly trailers: readonly Trailer[] }> {
  const changeId = newChangeId(random)
  const redactor = secretRedactor()
  const guards = []
  const certificates = []
  for (const { name, outcome, computed } of reports) {
    if (outcome === 'not concerned') continue
    const redacted = await redactor.redact(name)
    guards.push({ name: redacted, passed: outcome === 'passed' })
    for (const path of computed) certificates.push({ path, certificate: certificateOf(redacted) })
  }
  const facts = {
    change_id: changeId,
    tool: { name: 'anvcs', version: packageVersion() },
    ...(guards.length && { guards }),
    ...(certificates.length && { merge: { version: mergeVersion, certificates } }),
    ...(model !== undefined && { model }),
  }
  const record = buildRecord(nodeCrypto, random.bytes(32), facts)
  return {
    record,
    trailers: recordTrailers({
      changeId,
      ...(model !== undefined && { model }),
      digest: recordDigest(nodeCrypto, record),
    }),
  }
}
