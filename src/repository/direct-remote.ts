import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { allowedProtocols } from '../git/allowed-protocols.ts'
import { isAncestor } from '../git/ancestry.ts'
import { findHooks } from '../git/hooks.ts'
import { netrcCredentials } from '../git/netrc.ts'
import type { GitRepository } from '../git/repository.ts'
import { shallowCommits } from '../git/shallow-commits.ts'
import { SmartHttp, type Advertisement, type PushAnswer, type RefCommand } from '../git/smart-http.ts'
import { walkCommits } from '../git/walk-commits.ts'
import type { Workspace } from './workspace.ts'

/** Commits and refs that are told to a remote as known here. */
const maxHaves = 512

/** Settings of `http.*` that change neither who is asked nor who is trusted. */
const harmless = new Set([
  'emptyauth',
  'getanyfile',
  'lowspeedlimit',
  'lowspeedtime',
  'maxrequestbuffer',
  'maxrequests',
  'minsessions',
  'postbuffer',
  'receivepack',
  'uploadpack',
  'useragent',
  'version',
])
/** Variables by which git reaches a server in another way. */
const unusualVariables = /^(?:GIT_SSL_|GIT_HTTP_|GIT_CURL_|https?_proxy$|all_proxy$)/i

/**
 * A remote that is reached without a git program: over HTTP only. Throws REMOTE_UNSUPPORTED for any other kind, and GIT_MISSING, by
 * name, for settings that only git heeds.
 */
export function openDirectRemote(
  workspace: Workspace,
  remote: string,
  { direction, signal }: { readonly direction: 'fetch' | 'push'; readonly signal?: AbortSignal | undefined },
): SmartHttp {
  const { git, environment } = workspace
  const pushed = direction === 'push' ? git.config.getAll(`remote.${remote}.pushurl`) : []
  const urls = pushed.length ? pushed : git.config.getAll(`remote.${remote}.url`)
  const [url] = urls
  if (url === undefined || urls.length > 1) throw needsGit(`${urls.length} URLs of ${remote}`)
  if (!/^https?:\/\//i.test(url))
    throw new AnvcsError('REMOTE_UNSUPPORTED', {
      message: `Without a git program only HTTP remotes are reached, and ${remote} is ${kindOf(url)}.`,
      hint: 'Install git, or give the remote a URL that begins with https:// (`git remote set-url`, or in .git/config). Nothing was changed.',
    })
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed) throw new AnvcsError('USAGE', { message: `${remote} has no URL that can be read.` })
  if (!allowedProtocols(git.config, workspace.environment).split(':').includes(parsed.protocol.slice(0, -1)))
    throw new AnvcsError('REMOTE_UNSUPPORTED', {
      message: `The protocol of ${remote} is not allowed here (protocol.allow).`,
    })
  refuseUnusual(workspace, remote, url)
  const username = parsed.username ? decodeURIComponent(parsed.username) : undefined
  const isSafe = parsed.protocol === 'https:' || /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(parsed.hostname)
  const credentials = parsed.password
    ? { username: username ?? '', password: decodeURIComponent(parsed.password) }
    : isSafe
      ? netrcCredentials({ ...environment }, { host: parsed.hostname, username })
      : undefined
  parsed.username = parsed.password = ''
  return new SmartHttp({ url: parsed.href.replace(/\/$/, ''), credentials, signal }, git.format)
}

function kindOf(url: string): string {
  if (/^[a-z][a-z0-9+.-]*::/i.test(url)) return 'reached by a helper'
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]
  if (scheme) return scheme === 'file' ? 'a folder' : `reached by ${scheme}`
  return /^[^/]+:/.test(url) ? 'reached by ssh' : 'a folder'
}

function refuseUnusual({ git, environment }: Workspace, remote: string, url: string): void {
  for (const name of git.config.names) {
    const base = /^url\.(.*)\.(?:push)?insteadof$/.exec(name)
    if (base && git.config.getAll(name).some((prefix) => url.startsWith(prefix))) throw needsGit(name)
    if (name.startsWith('http.') && !harmless.has(name.slice(name.lastIndexOf('.') + 1))) throw needsGit(name)
    if (name.startsWith(`remote.${remote}.`) && /\.(?:proxy|vcs|promisor|uploadpack|receivepack)$/.test(name))
      throw needsGit(name)
  }
  const variable = Object.keys(environment).find((name) => unusualVariables.test(name) && environment[name])
  if (variable !== undefined) throw needsGit(variable)
}

function needsGit(what: string): AnvcsError {
  return new AnvcsError('GIT_MISSING', { message: `Only git heeds ${what}, and no git program was found.` })
}

/** A ref of a remote that is wanted, and where it is kept here. */
export interface WantedRef {
  readonly name: string
  readonly here: string | undefined
}

/** Fetches refs, those that the remote has, and what they reach. Tells where each of them is there. */
export async function fetchDirectly(
  workspace: Workspace,
  remote: string,
  wanted: readonly WantedRef[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, ObjectId>> {
  const { git } = workspace
  const http = openDirectRemote(workspace, remote, { direction: 'fetch', signal })
  const offered = await http.advertisement('git-upload-pack')
  const found = wanted.flatMap(({ name, here }) => {
    const id = offered.refs.get(name)
    return id ? [{ name, here, id }] : []
  })
  const wants = [...new Set(found.map(({ id }) => id))].filter((id) => !git.objects.has(id))
  if (wants.length) {
    const request = { wants, haves: knownHere(workspace, offered), shallow: shallowCommits(git.commonDir) }
    await git.objects.unpack(await http.fetchPack(offered, request), { ...(signal && { signal }) })
    const missing = wants.find((id) => !git.objects.has(id))
    if (missing) throw new AnvcsError('OBJECT_MISSING', { message: `${remote} did not send ${missing}.` })
  }
  const changes = found.flatMap(({ here, id }) =>
    here === undefined || git.refs.read(here) === id ? [] : [{ name: here, to: id }],
  )
  if (changes.length) await git.refs.update(changes, `fetch ${remote}`, { signal })
  return new Map(found.map(({ name, id }) => [name, id]))
}

/** What both sides may have: what the remote offers and is here, tips of refs, and the newest commits below them. */
function knownHere({ git }: Workspace, { refs }: Advertisement): readonly ObjectId[] {
  const haves = new Set([...refs.values()].filter((id) => git.objects.has(id)).slice(0, maxHaves / 2))
  const tips = git.refs.list('refs/').map(({ id }) => id)
  const commits = tips.filter((id) => git.objects.read(id)?.type === 'commit').slice(0, maxHaves / 4)
  for (const id of commits) haves.add(id)
  for (const id of walkCommits(git, commits)) {
    if (haves.size >= maxHaves) break
    haves.add(id)
  }
  return [...haves]
}

/** A ref that is to be sent. */
export interface OutgoingRef {
  readonly name: string
  readonly id: ObjectId
  /** It need not move forward. */
  readonly isForced: boolean
}

/**
 * Sends refs, in one step where the remote can do that. Where it cannot, those of `first` go before the others: a record whose commit never arrives does
 * no harm. Nothing is sent where one of them would not move forward.
 */
export async function pushDirectly(
  workspace: Workspace,
  remote: string,
  {
    refs,
    first,
    signal,
  }: {
    readonly refs: readonly OutgoingRef[]
    readonly first: readonly string[]
    readonly signal: AbortSignal | undefined
  },
): Promise<PushAnswer & { readonly isAtomic: boolean }> {
  const { git } = workspace
  if ((await findHooks(git, ['pre-push'])).length) throw needsGit('the hook pre-push')
  const http = openDirectRemote(workspace, remote, { direction: 'push', signal })
  const offered = await http.advertisement('git-receive-pack')
  const commands: RefCommand[] = []
  const refusals: { readonly ref: string; readonly reason: string }[] = []
  for (const { name, id, isForced } of refs) {
    const from = offered.refs.get(name)
    if (from === id) continue
    if (from && isForced) commands.push({ ref: name, from, to: id })
    else if (from && !git.objects.has(from)) refusals.push({ ref: name, reason: 'fetch first' })
    else if (from && !(await isAncestor(git, from, id, signal)))
      refusals.push({ ref: name, reason: 'non-fast-forward' })
    else commands.push({ ref: name, from, to: id })
  }
  const isAtomic = commands.length < 2 || offered.capabilities.has('atomic')
  if (refusals.length || !commands.length) return { refusals, words: '', isAtomic }
  const early = commands.filter(({ ref }) => first.includes(ref))
  const steps = isAtomic ? [commands] : [early, commands.filter((command) => !early.includes(command))]
  const known = [...offered.refs.values()]
  let words = ''
  for (const step of steps) {
    if (!step.length) continue
    const wants = step.map(({ to }) => to)
    const pack = await git.objects.pack(wants, known, { ...(signal && { signal }) })
    const answer = await http.sendPack(offered, step, pack)
    words += answer.words
    if (answer.refusals.length) return { refusals: answer.refusals, words, isAtomic }
    known.push(...wants)
  }
  return { refusals: [], words, isAtomic }
}

/** Where a branch of a remote, by its full name, is kept here, by its refspecs (git-fetch(1)); undefined where it is not. */
export function trackingRef(
  { config }: Pick<GitRepository, 'config'>,
  remote: string,
  ref: string,
): string | undefined {
  for (const spec of config.getAll(`remote.${remote}.fetch`)) {
    const [, from, to] = /^\+?refs\/heads\/([^:]+):(refs\/[^:]+)$/.exec(spec) ?? []
    const branch = ref.replace('refs/heads/', '')
    if (from === branch) return to
    if (from === '*' && to?.endsWith('/*')) return to.slice(0, -1) + branch
  }
  return undefined
}
