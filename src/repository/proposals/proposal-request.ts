import type { ProposalRequest } from '../../contracts/merge-proposer.ts'
import type { Redactor } from '../../contracts/redactor.ts'
import { unlessMissing } from '../../git/git-missing.ts'
import { readOperation } from '../../git/operation.ts'
import { languageOf } from '../../merge/languages/language-of.ts'
import { maxResolutionUnits } from '../../merge/proposals/read-answer.ts'
import { gitText } from '../run-git.ts'
import type { Workspace } from '../workspace.ts'
import { codeElsewhere } from './code-elsewhere.ts'
import { conflictKey } from './conflict-key.ts'
import type { OpenConflict } from './open-conflicts.ts'

/** Lines of the file on either side of a conflict that go with it. */
const maxContextLines = 60
const maxContextUnits = 8000
/** A side of a conflict that is longer is a matter for people. */
const maxSideUnits = 1 << 15
const maxMessages = 5
const maxMessageUnits = 200

/** The first request about a conflict, or why there is none, as a clause. */
export type DraftedRequest =
  | { readonly status: 'request'; readonly request: ProposalRequest }
  | { readonly status: 'withheld'; readonly reason: string }

/** What may leave the machine, and how many answers are wanted. */
interface DraftOptions {
  readonly redactor: Redactor
  /** `proposals.withhold`. */
  readonly withhold: readonly string[]
  readonly maxCandidates: number
  readonly signal: AbortSignal | undefined
}

/**
 * What is asked about a conflict. Secrets around it are redacted; where one is in the conflict itself, nobody can settle that without it, and
 * nothing is asked.
 */
export async function draftRequest(
  workspace: Workspace,
  conflict: OpenConflict,
  { redactor, withhold, maxCandidates, signal }: DraftOptions,
): Promise<DraftedRequest> {
  const { conflicted, pieces, marked, explained } = conflict
  const { left, right } = marked
  const { base, reason, entity } = explained
  const texts = [left, right, base ?? '']
  if (texts.some((text) => text.length > maxSideUnits))
    return { status: 'withheld', reason: `a side has more than ${maxSideUnits} characters` }
  for (const text of texts)
    if ((await redactor.redact(text)) !== text) return { status: 'withheld', reason: 'it seems to hold a secret' }
  const at = pieces.indexOf(marked)
  const [top] = pieces
  const language = languageOf(conflicted.path, typeof top === 'string' ? top : '')
  const messages = await messagesOf(workspace, conflicted.path, redactor, signal)
  const elsewhere = await codeElsewhere(workspace, conflict, { redactor, withhold, signal })
  const request: ProposalRequest = {
    v: 1,
    kind: 'merge.propose',
    id: conflictKey(conflicted.path, marked).slice(0, 32),
    path: conflicted.path,
    ...(language && { language: language.name }),
    ...(entity !== undefined && { entity }),
    conflict: { ...(base !== undefined && { base }), left, right, reason },
    context: {
      before: await redactor.redact(linesBefore(pieces[at - 1])),
      after: await redactor.redact(linesAfter(pieces[at + 1])),
      ...messages,
      ...(elsewhere.length > 0 && { elsewhere }),
    },
    attempt: 1,
    previous: [],
    limits: { maxCandidates, maxUnits: maxResolutionUnits },
  }
  return { status: 'request', request }
}

/** The last lines of what stands before a conflict; nothing where that is another one. */
function linesBefore(piece: OpenConflict['pieces'][number] | undefined): string {
  const lines = linesOf(piece).slice(-maxContextLines)
  while (lines.join('').length > maxContextUnits) lines.shift()
  return lines.join('')
}

function linesAfter(piece: OpenConflict['pieces'][number] | undefined): string {
  const lines = linesOf(piece).slice(0, maxContextLines)
  while (lines.join('').length > maxContextUnits) lines.pop()
  return lines.join('')
}

function linesOf(piece: OpenConflict['pieces'][number] | undefined): string[] {
  return typeof piece === 'string' ? (piece.match(/[^\n]*\n|[^\n]+$/g) ?? []) : []
}

/** What each side says that it did to the file, where a merge is under way. */
async function messagesOf(
  { git }: Workspace,
  path: string,
  redactor: Redactor,
  signal: AbortSignal | undefined,
): Promise<{ readonly messagesLeft: readonly string[]; readonly messagesRight: readonly string[] }> {
  const [theirs] = readOperation(git)?.parents ?? []
  const read = async (range: string) => {
    const args = ['log', `--max-count=${maxMessages}`, '--format=%s', range, '--', path]
    const lines = ((await gitText(git.git, args, { signal }).catch(unlessMissing)) ?? '').split('\n').filter(Boolean)
    return await Promise.all(lines.map((line) => redactor.redact(line.slice(0, maxMessageUnits))))
  }
  if (!theirs) return { messagesLeft: [], messagesRight: [] }
  return { messagesLeft: await read(`${theirs}..HEAD`), messagesRight: await read(`HEAD..${theirs}`) }
}
