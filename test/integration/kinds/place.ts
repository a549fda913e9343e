import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Seconds that every commit of git is made at, so that twins are equal. */
const then = '1700000000 +0000'

/** A folder with a repository `work` in it, and perhaps others beside that. */
export class Place {
  readonly root: string
  readonly #env: Readonly<Record<string, string>>

  constructor(root: string, env: Readonly<Record<string, string>>) {
    this.root = root
    this.#env = env
    mkdirSync(root)
  }

  /** A repository `work` without commits. */
  init(...args: readonly string[]): void {
    this.gitIn('.', 'init', '-q', ...args, 'work')
  }

  path(...names: readonly string[]): string {
    return join(this.root, ...names)
  }

  git(...args: readonly string[]): string {
    return this.gitIn('work', ...args)
  }

  gitIn(folder: string, ...args: readonly string[]): string {
    return this.gitWith({ folder }, ...args)
  }

  gitWith(
    call: {
      readonly folder?: string
      readonly env?: Readonly<Record<string, string>>
      readonly input?: string | Uint8Array
    },
    ...args: readonly string[]
  ): string {
    const { folder = 'work', env = {}, input = '' } = call
    return execFileSync('git', args, {
      cwd: this.path(folder),
      env: { ...this.#env, GIT_AUTHOR_DATE: then, GIT_COMMITTER_DATE: then, ...env },
      input,
      encoding: 'latin1',
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  /** Git stops with a conflict here. */
  stopped(...args: readonly string[]): void {
    try {
      this.git(...args)
    } catch (error) {
      // `git am` has a status of its own.
      if (![1, 128].includes((error as { status?: number }).status ?? 0)) throw error
      return
    }
    throw new Error(`git ${args.join(' ')} was to stop with a conflict`)
  }

  /** Writes files of `work`. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path('work', path)), { recursive: true })
      writeFileSync(this.path('work', path), content)
    }
  }

  remove(...paths: readonly string[]): void {
    for (const path of paths) rmSync(this.path('work', path), { recursive: true })
  }

  /** Writes files and commits everything. */
  commit(files: Readonly<Record<string, string | Uint8Array>>, message = 'before'): void {
    this.write(files)
    this.git('add', '-A')
    this.git('commit', '-q', '--no-verify', '-m', message)
  }

  /** A program that git runs: a hook or a filter. */
  program(path: string, script: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true })
    writeFileSync(this.path(path), `#!/bin/sh\n${script}\n`)
    chmodSync(this.path(path), 0o755)
  }

  /** Runs something, then puts everything back as it was before. */
  async trial<T>(run: () => Promise<T>): Promise<T> {
    const before = `${this.root}.before`
    renameSync(this.root, before)
    // Names that are not UTF-8 are beyond Node's own copy.
    execFileSync('cp', ['-a', before, this.root])
    try {
      return await run()
    } finally {
      rmSync(this.root, { recursive: true })
      renameSync(before, this.root)
    }
  }
}
