import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { allowedSignersPath } from '../git/allowed-signers.ts'
import type { GitRepository } from '../git/repository.ts'
import { formatSshPublicKey, parseAnySshPublicKey } from '../identity/ssh-key.ts'
import { toHex, utf8 } from '../lib/bytes.ts'
import { allowOwnKey } from './allow-signers.ts'
import { hookNames, hookScript } from './git-hooks.ts'
import { defaultDriver, driverName, mergeDriver, mergeTool } from './git-merge-driver.ts'
import { readInstalled, writeInstalled, type ConfigValue, type Installed } from './installed.ts'
import { ensureMemberKey, type MemberKeyView } from './member-key.ts'
import { notesRef } from './notes-ref.ts'
import { settingsFileName } from './read-settings.ts'
import { settingsTemplate } from './settings-template.ts'
import { makeFolder, metaFolder, metaIgnore } from './view-folder.ts'
import type { Workspace } from './workspace.ts'

/** What `init` did. Everything that was there already is left alone and not named. */
export interface InitReport {
  readonly workTree: string
  readonly key: MemberKeyView & { readonly isNew: boolean }
  /** Files that were written, from the root of the work tree. */
  readonly files: readonly string[]
  /** Values that were added to Git's configuration of this repository. */
  readonly config: readonly ConfigValue[]
  /** Hooks that were written. */
  readonly hooks: readonly string[]
  /** Hooks that were wanted, and whose place is taken: by a file of the user's, or by core.hooksPath. */
  readonly takenHooks: readonly string[]
  /** The user's own default merge driver, where ours was wanted and theirs stays. */
  readonly takenDriver?: string
  /** Does `git verify-commit` know our list of signers? False where the user has a list of its own. */
  readonly isSignerListUsed: boolean
}

/** What `init` does besides where it is asked. */
export interface InitOptions {
  readonly withHooks?: boolean
  readonly withMergeDriver?: boolean
  /** For `git mergetool -t ai-vcs`. */
  readonly withMergeTool?: boolean
  readonly signal?: AbortSignal
}

/**
 * Prepares a repository: a member key if the user has none, a settings file, `.ai/meta`, and Git's configuration for notes and
 * signatures; where asked, hooks, the merge driver and the merge tool. No commit, no ref and no file of the user's is touched, and it may be run again. Throws
 * PATH_ESCAPES_TREE, with nothing done, where `.ai` is a link or a file.
 */
export async function initRepository(
  workspace: Workspace,
  { withHooks = false, withMergeDriver = false, withMergeTool = false, signal }: InitOptions = {},
): Promise<InitReport> {
  const { git, person } = workspace
  makeFolder(git.workTree, metaFolder)
  const { key, isNew } = await ensureMemberKey(workspace, person.email)
  const before = (await readInstalled(git.dataDir)) ?? { version: 1, files: [], config: [] }
  const installer = new Installer(git, before, signal)
  // A pattern: of a plain name Git says that it is invalid, as long as there is no record.
  await installer.add('notes.displayRef', `${notesRef}*`)
  await installer.add('notes.rewriteRef', `${notesRef}*`)
  for (const remote of remoteNames(git)) await installer.add(`remote.${remote}.fetch`, notesFetch(remote))
  await installer.write(metaIgnore.path, metaIgnore.content)
  await installer.write(settingsFileName, settingsTemplate)
  const isSignerListUsed = await installer.allow(person.email, key.publicKey)
  if (withHooks) for (const name of hookNames) await installer.hook(name)
  if (withMergeTool) for (const { name, value } of mergeTool) await installer.add(name, value)
  const takenDriver = withMergeDriver ? await installer.mergeDriver() : undefined
  const { files, config, hooks, takenHooks } = installer
  return {
    workTree: git.workTree,
    key: { ...key, isNew },
    files,
    config,
    hooks,
    takenHooks,
    ...(takenDriver !== undefined && { takenDriver }),
    isSignerListUsed,
  }
}

/** The remotes that the repository has. */
export function remoteNames({ config }: Pick<GitRepository, 'config'>): readonly string[] {
  return [...config.names].flatMap((name) => /^remote\.(.+)\.url$/.exec(name)?.[1] ?? [])
}

/**
 * Fetches the remote's notes beside ours, where a fetch can overwrite nothing. It is a pattern because `git fetch` fails on a
 * plain name that the remote does not have.
 */
export function notesFetch(remote: string): string {
  return `+${notesRef}*:refs/notes/remotes/${remote}/ai-vcs*`
}

/** Adds what is missing, and remembers it before it is there: a crash leaves nothing that `uninit` does not know. */
class Installer {
  readonly files: string[] = []
  readonly config: ConfigValue[] = []
  readonly hooks: string[] = []
  readonly takenHooks: string[] = []
  readonly #git: GitRepository
  readonly #signal: AbortSignal | undefined
  #installed: Installed

  constructor(git: GitRepository, installed: Installed, signal: AbortSignal | undefined) {
    this.#git = git
    this.#installed = installed
    this.#signal = signal
  }

  async add(name: string, value: string): Promise<void> {
    const { config } = this.#git
    if (config.getAll(lowered(name)).includes(value)) return
    await this.#remember({ config: [...this.#installed.config, { name, value }] })
    await config.add(name, value, this.#signal)
    this.config.push({ name, value })
  }

  async write(path: string, content: string): Promise<void> {
    const absolute = join(this.#git.workTree, path)
    if (await isTaken(absolute)) return
    const sha256 = toHex(this.#git.crypto.sha256(utf8(content)))
    const others = this.#installed.files.filter((file) => file.path !== path)
    await this.#remember({ files: [...others, { path, sha256 }] })
    await writeFile(absolute, content, { flag: 'wx' })
    this.files.push(path)
  }

  /** A hook of the repository, where nothing is in its place: a folder of hooks that the user has chosen is the user's. */
  async hook(name: string): Promise<void> {
    const path = join(this.#git.commonDir, 'hooks', name)
    const found = await readFile(path, 'utf8').catch(() => undefined)
    const isOurs = found === hookScript
    if (this.#git.config.get('core.hookspath') !== undefined || (!isOurs && (await isTaken(path)))) {
      this.takenHooks.push(name)
      return
    }
    if (isOurs) return
    const sha256 = toHex(this.#git.crypto.sha256(utf8(hookScript)))
    const others = (this.#installed.hooks ?? []).filter((hook) => hook.path !== name)
    await this.#remember({ hooks: [...others, { path: name, sha256 }] })
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, hookScript, { flag: 'wx', mode: 0o755 })
    this.hooks.push(name)
  }

  /** Gives all paths our merge driver, unless the user has chosen another one: that is answered. */
  async mergeDriver(): Promise<string | undefined> {
    const chosen = this.#git.config.get(defaultDriver)
    if (chosen !== undefined && chosen !== driverName) return chosen
    for (const { name, value } of mergeDriver) await this.add(name, value)
    return undefined
  }

  /** Lets Git know the key, unless the user has a list of signers of its own. */
  async allow(email: string, publicKeyLine: string): Promise<boolean> {
    const value = { name: 'gpg.ssh.allowedSignersFile', value: allowedSignersPath(this.#git) }
    const isUnset = this.#git.config.get('gpg.ssh.allowedsignersfile') === undefined
    if (isUnset) await this.#remember({ config: [...this.#installed.config, value] })
    const publicKey = formatSshPublicKey(parseAnySshPublicKey(publicKeyLine)!)
    const isUsed = await allowOwnKey(this.#git, { email, publicKey })
    if (isUnset) this.config.push(value)
    return isUsed
  }

  async #remember(more: Partial<Installed>): Promise<void> {
    this.#installed = { ...this.#installed, ...more }
    await writeInstalled(this.#git, this.#installed)
  }
}

/** Does anything lie there, be it a link that leads nowhere? */
async function isTaken(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

/** Git gives section and key in lower case, and leaves what is between them. */
function lowered(name: string): string {
  const parts = name.split('.')
  return [parts[0]!.toLowerCase(), ...parts.slice(1, -1), parts.at(-1)!.toLowerCase()].join('.')
}
