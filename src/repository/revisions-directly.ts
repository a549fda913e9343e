import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { mergeBases } from '../git/ancestry.ts'
import { readWholeLog } from '../git/head-log.ts'
import { readHead } from '../git/head.ts'
import { mergedHead } from '../git/merged-tags.ts'
import type { GitRepository } from '../git/repository.ts'
import { shallowCommits } from '../git/shallow-commits.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { walkCommits } from '../git/walk-commits.ts'
import { upstreamRef } from './upstream-ref.ts'

/** What a word of a command line stands for: commits to begin at, and those that are left out with all that came before. */
export interface RevisionRange {
  readonly starts: readonly ObjectId[]
  readonly excluded: readonly ObjectId[]
}

/** Where git looks for a name, in this order. */
const namespaces = ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/']

/** `A`, `^A`, `A..B`, `A...B`, `A^@`, `A^!` and `A^-2` (gitrevisions(7)), without git. Undefined for a word that is none of them. */
export async function findRangeDirectly(git: GitRepository, word: string): Promise<RevisionRange | undefined> {
  const [, left, dots, right] = /^(.*?)(\.{2,3})(.*)$/s.exec(word) ?? []
  // Two dots alone are the folder above.
  if (left || right || dots === '...') {
    const [from, to] = [left, right].map((name) => findCommitDirectly(git, name || 'HEAD'))
    if (from && to && dots === '..') return { starts: [to], excluded: [from] }
    if (from && to) return { starts: [from, to], excluded: await mergeBases(git, from, to) }
  }
  if (word.startsWith('^')) {
    const excluded = findCommitDirectly(git, word.slice(1))
    return excluded && { starts: [], excluded: [excluded] }
  }
  const [, name, kind, digits] = /^(.*)\^(?:([@!])|-(\d*))$/s.exec(word) ?? []
  const commit = findCommitDirectly(git, name ?? word)
  if (!commit || name === undefined) return commit && { starts: [commit], excluded: [] }
  const parents = parentsOf(git, commit)
  if (kind === '@') return { starts: parents, excluded: [] }
  if (kind === '!') return { starts: [commit], excluded: parents }
  const parent = parents[Number(digits || 1) - 1]
  return parent && { starts: [commit], excluded: [parent] }
}

/**
 * The commit that a revision names (gitrevisions(7)), without git; undefined where it names none. Throws GIT_MISSING for what only git tells: times
 * in a reflog, and where a branch is pushed.
 */
export function findCommitDirectly(git: GitRepository, revision: string): ObjectId | undefined {
  if (revision.startsWith(':/')) return youngest(git, tips(git), revision.slice(2))
  const [, name, steps] = /^(.+?)((?:~\d*|\^\d*|\^\{[^}]*\})*)$/s.exec(revision) ?? []
  let commit = name === undefined ? undefined : commitOf(git, idOf(git, name))
  for (const [, kind, digits, type] of (steps ?? '').matchAll(/([~^])(?:(\d+)|\{([^}]*)\})?/g)) {
    if (!commit) return undefined
    if (type?.startsWith('/')) commit = youngest(git, [commit], type.slice(1))
    else if (type !== undefined) commit = ['', 'commit', 'object'].includes(type) ? commit : undefined
    else if (kind === '^' && digits !== '0') commit = parentsOf(git, commit)[Number(digits ?? 1) - 1]
    else if (kind === '~')
      for (let left = Number(digits ?? 1); left > 0 && commit; left--) commit = parentsOf(git, commit)[0]
  }
  return commit
}

function parentsOf({ objects, commonDir }: GitRepository, commit: ObjectId): readonly ObjectId[] {
  return shallowCommits(commonDir).has(commit) ? [] : readStoredCommit(objects, commit).parents
}

/** The commit that an id stands for: a tag is looked through. */
export function commitOf({ objects }: Pick<GitRepository, 'objects'>, id: ObjectId | undefined): ObjectId | undefined {
  const found = id && mergedHead(objects, id).commit
  return found && objects.read(found)?.type === 'commit' ? found : undefined
}

/** What a name without steps stands for: an id, a ref, a place in a reflog, the beginning of an id, a name that `git describe` gave. */
function idOf(git: GitRepository, name: string): ObjectId | undefined {
  const { objects, refs } = git
  if (objects.has(name as ObjectId)) return name as ObjectId
  const [, of, place] = /^(.*)@\{([^{}]*)\}$/s.exec(name) ?? []
  if (of !== undefined) return inLog(git, of, place!)
  const ref = refOf(git, name)
  if (ref !== undefined) return refs.read(ref)
  const begun = /^(?:.*-g)?([0-9a-f]{4,})$/is.exec(name)?.[1]
  const ids = begun === undefined ? [] : objects.beginningWith(begun.toLowerCase())
  const [commit, ...others] = ids.filter((id) => commitOf(git, id) !== undefined)
  return others.length ? undefined : commit
}

/** The full name of a ref. */
function refOf({ refs }: GitRepository, name: string): string | undefined {
  const found = namespaces.map((prefix) => prefix + name).find((ref) => refs.read(ref) !== undefined)
  return name === '@' ? 'HEAD' : (found ?? (refs.read(`refs/remotes/${name}/HEAD`) && `refs/remotes/${name}/HEAD`))
}

/** `NAME@{PLACE}`: what a branch follows, what was checked out before, or what a ref was before. */
function inLog(git: GitRepository, name: string, place: string): ObjectId | undefined {
  const { branch } = readHead(git.gitDir, git.refs)
  const ref = name === '' ? (branch ?? 'HEAD') : refOf(git, name)
  if (/^u(?:pstream)?$/i.test(place)) {
    const upstream = upstreamRef(git, (ref === 'HEAD' ? branch : ref) ?? '')
    return upstream === undefined ? undefined : git.refs.read(upstream)
  }
  if (!/^-?\d+$/.test(place))
    throw new AnvcsError('GIT_MISSING', {
      message: `Only git tells what @{${place}} is, and no git program was found.`,
    })
  if (place.startsWith('-')) return name === '' ? leftBefore(git, -Number(place)) : undefined
  if (ref === undefined) return undefined
  if (place === '0') return git.refs.read(ref)
  const moves = readWholeLog(ref === 'HEAD' ? git.gitDir : git.commonDir, ref)
  const back = Number(place)
  return back === moves.length ? moves[0]?.from : moves.at(-1 - back)?.to
}

function leftBefore(git: GitRepository, count: number): ObjectId | undefined {
  const name = nameLeftBefore(git, count)
  return name === undefined ? undefined : (git.refs.read(`refs/heads/${name}`) ?? idOf(git, name))
}

/** The branch or commit that was checked out before so many changes of that, as the log of HEAD has it. */
export function nameLeftBefore({ gitDir }: GitRepository, count: number): string | undefined {
  // A room that is followed may have moved HEAD a thousand times since.
  const moves = readWholeLog(gitDir, 'HEAD')
  const left = moves.flatMap(({ message }) => /^checkout: moving from (.*) to /s.exec(message)?.[1] ?? [])
  return count > 0 ? left.at(-count) : undefined
}

/** Where all refs and HEAD are. */
function tips(git: GitRepository): readonly ObjectId[] {
  const head = readHead(git.gitDir, git.refs).commit
  const named = git.refs.list('refs/').flatMap(({ id }) => commitOf(git, id) ?? [])
  return head ? [head, ...named] : named
}

/** The youngest commit whose message fits; `!-` leaves out those that fit. A pattern that JavaScript does not know fits none. */
function youngest(git: GitRepository, starts: readonly ObjectId[], text: string): ObjectId | undefined {
  const isLeftOut = text.startsWith('!-')
  if (text.startsWith('!') && !/^!(?:-|!)/.test(text)) return undefined
  const pattern = patternOf(isLeftOut ? text.slice(2) : text.replace(/^!!/, '!'))
  if (!pattern) return undefined
  for (const commit of walkCommits(git, starts))
    if (pattern.test(readStoredCommit(git.objects, commit).message) !== isLeftOut) return commit
  return undefined
}

function patternOf(text: string): RegExp | undefined {
  try {
    return new RegExp(text, 's')
  } catch {
    return undefined
  }
}
