import { execFileSync, type ExecFileSyncOptions } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeCrypto } from '../src/node/crypto.ts'
import { createMemberKey, memberKeyPath } from '../src/node/member-key-file.ts'
import { nodeRandom } from '../src/node/random.ts'
import { makeRepository, plainGit } from './bench-rooms.ts'

export type Side = 'ours' | 'git'

/** Two equal repositories of so many files, one for each side, and a user with a member key. */
export class GitBench implements Disposable {
  readonly environment: NodeJS.ProcessEnv
  readonly #root: string

  private constructor(root: string) {
    this.#root = root
    this.environment = { ...plainGit, HOME: join(root, 'home') }
  }

  static async make(files: number): Promise<GitBench> {
    const bench = new GitBench(mkdtempSync(join(tmpdir(), 'anvcs-bench-git-')))
    mkdirSync(bench.folder('git'))
    const content = (i: number): readonly [string, string] => [
      `src/${i % 100}/${i}.ts`,
      `export const value${i} = ${i}\n`,
    ]
    makeRepository(
      bench.folder('git'),
      Array.from({ length: files }, (_, i) => content(i)),
    )
    bench.git('git', 'reset', '-q', '--hard')
    cpSync(bench.folder('git'), bench.folder('ours'), { recursive: true })
    bench.git('ours', 'update-index', '-q', '--refresh')
    const config = join(bench.#root, 'home', '.config', 'anvcs')
    mkdirSync(config, { recursive: true, mode: 0o700 })
    await createMemberKey(nodeCrypto, nodeRandom, memberKeyPath(config), 'bench')
    return bench
  }

  /** Does Git flush everything that a commit writes? Ours heeds the same setting. */
  setFsync(fsync: boolean): void {
    for (const side of ['git', 'ours'] as const) this.git(side, 'config', 'core.fsync', fsync ? 'all' : 'none')
  }

  folder(side: Side): string {
    return join(this.#root, side)
  }

  git(side: Side, ...args: readonly string[]): string {
    return this.run(side, 'git', ...args)
  }

  run(side: Side, program: string, ...args: readonly string[]): string {
    const options: ExecFileSyncOptions = {
      cwd: this.folder(side),
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    }
    return execFileSync(program, args, options).toString()
  }

  /** Changes the one file that is committed again and again. */
  change(side: Side, text: string): void {
    writeFileSync(join(this.folder(side), changedPath), `${text}\n`)
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true, force: true })
  }
}

export const changedPath = 'src/7/7.ts'
