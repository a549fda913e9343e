import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { AnvcsError } from '../contracts/errors.ts'
import { isAncestor } from '../git/ancestry.ts'
import { messageOf } from '../lib/error-message.ts'
import type { Environment } from '../node/config-folder.ts'
import { escapeLine } from '../provenance/message-escape.ts'
import { openRoomRemote } from '../repository/open-room-remote.ts'
import type { RoomRefs, RoomRemote } from '../repository/room-remote.ts'
import { resolveCommit } from '../repository/run-git.ts'
import { Workspace } from '../repository/workspace.ts'

export interface RemoteHelperOptions {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  readonly environment: Environment
  readonly folder: string
  readonly signal: AbortSignal
}

/** Heads that conflict with the branch: git shows them, and fetches none of them unasked. */
const otherHeads = 'refs/ai-vcs/heads/'

/**
 * Speaks with git as its remote helper for `anvcs::TICKET` (gitremote-helpers(7)): a room is a remote with one branch. Git says
 * what it wants line by line; a blank line ends a batch, and another one everything. Resolves with the exit status.
 */
export async function runRemoteHelper(url: string, options: RemoteHelperOptions): Promise<number> {
  // Git that was interrupted says nothing more; nobody waits for us then.
  const gone = new AbortController()
  options.stdin.once('end', () => gone.abort(new AnvcsError('ABORTED')))
  const signal = AbortSignal.any([options.signal, gone.signal])
  await using helper = new RemoteHelper(url, { ...options, signal })
  try {
    await helper.run()
    return 0
  } catch (error) {
    const hint = AnvcsError.is(error) ? `\nhint: ${error.hint}` : ''
    options.stderr.write(`anvcs: ${escapeLine(messageOf(error))}${hint}\n`)
    return 1
  }
}

class RemoteHelper implements AsyncDisposable {
  readonly #url: string
  readonly #options: RemoteHelperOptions
  #workspace: Workspace | undefined
  #remote: RoomRemote | undefined
  #refs: RoomRefs | undefined
  #isQuiet = false
  #tellsFormat = false

  constructor(url: string, options: RemoteHelperOptions) {
    this.#url = url
    this.#options = options
  }

  async run(): Promise<void> {
    let pushes: string[] = []
    let isFetching = false
    for await (const line of createInterface({ input: this.#options.stdin })) {
      const [command, ...words] = line.split(' ')
      if (line === '') {
        if (pushes.length) await this.#push(pushes)
        // The objects came with the list already.
        else if (isFetching) this.#say('')
        else return
        pushes = []
        isFetching = false
      } else if (command === 'push') pushes.push(words.join(' '))
      else if (command === 'fetch') isFetching = true
      else if (command === 'list') await this.#list()
      else if (command === 'option') this.#say(this.#takeOption(words) ? 'ok' : 'unsupported')
      else if (command === 'capabilities') this.#say('fetch', 'push', 'option', 'object-format', '')
      else throw new AnvcsError('USAGE', { message: `Git asks for ${command}, which is not known.` })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#remote?.[Symbol.asyncDispose]()
    await this.#workspace?.close()
    // Git may wait for us while we wait for it.
    this.#options.stdin.destroy()
  }

  #say(...lines: readonly string[]): void {
    this.#options.stdout.write(lines.map((line) => `${line}\n`).join(''))
  }

  #takeOption([name, value]: readonly string[]): boolean {
    if (name === 'verbosity') this.#isQuiet = Number(value) < 1
    if (name === 'object-format') this.#tellsFormat = value !== 'false'
    return ['verbosity', 'progress', 'object-format'].includes(name!)
  }

  async #room(): Promise<RoomRemote> {
    const { folder, environment, signal, stderr } = this.#options
    if (!this.#isQuiet) stderr.write('anvcs: looking for a member of the room …\n')
    this.#workspace ??= await Workspace.open({ path: folder, environment, signal })
    return (this.#remote ??= await openRoomRemote({ workspace: this.#workspace, signal }, this.#url))
  }

  async #list(): Promise<void> {
    const refs = await (await this.#room()).refs()
    this.#refs = refs
    const [newest, ...others] = refs.heads
    this.#say(
      ...(this.#tellsFormat ? [`:object-format ${this.#workspace!.git.format}`] : []),
      ...(newest ? [`${newest} ${refs.branch}`, `@${refs.branch} HEAD`] : []),
      ...others.map((id) => `${id} ${otherHeads}${id}`),
      '',
    )
  }

  async #push(specs: readonly string[]): Promise<void> {
    for (const spec of specs) {
      const [source = '', target = ''] = spec.replace(/^\+/, '').split(':')
      const fault = await this.#pushOne(source, target, spec.startsWith('+'))
      this.#say(fault === undefined ? `ok ${target}` : `error ${target} ${escapeLine(fault)}`)
    }
    this.#say('')
  }

  /** What is wrong with it, or undefined. */
  async #pushOne(source: string, target: string, isForced: boolean): Promise<string | undefined> {
    const { branch, heads } = this.#refs!
    if (target !== branch) return `a room is one branch: ${branch}`
    if (!source) return 'a room keeps its branch'
    try {
      const { git } = this.#workspace!
      const commit = await resolveCommit(git, source)
      if (isForced && heads[0] && !(await isAncestor(git, heads[0], commit)))
        return 'a room keeps its history: push without force'
      await (await this.#room()).push(commit)
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  }
}
