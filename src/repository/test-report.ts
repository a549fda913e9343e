import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { Redactor } from '../contracts/redactor.ts'
import { buildCommit } from '../git/build-commit.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStored, readStoredCommit } from '../git/stored-objects.ts'
import { fromUtf8, toHex, utf8 } from '../lib/bytes.ts'
import { messageOf } from '../lib/error-message.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { redactions } from '../node/redactor.ts'
import { objectId } from '../objects/object-id.ts'
import { findInTree } from '../objects/tree.ts'
import type { AiMeta } from '../provenance/record.ts'

/** Where test reports lie: a tree of blobs, pushed with the notes. */
export const metaRef = 'refs/ai-vcs/meta'

/** Where records and reports lie that are files of the commits they tell of. */
export const recordFolder = '.ai/records'

const maxReportBytes = 1 << 20
/** Fixed, so that the same reports give the same objects everywhere. */
const keeper = { name: 'anvcs', email: 'meta@anvcs.invalid', timeSeconds: 0, zone: '+0000' }
const maxAttempts = 10

/** A report as its record names it. */
export interface StoredReport {
  /** Relative to the tree of reports. */
  readonly ref: string
  readonly sha256: string
  /** Did all tests pass, where the report is one that is understood? */
  readonly passed: boolean | undefined
  /** Kinds of secrets that were left out. */
  readonly redacted: readonly string[]
}

/** Stores a test report, redacted, in the tree of reports. */
export async function storeTestReport(
  git: GitRepository,
  report: Uint8Array,
  redactor: Redactor,
): Promise<StoredReport> {
  const text = report.length <= maxReportBytes ? fromUtf8(report) : undefined
  if (text === undefined)
    throw new AnvcsError('USAGE', { message: 'The test report is no UTF-8 text of at most 1 MiB.' })
  const passed = passedIn(text)
  const redacted = await redactor.redact(text)
  const content = utf8(redacted)
  const sha256 = toHex(nodeCrypto.sha256(content))
  const path = `reports/${sha256}.json`
  const stored = { ref: path, sha256, passed, redacted: redactions(text, redacted) }
  const blob = { type: 'blob', content } as const
  const entry = { mode: 0o100644, id: objectId(git.crypto, git.format, blob) }
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const tip = git.refs.read(metaRef)
    const base = tip && readStoredCommit(git.objects, tip).tree
    const draft = { parents: tip ? [tip] : [], base, author: keeper, committer: keeper, message: 'Test reports\n' }
    const built = buildCommit(git, { ...draft, changes: [{ path, entry }] })
    if (built.tree === base) return stored
    await git.objects.write([blob, ...built.objects])
    if (await git.refs.update([{ name: metaRef, expect: tip, to: built.commit }], 'ai-vcs: test report')) return stored
  }
  throw new AnvcsError('REF_MOVED')
}

/** The report that a record names, if it is here and is the one that was recorded: kept here, or a file of its commit. */
export function readTestReport(
  git: Pick<GitRepository, 'objects' | 'refs'>,
  { test_report_ref: name, test_report_sha256: sha256 }: AiMeta,
  commitTree?: ObjectId,
): Uint8Array | undefined {
  if (name === undefined) return undefined
  const tip = git.refs.read(metaRef)
  const kept = tip && blobIn(git, readStoredCommit(git.objects, tip).tree, name)
  const content = kept ?? (commitTree && blobIn(git, commitTree, `${recordFolder}/${name}`))
  return content && toHex(nodeCrypto.sha256(content)) === sha256 ? content : undefined
}

function blobIn({ objects }: Pick<GitRepository, 'objects'>, tree: ObjectId, path: string): Uint8Array | undefined {
  const entry = findInTree((id) => readStored(objects, 'tree', id), tree, path)
  return entry && objects.read(entry.id)?.content
}

type Report = { stats?: { failures?: unknown }; numFailedTests?: unknown; passed?: unknown } | null

/** What the usual JSON reports say: mocha and jest; undefined for others. Throws USAGE for what is no JSON. */
function passedIn(text: string): boolean | undefined {
  const report = parsed(text)
  const failures = report?.stats?.failures ?? report?.numFailedTests
  if (typeof failures === 'number') return failures === 0
  return typeof report?.passed === 'boolean' ? report.passed : undefined
}

function parsed(text: string): Report {
  try {
    return JSON.parse(text) as Report
  } catch (cause) {
    throw new AnvcsError('USAGE', {
      message: `The test report is no JSON: ${messageOf(cause)}`,
      hint: 'Let the test runner write JSON, or say only how the tests went: `--tests passed` or `--tests failed`.',
      cause,
    })
  }
}
