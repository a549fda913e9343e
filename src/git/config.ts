import { AnvcsError } from '../contracts/errors.ts'
import { appendConfig, removeConfig, type ConfigPlace } from './edit-config.ts'
import { readConfigFiles } from './config-files.ts'
import { unlessMissing } from './git-missing.ts'
import type { GitProgram } from './git-program.ts'

/** Where the files of a repository's configuration lie. */
export interface ConfigFiles extends ConfigPlace {
  readonly gitDir: string
  readonly env: NodeJS.ProcessEnv
}

/** Git's configuration of all scopes, as it was when the repository was opened or last changed by us. */
export class GitConfig {
  readonly #git: GitProgram
  readonly #files: ConfigFiles
  #values: ReadonlyMap<string, readonly string[]>

  private constructor(git: GitProgram, files: ConfigFiles, values: ReadonlyMap<string, readonly string[]>) {
    this.#git = git
    this.#files = files
    this.#values = values
  }

  /** `known` is what it holds, where that was read already. */
  static async read(
    git: GitProgram,
    files: ConfigFiles,
    {
      known,
      signal,
    }: { readonly known?: ReadonlyMap<string, readonly string[]> | undefined; readonly signal?: AbortSignal },
  ): Promise<GitConfig> {
    return new GitConfig(git, files, known ?? (await list(git, files, signal)))
  }

  /** The value that counts (the last), by name with section and key in lower case: `core.autocrlf`. */
  get(name: string): string | undefined {
    return this.#values.get(name)?.at(-1)
  }

  getAll(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }

  /** Is it true in Git's sense? `whenUnset` where it is not set, or not a boolean. */
  isTrue(name: string, whenUnset = false): boolean {
    const value = this.get(name)?.toLowerCase()
    if (value === undefined) return whenUnset
    if (/^(true|yes|on|[1-9]\d*)$/.test(value)) return true
    return /^(false|no|off|0|)$/.test(value) ? false : whenUnset
  }

  get names(): Iterable<string> {
    return this.#values.keys()
  }

  /** Sets a value of this repository. Throws GIT_MISSING where another one has to be replaced, and there is no git program. */
  async set(name: string, value: string, signal?: AbortSignal): Promise<void> {
    const isUnset = this.get(name.toLowerCase()) === undefined
    await this.#write(['config', '--local', name, value], isUnset ? [name, value] : undefined, signal)
  }

  /** Adds a value beside those that are set, unless it is among them. */
  async add(name: string, value: string, signal?: AbortSignal): Promise<void> {
    if (this.getAll(name).includes(value)) return
    await this.#write(['config', '--local', '--add', name, value], [name, value], signal)
  }

  async #write(
    args: readonly string[],
    added: readonly [name: string, value: string] | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const done = await this.#git.run(args, { signal }).catch(unlessMissing)
    if (!done && !added) throw new AnvcsError('GIT_MISSING')
    if (!done) await appendConfig(this.#files, added!, signal)
    this.#values = await list(this.#git, this.#files, signal)
  }

  /** Removes this repository's values that equal `value`, and no other. */
  async unset(name: string, value: string, signal?: AbortSignal): Promise<void> {
    const args = ['config', '--local', '--fixed-value', '--unset-all', name, value]
    // Status 5: nothing of the kind is set.
    const result = await this.#git.call(args, { signal }).catch(unlessMissing)
    if (!result) await removeConfig(this.#files, [name, value], signal)
    else if (result.exitCode !== 0 && result.exitCode !== 5) await this.#git.run(args, { signal })
    this.#values = await list(this.#git, this.#files, signal)
  }
}

async function list(
  git: GitProgram,
  files: ConfigFiles,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const output = await git.run(['config', '--list', '-z'], { signal }).catch(unlessMissing)
  const read = output ? undefined : readConfigFiles(files, files.env)
  if (read) return read
  if (!output) throw new AnvcsError('GIT_MISSING')
  const values = new Map<string, string[]>()
  // What is no UTF-8 is read with U+FFFD in it: whoever would write it down can tell.
  const text = new TextDecoder().decode(output)
  for (const item of text.split('\0').filter(Boolean)) {
    const end = item.indexOf('\n')
    // A key without `=` stands for true.
    const [name, value] = end < 0 ? [item, 'true'] : [item.slice(0, end), item.slice(end + 1)]
    values.set(name, [...(values.get(name) ?? []), value])
  }
  return values
}
