import { execFile } from 'node:child_process'
import { createServer, Socket } from 'node:net'
import { promisify } from 'node:util'
import { AnvcsError } from '../contracts/errors.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { GitProgram } from '../git/git-program.ts'
import { utf8 } from '../lib/bytes.ts'
import { configFolder, type Environment } from '../node/config-folder.ts'
import { loadNodeWebrtc } from '../../transports/webrtc/index.ts'
import { commitSigner } from './commit-signer.ts'
import { readInstalled } from './installed.ts'
import { checkJournal, corruptFiles } from './journal-damage.ts'
import { showMemberKey } from './member-key.ts'
import { readSettings, settingsOf } from './read-settings.ts'
import { Workspace } from './workspace.ts'

/** One thing that was looked at. */
export interface Diagnosis {
  readonly name: string
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped'
  readonly message: string
  /** What to do about it; null where nothing has to be done. */
  readonly hint: string | null
}

export interface DoctorOptions {
  readonly folder: string
  readonly environment: Environment
  readonly signal?: AbortSignal
  /** Told of each as it begins. */
  readonly onCheck?: (name: string) => void
}

interface Patient extends DoctorOptions {
  readonly workspace: Workspace | undefined
  readonly fault: AnvcsError | undefined
}

type Check = (patient: Patient) => Promise<Omit<Diagnosis, 'name'>>

const leastNode = [20, 19] as const
const leastGit = [2, 36] as const
const answerMs = 3000

/** Looks at everything that ai-vcs needs, here and now. Never throws for what it finds. */
export async function diagnose(options: DoctorOptions): Promise<readonly Diagnosis[]> {
  const { folder, environment, signal, onCheck } = options
  let fault: AnvcsError | undefined
  const opening = Workspace.open({ path: folder, environment, ...(signal && { signal }) })
  const workspace = await opening.catch((error: unknown) => {
    if (!AnvcsError.is(error)) throw error
    fault = error
    return undefined
  })
  try {
    const found: Diagnosis[] = []
    for (const [name, check] of checks) {
      signal?.throwIfAborted()
      onCheck?.(name)
      found.push({ name, ...(await examine(check, { ...options, workspace, fault })) })
    }
    return found
  } finally {
    await workspace?.close()
  }
}

async function examine(check: Check, patient: Patient): Promise<Omit<Diagnosis, 'name'>> {
  try {
    return await check(patient)
  } catch (error) {
    if (!AnvcsError.is(error)) throw error
    return { status: 'failed', message: error.message, hint: error.hint }
  }
}

const checks: readonly (readonly [string, Check])[] = [
  ['node', checkNode],
  ['git', checkGit],
  ['ssh-keygen', checkSshKeygen],
  ['repository', checkRepository],
  ['init', checkInit],
  ['person', checkPerson],
  ['key', checkKey],
  ['signing', checkSigning],
  ['settings', checkSettings],
  ['journal', checkJournals],
  ['webrtc', checkWebrtc],
  ['port', checkPort],
  ['signaling', checkSignaling],
]

async function checkNode(): ReturnType<Check> {
  const version = process.versions.node
  if (isAtLeast(version, leastNode)) return ok(version)
  return { status: 'failed', message: `Node ${version} is too old.`, hint: 'Install Node 20.19 or newer.' }
}

async function checkGit({ folder, environment, signal }: Patient): ReturnType<Check> {
  const output = await new GitProgram(folder, { ...environment }).run(['--version'], { signal }).catch(unlessMissing)
  if (!output)
    return {
      status: 'warning',
      message: 'There is no git program: only plain repositories and HTTP remotes can be worked with.',
      hint: 'Install git 2.36 or newer and put it on PATH.',
    }
  const version = /\d+\.\d+[\d.]*/.exec(new TextDecoder().decode(output))?.[0] ?? '0'
  if (isAtLeast(version, leastGit)) return ok(version)
  return { status: 'failed', message: `git ${version} is too old.`, hint: 'Install git 2.36 or newer.' }
}

/** Only `git verify-commit` needs it; our own checks do not. */
async function checkSshKeygen({ environment, signal }: Patient): ReturnType<Check> {
  try {
    // Without a file to look at it prints its usage and fails; that it runs is all that counts.
    await promisify(execFile)('ssh-keygen', ['-?'], { env: { ...environment }, ...(signal && { signal }) })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return {
        status: 'warning',
        message: 'There is no ssh-keygen: `git verify-commit` cannot check signatures.',
        hint: 'Install OpenSSH; `ai-vcs verify` works without it.',
      }
  }
  return ok('installed')
}

async function checkRepository({ workspace, fault }: Patient): ReturnType<Check> {
  if (workspace) return ok(`${workspace.git.workTree} (${workspace.git.format})`)
  throw fault ?? new AnvcsError('NOT_A_REPOSITORY')
}

async function checkInit({ workspace }: Patient): ReturnType<Check> {
  if (!workspace) return skipped()
  if (await readInstalled(workspace.git.dataDir)) return ok('done')
  return { status: 'warning', message: 'ai-vcs has not been set up in this repository.', hint: 'Run `ai-vcs init`.' }
}

async function checkPerson({ workspace }: Patient): ReturnType<Check> {
  if (!workspace) return skipped()
  const { name, email } = workspace.person
  return ok(`${name} <${email}>`)
}

async function checkKey({ environment }: Patient): ReturnType<Check> {
  const places = { configFolder: configFolder(environment), environment, isAttended: false }
  const { did, fingerprint } = await showMemberKey(places)
  return ok(did ?? fingerprint)
}

/** An agent may be gone, a passphrase unknown, gpg without a key: it shows only where something is signed. */
async function checkSigning({ workspace }: Patient): ReturnType<Check> {
  if (!workspace) return skipped()
  const sign = await commitSigner(workspace, false)
  await sign(utf8('anvcs/1 try'))
  return ok((await settingsOf(workspace)).values['signing.format'])
}

async function checkSettings({ workspace, environment }: Patient): ReturnType<Check> {
  const places = { workTree: workspace?.git.workTree, configFolder: configFolder(environment), environment }
  const { warnings } = await readSettings(places)
  if (!warnings.length) return ok('valid')
  return { status: 'warning', message: warnings.join('; '), hint: 'See `ai-vcs config list`.' }
}

async function checkJournals({ workspace }: Patient): ReturnType<Check> {
  if (!workspace) return skipped()
  const { data } = workspace
  const rooms = await data.rooms()
  for (const room of rooms) await checkJournal(data, room)
  const corrupt = (await Promise.all(rooms.map((room) => corruptFiles(data.room(room))))).flat()
  if (!corrupt.length) return ok('whole')
  return {
    status: 'warning',
    message: `The journal was damaged; kept beside: ${corrupt.join(', ')}.`,
    hint: 'Once `ai-vcs rejoin-room` has met everybody, delete them.',
  }
}

async function checkWebrtc(): ReturnType<Check> {
  await loadNodeWebrtc()
  return ok('installed')
}

/** Can a signaling server listen here? */
async function checkPort(): ReturnType<Check> {
  const server = createServer()
  const port = await new Promise<number | undefined>((resolve) => {
    server.once('error', () => resolve(undefined))
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { readonly port: number }).port))
  })
  await new Promise((resolve) => server.close(resolve))
  if (port !== undefined) return ok('free ports')
  return { status: 'failed', message: 'No port can be listened on.', hint: 'Look for a sandbox or firewall rule.' }
}

async function checkSignaling({ workspace, environment, signal }: Patient): ReturnType<Check> {
  const places = { workTree: workspace?.git.workTree, configFolder: configFolder(environment), environment }
  const servers = (await readSettings(places)).values['signaling.servers']
  if (!servers.length) return ok('none configured: rooms bring their own')
  const silent: string[] = []
  for (const server of servers) if (!(await answers(new URL(server), signal))) silent.push(server)
  if (!silent.length) return ok(`${servers.length} reachable`)
  return {
    status: 'warning',
    message: `Nobody answers at ${silent.join(', ')}.`,
    hint: 'Start one with `ai-vcs signal`, or mend signaling.servers.',
  }
}

/** Does something take connections there? */
function answers(url: URL, signal: AbortSignal | undefined): Promise<boolean> {
  const port = Number(url.port || (url.protocol === 'wss:' ? 443 : 80))
  return new Promise((resolve) => {
    const socket = new Socket(signal ? { signal } : {})
    const end = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    socket.setTimeout(answerMs, () => end(false))
    socket.once('error', () => end(false))
    socket.connect(port, url.hostname.replace(/^\[|\]$/g, ''), () => end(true))
  })
}

function ok(message: string): Omit<Diagnosis, 'name'> {
  return { status: 'ok', message, hint: null }
}

function skipped(): Omit<Diagnosis, 'name'> {
  return { status: 'skipped', message: 'there is no repository', hint: null }
}

function isAtLeast(version: string, least: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > least[0] || (major === least[0] && minor >= least[1])
}
