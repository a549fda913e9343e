import type { GitProgram } from './git-program.ts'

/** Git's configuration of all scopes, as it was when the repository was opened or last changed by us. */
export class GitConfig {
  readonly #git: GitProgram
  #values: ReadonlyMap<string, readonly string[]>

  private constructor(git: GitProgram, values: ReadonlyMap<string, readonly string[]>) {
    this.#git = git
    this.#values = values
  }

  /** `known` is what it holds, where that was read already. */
  static async read(
    git: GitProgram,
    {
      known,
      signal,
    }: { readonly known?: ReadonlyMap<string, readonly string[]> | undefined; readonly signal?: AbortSignal },
  ): Promise<GitConfig> {
    return new GitConfig(git, known ?? (await list(git, signal)))
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

  /** Sets a value of this repository. */
  async set(name: string, value: string, signal?: AbortSignal): Promise<void> {
    await this.#git.run(['config', '--local', name, value], { signal })
    this.#values = await list(this.#git, signal)
  }

  /** Adds a value beside those that are set, unless it is among them. */
  async add(name: string, value: string, signal?: AbortSignal): Promise<void> {
    if (this.getAll(name).includes(value)) return
    await this.#git.run(['config', '--local', '--add', name, value], { signal })
    this.#values = await list(this.#git, signal)
  }

  /** Removes this repository's values that equal `value`, and no other. */
  async unset(name: string, value: string, signal?: AbortSignal): Promise<void> {
    const args = ['config', '--local', '--fixed-value', '--unset-all', name, value]
    // Status 5: nothing of the kind is set.
    const { exitCode } = await this.#git.call(args, { signal })
    if (exitCode !== 0 && exitCode !== 5) await this.#git.run(args, { signal })
    this.#values = await list(this.#git, signal)
  }
}

async function list(git: GitProgram, signal: AbortSignal | undefined): Promise<ReadonlyMap<string, readonly string[]>> {
  const values = new Map<string, string[]>()
  // What is no UTF-8 is read with U+FFFD in it: whoever would write it down can tell.
  const text = new TextDecoder().decode(await git.run(['config', '--list', '-z'], { signal }))
  for (const item of text.split('\0').filter(Boolean)) {
    const end = item.indexOf('\n')
    // A key without `=` stands for true.
    const [name, value] = end < 0 ? [item, 'true'] : [item.slice(0, end), item.slice(end + 1)]
    values.set(name, [...(values.get(name) ?? []), value])
  }
  return values
}
